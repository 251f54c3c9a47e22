package io.sluice.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A thousand readers stop reading, and it costs the server no more than its log's bound: what the
 * log may hold, what it may remember beside it, and for each socket the rest of one frame. That no
 * socket has more than one piece of 16 KiB handed over is held by {@code RealSocketTest} in {@code
 * gateway}, where a single socket can be looked into.
 */
class StalledReadersTest {
  private static final int READERS = 1_000;
  private static final int MESSAGES = 100_000;
  private static final int BATCH = 200;
  private static final int LOG_MESSAGES = 1_000;
  private static final long LOG_BYTES = 1 << 20;
  private static final long DERIVED_BYTES = 1 << 20;

  /** What a socket may hold of ours: the rest of one frame, and a piece of it handed over. */
  private static final long SOCKET_BYTES = 2 << 10;

  private static final String PADDING = "x".repeat(700);

  @Test
  void aThousandSocketsThatStopReadingHoldNothingAndThenGetTheTailWithOneNotice() throws Exception {
    // They will be silent for longer than the heartbeat allows on a slow machine. A process of its
    // own, because what is asserted is the heap of the server and of nothing else.
    try (Terminal process =
        Terminal.serve(
            Map.of(
                "SLUICE_LANES", "1",
                "SLUICE_LIMITS_SESSION_HEARTBEAT", "10m",
                "SLUICE_LIMITS_CONNECTIONS_PER_USER", "2000"),
            "--port",
            "0")) {
      Remote server = Remote.of(process);
      List<RawClient> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        RawClient reader = server.connect(4 << 10);
        reader.send("{\"action\":\"subscribe\",\"channel\":\"c\",\"recoverable\":true}");
        reader.await("\"subscribed\"");
        readers.add(reader);
      }
      long before = server.heapAfterCollection();
      publishAll(server);
      long grown = server.heapAfterCollection() - before;
      assertThat(grown).isLessThan(LOG_BYTES + DERIVED_BYTES + READERS * SOCKET_BYTES);
      for (RawClient reader : readers) {
        readTail(reader);
        reader.close();
      }
    }
  }

  private static void publishAll(Remote server) throws IOException {
    try (RawClient publisher = server.connect(0)) {
      for (int i = 1; i <= MESSAGES; i++) {
        boolean last = i % BATCH == 0;
        publisher.put(
            "{\"action\":\"publish\",\"channel\":\"c\",\"payload\":{\"n\":"
                + i
                + ",\"padding\":\""
                + PADDING
                + "\"}"
                + (last ? ",\"ack\":true" : "")
                + "}");
        if (last) {
          publisher.flush();
          publisher.await("\"published\"");
        }
      }
    }
  }

  /** What the kernel took, then one gap, then all the rest up to the head. */
  private static void readTail(RawClient reader) throws IOException {
    long next = 1;
    int gaps = 0;
    while (next <= MESSAGES) {
      String message = reader.text();
      if (message.contains("\"type\":\"gap\"")) {
        assertThat(message).contains("\"firstOffset\":" + next + ",", "\"reason\":\"evicted\"");
        gaps++;
        next = Long.parseLong(message.replaceAll(".*\"lastOffset\":(\\d+).*", "$1")) + 1;
        assertThat(next).isGreaterThan(MESSAGES - LOG_MESSAGES);
      } else {
        assertThat(DeliveryTest.offset(message)).isEqualTo(next);
        assertThat(message).contains("\"n\":" + next + ",");
        next++;
      }
    }
    assertThat(gaps).isEqualTo(1);
  }

  /** A server in a process of its own. */
  private record Remote(long pid, int port, String token) {
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    static Remote of(Terminal process) throws InterruptedException {
      String ready = process.await("sluice ready ");
      return new Remote(
          process.pid(),
          Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1)),
          process.await("token ").split(" +")[1]);
    }

    RawClient connect(int receiveBuffer) throws IOException {
      return RawClient.connect(port, token, receiveBuffer);
    }

    long heapAfterCollection() throws Exception {
      ask("GC.run");
      ask("GC.run");
      long used = 0;
      // The generations; metaspace and class space come after them and are no heap.
      for (String line : ask("GC.heap_info").split(" Metaspace")[0].split("\n")) {
        Matcher matcher = USED.matcher(line);
        used += line.contains("total") && matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
      }
      assertThat(used).isPositive();
      return used << 10;
    }

    private String ask(String command) throws Exception {
      Path jcmd = Path.of(System.getProperty("java.home"), "bin/jcmd");
      Process process =
          new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
              .redirectErrorStream(true)
              .start();
      String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(answer).isZero();
      return answer;
    }
  }
}
