package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Plays every conversation of {@code docs/protocols/haip.md}, so that the page cannot go stale. */
@Timeout(60)
class HaipPageTest {
  private static final String SECRET = "only for the servers of this page's test";

  private static final Pattern NAMED =
      Pattern.compile("`([A-Za-z-]+(?:\\.test\\.mjs)?)(?:#(\\w+))?`");

  /** A setting's name, or the end of one that begins as the one before it. */
  private static final Pattern LIMIT = Pattern.compile("`(haip(?:\\.[a-z]+)*|)(\\.[a-zA-Z]+)`");

  static List<HaipScript> rehearsed() throws IOException {
    return HaipScript.all("pure");
  }

  static List<HaipScript> performed() throws IOException {
    return HaipScript.all("live");
  }

  @ParameterizedTest
  @MethodSource("rehearsed")
  void theConversationGoesAsItIsPrinted(HaipScript script) {
    compare(script, new HaipRehearsal(script).play());
  }

  @ParameterizedTest
  @MethodSource("performed")
  void aServerSaysWhatIsPrinted(HaipScript script) throws Exception {
    Map<String, String> settings = Map.of("haip.agent", script.words().get(1), "secret", SECRET);
    try (TestServer server = TestServer.start(settings);
        HaipPerformance performance =
            new HaipPerformance(script, server.port(), TestServer.admin(SECRET))) {
      compare(script, performance.play());
      assertThat(performance.left()).isEmpty();
    }
  }

  private static void compare(HaipScript script, List<String> went) {
    assertThat(script.isAs(went))
        .as("%s went so:%n%s%n%nand is printed so:%n%s", script, lines(went), lines(script.lines()))
        .isTrue();
  }

  private static String lines(List<String> lines) {
    return String.join("\n", lines);
  }

  @Test
  void noConversationIsOfAKindThatNobodyPlays() throws IOException {
    assertThat(rehearsed()).hasSizeGreaterThan(10);
    assertThat(performed()).hasSizeGreaterThan(5);
    assertThat(Files.readString(HaipScript.page()))
        .doesNotContainPattern("(?m)^```haip(?! (pure|live) ?)");
  }

  @Test
  void everyTestThatTheTableOfRulingsNamesExists() throws IOException {
    String page = Files.readString(HaipScript.page());
    String table = page.substring(page.indexOf("## Rulings"), page.indexOf("## Limits"));
    List<String> rows = table.lines().filter(line -> line.matches("\\| \\d+ \\|.*")).toList();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(24 + 11);
    Map<String, String> tests = tests();
    for (String row : rows) {
      String last = row.substring(row.lastIndexOf('|', row.length() - 2));
      List<MatchResult> named = NAMED.matcher(last).results().toList();
      assertThat(named).as(row).isNotEmpty();
      for (MatchResult test : named) {
        assertThat(tests).containsKey(test.group(1));
        String method = test.group(2) == null ? "" : "void " + test.group(2) + "(";
        assertThat(tests.get(test.group(1))).contains(method);
      }
    }
  }

  @Test
  void everyLimitOfTheTableIsASetting() throws IOException {
    String page = Files.readString(HaipScript.page());
    String settings = Files.readString(HaipScript.page().resolveSibling("../configuration.md"));
    String prefix = "";
    int count = 0;
    for (String row : page.substring(page.indexOf("## Limits")).lines().toList()) {
      String first = row.startsWith("|") ? row.split("\\|")[1] : "";
      for (MatchResult name : LIMIT.matcher(first).results().toList()) {
        String last = name.group(2);
        prefix = name.group(1).isEmpty() ? prefix : name.group(1);
        assertThat(settings).contains("`" + prefix + last + "`");
        count++;
      }
    }
    assertThat(count).isGreaterThan(30);
  }

  /** The sources of all tests by their names, those of the JavaScript client too. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> tests = new HashMap<>();
    Path house = Path.of(System.getProperty("sluice.root"));
    try (Stream<Path> rooms = Files.list(house)) {
      for (Path room : rooms.toList()) {
        read(room.resolve("src/test/java"), "Test.java", ".java", tests);
        read(room.resolve("test"), ".test.mjs", "", tests);
      }
    }
    return tests;
  }

  private static void read(Path folder, String ending, String left, Map<String, String> into)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(it -> it.toString().endsWith(ending)).toList()) {
        String name = file.getFileName().toString();
        into.put(name.substring(0, name.length() - left.length()), Files.readString(file));
      }
    }
  }

  @Test
  void aConversationThatGoesOtherwiseIsFound() {
    List<String> ping =
        List.of("> HAI seed 1000", "> 2 SYSTEM PING {\"nonce\":\"n\"}", "< 2 ack 2 SYSTEM PONG {}");
    HaipScript wrong = new HaipScript(1, List.of("pure"), ping);
    assertThat(wrong.isAs(new HaipRehearsal(wrong).play())).isFalse();
  }
}
