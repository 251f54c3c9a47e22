package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sluice serve}, started and stopped as a person does. */
class LauncherTest {
  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));

  @Test
  void serveSaysWhereItIsAndTheReadyTokenWorks() throws Exception {
    try (Terminal sluice = serve("--port", "0")) {
      String ready = sluice.await("sluice ready http://127.0.0.1:");
      int port = Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
      String token = sluice.await("token ").split(" +")[1];
      sluice.await("npx wscat -c 'ws://127.0.0.1:" + port + "/ws?token=" + token + "'");
      try (RawClient client = RawClient.open(port, "/ws?token=" + token)) {
        assertThat(client.text()).contains("\"connected\"");
      }
    }
  }

  @Test
  void aSignalToEndClosesEverybodyWith1012AndExitsWithZero() throws Exception {
    try (Terminal sluice = serve("--port", "0")) {
      String ready = sluice.await("sluice ready http://127.0.0.1:");
      int port = Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
      String token = sluice.await("token ").split(" +")[1];
      try (RawClient client = RawClient.open(port, "/ws?token=" + token)) {
        client.text();
        sluice.terminate();
        assertThat(client.awaitClose()).isEqualTo(1012);
      }
      assertThat(sluice.exitCode(5)).isZero();
    }
  }

  @Test
  void controlCEndsItLikeASignal() throws Exception {
    try (Terminal sluice = serve("--port", "0")) {
      sluice.await("sluice ready");
      try (Terminal kill = Terminal.run(HOUSE, "kill", "-INT", Long.toString(sluice.pid()))) {
        assertThat(kill.exitCode(5)).isZero();
      }
      assertThat(sluice.exitCode(5)).isZero();
    }
  }

  @Test
  void aPortInUseIsOneLineAndExitCodeOne() throws Exception {
    try (ServerSocket taken = new ServerSocket(0);
        Terminal sluice = serve("--port", Integer.toString(taken.getLocalPort()))) {
      assertThat(sluice.exitCode(30)).isEqualTo(1);
      assertThat(sluice.seen().stream().filter(LauncherTest::isNotTheBuild).toList())
          .singleElement()
          .asString()
          .contains("the port is in use");
    }
  }

  @Test
  void anOlderJavaInFrontOfEverythingIsPassedOver(@TempDir Path old) throws Exception {
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    Path bin = Files.createDirectory(old.resolve("bin"));
    for (String tool : List.of("java", "javac")) {
      Path script = Files.writeString(bin.resolve(tool), "#!/bin/sh\nexit 99\n");
      assertThat(script.toFile().setExecutable(true)).isTrue();
    }
    Map<String, String> environment =
        Map.of("JAVA_HOME", old.toString(), "PATH", bin + ":" + System.getenv("PATH"));
    try (Terminal sluice = Terminal.serve(environment, "--port", "0")) {
      sluice.await("sluice ready");
    }
  }

  @Test
  void aCacheThatIsDamagedOrCannotBeMadeKeepsNothingFromStarting() throws Exception {
    try (Terminal first = serve("--port", "0")) {
      first.await("sluice ready");
    }
    Path cache;
    try (Stream<Path> caches = Files.list(HOUSE.resolve("cli/target/aot"))) {
      cache = caches.filter(file -> file.toString().endsWith(".aot")).findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(cache);
    try {
      for (byte[] damaged :
          List.of(new byte[0], new byte[4_096], Arrays.copyOf(whole, whole.length / 2))) {
        Files.write(cache, damaged);
        try (Terminal sluice = serve("--port", "0")) {
          sluice.await("sluice ready");
          assertThat(sluice.seen()).noneMatch(line -> line.contains("[warning]"));
          assertThat(sluice.seen().getFirst()).startsWith("sluice ready");
        }
      }
    } finally {
      Files.write(cache, whole);
    }
  }

  private static boolean isNotTheBuild(String line) {
    return !line.contains("building");
  }

  @Test
  void withoutASecretItDoesNotListenForStrangers() throws Exception {
    try (Terminal sluice = serve("--port", "0", "--host", "0.0.0.0")) {
      assertThat(sluice.exitCode(30)).isEqualTo(2);
      assertThat(sluice.seen().toString()).contains("secret");
    }
  }

  @Test
  void withASecretTheTokenIsNeverPrinted() throws Exception {
    try (Terminal sluice =
        serve("--port", "0", "--secret", "a secret of more than thirty-two bytes")) {
      sluice.await("sluice ready");
      sluice.terminate();
      assertThat(sluice.exitCode(5)).isZero();
      assertThat(sluice.seen().toString()).doesNotContain("eyJ");
    }
  }

  private static Terminal serve(String... options) throws IOException {
    return Terminal.serve(Map.of(), options);
  }
}
