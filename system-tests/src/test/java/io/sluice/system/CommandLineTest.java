package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code ./sluice pub}, {@code sub} and {@code bench}, as processes against a real server. */
class CommandLineTest {
  private static final String SECRET = "a secret of more than thirty-two bytes";

  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(Map.of("secret", SECRET));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Sh sh(String script) throws Exception {
    return sh(script, "");
  }

  private static Sh sh(String script, String typed) throws Exception {
    return Sh.run(
        script,
        typed,
        Map.of("SLUICE_URL", "http://127.0.0.1:" + server.port(), "SLUICE_SECRET", SECRET));
  }

  @Test
  void whatPubSaysWasPublishedSubReadsFromTheBeginning() throws Exception {
    Sh pub = sh("./sluice pub news.a '{\"n\":1.50}' --user ann; ./sluice pub news.a 7 --json");
    assertThat(pub.exit()).as(pub.err()).isZero();
    assertThat(pub.out())
        .matches("1\n\\{\"channel\":\"news.a\",\"epoch\":\"[\\w-]+\",\"offset\":2}\n");

    Sh sub = sh("./sluice sub news.a --since beginning --count 2");
    assertThat(sub)
        .returns(0, Sh::exit)
        .returns("news.a 1 ann {\"n\":1.50}\nnews.a 2 cli 7\n", Sh::out);
    assertThat(sub.err()).contains("subscribed news.a at ").contains("position news.a ");
  }

  @Test
  void linesOfStandardInputArePublishedInOrderAndReadOnFromAPosition() throws Exception {
    Sh pub = sh("./sluice pub lines - --idempotency-key once", "{\"n\":1}\n\n{\"n\":2}\n{\"n\":3}");
    assertThat(pub.out()).isEqualTo("1\n2\n3\n");
    Sh again = sh("./sluice pub lines --idempotency-key once", "{\"n\":1}\n{\"n\":2}\n");
    assertThat(again.out()).as("appended once").isEqualTo("1\n2\n");

    Sh sub =
        sh(
            """
            at=$(./sluice sub lines --since beginning --count 1 2>&1 >/dev/null |
              sed -n 's/^position lines //p')
            ./sluice sub lines --since="$at" --count 2 --json 2>/dev/null
            """);
    assertThat(sub.exit()).as(sub.err()).isZero();
    assertThat(sub.out().lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith(
            "{\"type\":\"message\",\"channel\":\"lines\",\"from\":\"cli\",\"data\":{\"n\":2}")
        .endsWith(",\"offset\":2}");
  }

  @Test
  void aLineThatIsNoJsonIsRefusedWithItsNumberUnlessItIsText() throws Exception {
    Sh wrong = sh("./sluice pub notes", "{\"n\":1}\nhello\n");
    assertThat(wrong).returns(1, Sh::exit).returns("1\n", Sh::out);
    assertThat(wrong.err()).contains("line 2 is not JSON; --text publishes lines as strings");

    assertThat(sh("./sluice pub notes --text", "say \"hello\"\n").out()).isEqualTo("2\n");
    assertThat(sh("./sluice sub notes --since beginning --count 2 2>/dev/null").out())
        .endsWith("notes 2 cli \"say \\\"hello\\\"\"\n");
  }

  @Test
  void filtersLetThroughWhatMatches() throws Exception {
    sh(
        "./sluice pub jobs",
        "{\"id\":1,\"done\":true}\n{\"id\":2,\"done\":false}\n{\"id\":3}\n{\"id\":2}\n");
    Sh sub = sh("./sluice sub jobs --since beginning --filter id=2 --filter id=3 --count 3");
    assertThat(sub.out().lines())
        .extracting(line -> line.split(" ")[1])
        .containsExactly("2", "3", "4");
    Sh both = sh("./sluice sub jobs --since beginning --filter id=2 --filter done=false --count 1");
    assertThat(both.out()).isEqualTo("jobs 2 cli {\"id\":2,\"done\":false}\n");
  }

  @Test
  void aSlowReaderTakesItsTimeAndLosesNothing() throws Exception {
    sh("seq 6 | ./sluice pub slow");
    long before = System.nanoTime();
    Sh sub = sh("./sluice sub slow --since beginning --rate 2 --count 6");
    assertThat(System.nanoTime() - before).isGreaterThan(2_400_000_000L);
    assertThat(sub.out().lines()).hasSize(6);
  }

  @Test
  void whoeverHasReadEnoughEndsItQuietly() throws Exception {
    Sh head =
        sh(
            "./sluice pub enough 1; { ./sluice sub enough --since beginning || echo $? >&2; } |"
                + " head -1");
    assertThat(head.out()).isEqualTo("1\nenough 1 cli 1\n");
    assertThat(head.err()).doesNotContain("Exception").doesNotContain("sluice:");
  }

  @Test
  void controlCLeavesWithZeroAndSaysWhereToGoOn() throws Exception {
    Sh sub =
        sh(
            """
            ./sluice pub ends 1 >/dev/null
            ./sluice sub ends --since beginning >/tmp/sluice-ends.$$ 2>&1 &
            until grep -q '^ends 1' /tmp/sluice-ends.$$; do sleep 0.1; done
            kill -TERM $!
            wait $! && echo "exit 0"
            cat /tmp/sluice-ends.$$
            rm /tmp/sluice-ends.$$
            """);
    assertThat(sub.out()).startsWith("exit 0\n").containsPattern("position ends [\\w-]+:1\n");
  }

  @Test
  void aServerThatIsNotThereOrDoesNotWantUsIsOneLine() throws Exception {
    Sh gone = sh("./sluice sub news --url http://127.0.0.1:1");
    assertThat(gone.exit()).isEqualTo(1);
    assertThat(gone.err())
        .startsWith("sluice: cannot connect to ws://127.0.0.1:1/ws")
        .hasLineCount(1);
    Sh unwanted = sh("./sluice pub news 1 --token abc");
    assertThat(unwanted.exit()).isEqualTo(1);
    assertThat(unwanted.err())
        .startsWith("sluice: cannot connect to")
        .contains("403")
        .hasLineCount(1);
  }

  @Test
  void benchMeasuresThisServerAndDeliversEverything() throws Exception {
    Sh bench =
        sh("./sluice bench rooms --subscribers 20 --rate 50 --warmup 200ms --duration 1s --json");
    assertThat(bench.exit()).as(bench.err() + bench.out()).isZero();
    assertThat(bench.out())
        .hasLineCount(1)
        .contains("\"shape\":\"rooms\"", "\"published\":50,", "\"expected\":500,\"delivered\":500,")
        .contains("\"p99\":", "\"serverCpuMicrosPerDelivery\":", "\"serverFigures\":\"/stats\"");
    assertThat(bench.err()).contains("connected 20 of 20").contains("deliveries/s");
  }

  @Test
  void benchStartsAServerOfItsOwnIfNoneIsNamed() throws Exception {
    Sh bench =
        Sh.run(
            "./sluice bench echo --subscribers 5 --rate 100 --warmup 0 --duration 1s",
            "",
            Map.of());
    assertThat(bench.exit()).as(bench.err() + bench.out()).isZero();
    assertThat(bench.out())
        .contains("published   100,", "delivered   100 of 100", "latency     p50 ")
        .contains(" of processor per delivery");
  }
}
