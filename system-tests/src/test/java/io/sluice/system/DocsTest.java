package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command on a page that has commands to run does what the page says. */
class DocsTest {
  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));

  /** Pages whose commands need more than a server, and are run by a test of their own. */
  private static final Set<String> OWN = Set.of("rest.md");

  @TempDir private Path folder;

  static List<DocPage> pages() throws Exception {
    try (Stream<Path> docs = Files.walk(HOUSE.resolve("docs"));
        Stream<Path> top = Files.list(HOUSE)) {
      List<Path> paths =
          Stream.concat(top, docs).filter(path -> path.toString().endsWith(".md")).toList();
      List<DocPage> pages = new ArrayList<>();
      for (Path path : paths) {
        DocPage page = DocPage.read(path);
        boolean shows = page.isRun() || page.blocks().stream().anyMatch(DocPage.Block::isForgotten);
        if (shows && !OWN.contains(page.toString())) {
          pages.add(page);
        }
      }
      return pages;
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void whatThePageSaysIsSo(DocPage page) throws Exception {
    assertThat(page.blocks().stream().filter(DocPage.Block::isForgotten))
        .as("commands of %s that nothing says are run", page.path())
        .isEmpty();
    if (page.isRun()) {
      DocRun.run(page);
    }
  }

  /** So that what is read is what is run. */
  @ParameterizedTest
  @CsvSource({
    "js, examples/hello.mjs",
    "java, examples/Hello.java",
    "js chat, examples/chat.mjs",
    "java chat, examples/Chat.java"
  })
  void theReadmeShowsItsExamplesAsTheyAre(String language, String example) throws Exception {
    String shown =
        DocPage.read(HOUSE.resolve("README.md")).blocks().stream()
            .filter(block -> block.is(language.split(" ")))
            .findFirst()
            .orElseThrow()
            .text();
    assertThat(unindented(Files.readString(HOUSE.resolve(example)))).contains(unindented(shown));
  }

  private static String unindented(String text) {
    return text.replaceAll("(?m)^ +", "").strip();
  }

  private DocPage page(String text) throws Exception {
    return DocPage.read(Files.writeString(folder.resolve("page.md"), text));
  }

  @Test
  void blocksShareOneShellAndTheirOutputIsCompared() throws Exception {
    DocRun.run(
        page(
            """
            ```sh
            name=ann
            ```
            ```sh
            echo "hello $name"; echo more
            ```
            ```text output
            hello …
            more
            ```
            ```sh fails
            false
            ```
            ```sh foreign
            exit 9
            ```
            """));
  }

  @Test
  void whatRanInTheBackgroundEndsWithThePage() throws Exception {
    Path pid = folder.resolve("pid");
    String command = "sh -c 'echo $$ >" + pid + "; echo up; sleep 600; true'; true";
    DocRun.run(page("```sh background\n" + command + "\n```\n```sh\ntrue\n```"));
    long child = Long.parseLong(Files.readString(pid).strip());
    // A process that has ended may keep its number until somebody asks, but no command line.
    Awaitility.await()
        .until(() -> ProcessHandle.of(child).flatMap(it -> it.info().commandLine()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "```sh\nfalse\n```",
        "```sh\nfalse | true\n```",
        "```sh\nunset x; echo $x\n```",
        "```sh fails\ntrue\n```",
        "```sh\necho a\n```\n```text output\nb\n```",
        "```text output\nb\n```\n```sh\necho b\n```",
      })
  void aPageThatIsWrongIsFound(String text) throws Exception {
    DocPage page = page(text);
    assertThatThrownBy(() -> DocRun.run(page)).isInstanceOf(AssertionError.class);
  }

  @Test
  void aCommandThatNothingSaysIsRunIsFound() throws Exception {
    assertThat(page("```\n./sluice serve\n```").blocks()).allMatch(DocPage.Block::isForgotten);
    assertThat(page("```sh\n./sluice serve\n```").blocks()).noneMatch(DocPage.Block::isForgotten);
  }
}
