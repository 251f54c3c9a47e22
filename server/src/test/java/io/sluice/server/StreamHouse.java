package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server whose streams are short, and those who publish and read over them. */
abstract class StreamHouse {
  private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)}$");

  RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server =
        new RunningServer(
            Map.of("limits.http.streamLines", "50", "limits.session.heartbeat", "1s"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  final HttpRequest post(String... lines) {
    return server
        .request("/stream")
        .POST(BodyPublishers.ofString(String.join("\n", lines)))
        .build();
  }

  /** All lines of a response that ends by itself. */
  final List<String> say(String... lines) throws Exception {
    HttpResponse<String> answer = server.send(post(lines));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body().lines().toList();
  }

  final void publish(String channel, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      assertThat(say(publication(channel, Integer.toString(i)))).hasSize(3);
    }
  }

  static String publication(String channel, String payload) {
    return "{\"action\":\"publish\",\"id\":1,\"ack\":true,\"channel\":\"%s\",\"payload\":%s}"
        .formatted(channel, payload);
  }

  static String subscribe(String channel, String more) {
    return "{\"action\":\"subscribe\",\"id\":7,\"channel\":\"%s\"%s}".formatted(channel, more);
  }

  static String credits(long messages) {
    return ",\"credits\":{\"messages\":" + messages + "}";
  }

  /** The next line that says something. */
  static String next(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (line != null && (line.isEmpty() || line.equals(":"))) {
      line = lines.readLine();
    }
    return line;
  }

  static List<Long> offsets(List<String> lines) {
    return lines.stream()
        .filter(line -> line.contains("\"type\":\"message\""))
        .map(OFFSET::matcher)
        .filter(java.util.regex.Matcher::find)
        .map(found -> Long.parseLong(found.group(1)))
        .toList();
  }
}
