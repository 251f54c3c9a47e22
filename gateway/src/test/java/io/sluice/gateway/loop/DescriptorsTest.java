package io.sluice.gateway.loop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.http.Client;
import io.sluice.gateway.wire.SocketKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server without descriptors, in a process of its own. */
class DescriptorsTest {
  private static final int DESCRIPTORS = 128;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration BETWEEN = Duration.ofMillis(20);

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"EPOLL_TLS", "NIO_TLS"})
  void withoutDescriptorsItPausesServesWhoIsThereAndGoesOnWhenThereAreSome(SocketKind kind)
      throws IOException {
    Process process = start(kind);
    InputStreamReader output = new InputStreamReader(process.getInputStream(), US_ASCII);
    try (BufferedReader lines = new BufferedReader(output)) {
      InetSocketAddress address =
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(), Integer.parseInt(lines.readLine()));
      try (Client inside = new Client(address)) {
        assertThat(pauses(inside)).isZero();
        List<Client> crowd = new ArrayList<>();
        for (int i = 0; i < DESCRIPTORS; i++) {
          crowd.add(new Client(address));
        }
        long first = awaitMoreThan(0, inside);
        Duration before = cpu(process);
        long last = awaitMoreThan(first + 1, inside);
        // Two pauses of a second each, and nothing to do but to answer this test.
        assertThat(cpu(process).minus(before)).isLessThan(Duration.ofMillis(1_000));
        for (Client client : crowd) {
          client.close();
        }
        try (Client newcomer = new Client(address)) {
          assertThat(pauses(newcomer)).isGreaterThanOrEqualTo(last);
        }
      }
    } finally {
      process.destroy();
    }
  }

  private static Duration cpu(Process process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Asks until the server has paused more often than this. */
  private static long awaitMoreThan(long pauses, Client client) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    long seen = pauses(client);
    while (seen <= pauses && System.nanoTime() < end) {
      LockSupport.parkNanos(BETWEEN.toNanos());
      seen = pauses(client);
    }
    assertThat(seen).isGreaterThan(pauses);
    return seen;
  }

  private static long pauses(Client client) throws IOException {
    client.send("GET /pauses HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
    return Long.parseLong(client.readTo("\n").strip());
  }

  private static Process start(SocketKind kind) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String command =
        "ulimit -n "
            + DESCRIPTORS
            + " && exec \"$0\" -cp \"$1\" -XX:+UseSerialGC"
            + " --enable-native-access=ALL-UNNAMED io.sluice.gateway.loop.CrampedServer "
            + kind;
    return new ProcessBuilder(
            "sh", "-c", command, java.toString(), System.getProperty("java.class.path"))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
