package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Runs the blocks of a page in one shell, against a server of its own. The port 8080 of the page is
 * the server's, {@code SLUICE_TOKEN} holds an administrator's token and {@code SLUICE_SECRET} what
 * it is signed with, unless the page starts its server itself, which then is in development mode.
 */
final class DocRun {
  private static final String SECRET = "only for the documentation's own server";
  private static final String JAVA_HOME = System.getProperty("java.home");
  private static final String BEGIN = "<<< block of line ";

  /** Each job in the background is a group of its own, and all of the group ends with the page. */
  private static final String END =
      """
      groups=
      files=
      end() {
        [ -z "$groups" ] || kill -TERM -- $groups 2>/dev/null || true
        wait
        rm -f $files
      }
      trap end EXIT
      """;

  private static final Pattern PORT = Pattern.compile("(127\\.0\\.0\\.1|localhost):8080");

  private final DocPage page;

  private DocRun(DocPage page) {
    this.page = page;
  }

  /** Runs it, and fails with the line of the block that did not do what the page says. */
  static void run(DocPage page) throws Exception {
    DocRun run = new DocRun(page);
    if (page.servesItself()) {
      int port = freePort();
      run.check(
          Sh.run(
              run.script(port),
              "",
              Map.of("PORT", Integer.toString(port), "JAVA_HOME", JAVA_HOME)));
      return;
    }
    try (TestServer server = TestServer.start(Map.of("secret", SECRET), page.settings())) {
      Map<String, String> environment = new HashMap<>();
      environment.put("SLUICE_URL", "http://127.0.0.1:" + server.port());
      environment.put("JAVA_HOME", JAVA_HOME);
      environment.put("SLUICE_SECRET", SECRET);
      environment.put("SLUICE_TOKEN", TestServer.admin(SECRET));
      run.check(Sh.run(run.script(server.port()), "", environment));
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private String script(int port) {
    StringBuilder script = new StringBuilder(END);
    for (DocPage.Block block : page.blocks()) {
      if (block.isRun()) {
        script.append("echo '").append(BEGIN).append(block.line()).append("'\n");
        script.append("echo '").append(BEGIN).append(block.line()).append("' >&2\n");
        String text = PORT.matcher(block.text()).replaceAll("$1:" + port);
        script.append(wrapped(block, text));
      }
    }
    return script.append("echo '").append(BEGIN).append("0'\n").toString();
  }

  private static String wrapped(DocPage.Block block, String text) {
    if (block.words().contains("background")) {
      // The token of a server in development mode is for the blocks that follow.
      return """
      said=$(mktemp)
      files="$files $said"
      set -m
      { %s
      } >"$said" 2>&1 &
      set +m
      groups="$groups -$!"
      while ! [ -s "$said" ] || { grep -q 'building' "$said" && ! grep -q ready "$said"; }; do
        kill -0 $! || { cat "$said" >&2; exit 1; }
        sleep 0.1
      done
      if grep -q '^token ' "$said"; then
        export SLUICE_TOKEN=$(sed -n 's/^token //p' "$said")
        export SLUICE_URL=http://127.0.0.1:$PORT
      fi
      """
          .formatted(text);
    }
    return block.words().contains("fails")
        ? "if (\n" + text + "\n); then echo 'it did not fail' >&2; exit 1; fi\n"
        : text + "\n";
  }

  private void check(Sh shell) {
    String last = shell.out().substring(Math.max(0, shell.out().lastIndexOf(BEGIN)));
    assertThat(shell.exit())
        .as("%s: %s%nstandard error: %s", page.path(), last, shell.err())
        .isZero();
    DocPage.Block before = null;
    for (DocPage.Block block : page.blocks()) {
      if (block.isOutput()) {
        assertThat(before).as("%s:%d follows no command", page.path(), block.line()).isNotNull();
        assertThat(printed(shell.out(), before.line()))
            .as("%s:%d", page.path(), block.line())
            .matches(pattern(block.text()));
      }
      before = block.isRun() ? block : before;
    }
  }

  private static String printed(String all, int line) {
    int start = all.indexOf('\n', all.indexOf(BEGIN + line + "\n")) + 1;
    return all.substring(start, all.indexOf(BEGIN, start)).strip();
  }

  private static Pattern pattern(String expected) {
    return Pattern.compile(
        List.of(expected.strip().split("…", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(".*")),
        Pattern.DOTALL);
  }
}
