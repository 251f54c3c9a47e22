package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * RFC 6455 conformance by the Autobahn suite, against the production pipeline. Groups 1 to 7 and 10
 * run in the build; {@code -Pautobahn-all} adds group 9, whose messages are large and many.
 */
class AutobahnTest {
  /** The only cases that may be less than strictly right; the last three have no right answer. */
  private static final Map<String, String> MAY_DIFFER =
      Map.of(
          "6.4.3", "NON_STRICT",
          "6.4.4", "NON_STRICT",
          "7.1.6", "INFORMATIONAL",
          "7.13.1", "INFORMATIONAL",
          "7.13.2", "INFORMATIONAL");

  /** Cases in groups 1 to 7 and 10, so that a suite that ran less is not taken for a success. */
  private static final int CASES = 247;

  private static final int CASES_WITH_GROUP_9 = 301;

  private record Verdict(String behavior, String onClose) {}

  @Test
  void everyCaseIsStrictlyRightButForFiveKnownByNumber() throws Exception {
    boolean all = Boolean.getBoolean("sluice.autobahn.all");
    // Its own limits: group 9 sends messages of 16 MiB, in fragments of 64 bytes, slowly.
    Map<String, String> limits =
        Map.of(
            "limits.socket.messageBytes", "64MiB",
            "limits.socket.framesPerMessage", "1000000",
            "limits.socket.controlFramesPerSecond", "100000",
            "limits.socket.controlBytes", "64MiB");
    Map<String, Verdict> verdicts;
    try (TestServer server = TestServer.start(limits, List.of(new EchoEndpoint()))) {
      verdicts = run(server.port(), all ? "*" : "1.*,2.*,3.*,4.*,5.*,6.*,7.*,10.*");
    }
    assertThat(verdicts).hasSize(all ? CASES_WITH_GROUP_9 : CASES);
    assertThat(verdicts)
        .allSatisfy(
            (name, verdict) -> {
              assertThat(verdict.behavior()).as(name).isIn("OK", MAY_DIFFER.get(name));
              assertThat(verdict.onClose()).as(name + " on close").isIn("OK", "INFORMATIONAL");
              if (!MAY_DIFFER.containsKey(name)) {
                assertThat(verdict.onClose()).as(name + " on close").isEqualTo("OK");
              }
            });
  }

  private static Map<String, Verdict> run(int port, String cases) throws Exception {
    Path room = Path.of(System.getProperty("sluice.root"), "system-tests");
    Path output = room.resolve("target/autobahn.txt");
    Process client =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                jars(room.resolve("target/autobahn")),
                room.resolve("src/test/autobahn/FuzzingClient.java").toString(),
                "ws://127.0.0.1:" + port + "/echo",
                cases)
            .directory(room.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(client.waitFor(15, TimeUnit.MINUTES)).as("the suite ends").isTrue();
    } finally {
      client.destroyForcibly();
    }
    Map<String, Verdict> verdicts = new TreeMap<>();
    for (String line : Files.readAllLines(output)) {
      String[] words = line.split(" ");
      if (words.length == 4 && words[0].equals("case")) {
        verdicts.put(words[1], new Verdict(words[2], words[3]));
      }
    }
    return verdicts;
  }

  private static String jars(Path folder) {
    try (var files = Files.list(folder)) {
      return files.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
