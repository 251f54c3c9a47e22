package io.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a proxy, and what the snippets in docs/deploying.md make one send. */
class ProxiedDoorTest {
  private static final String PROXY = "10.0.0.1";
  private static final int PER_ADDRESS = 3;
  private static final Path PAGE = Path.of(System.getProperty("sluice.root"), "docs/deploying.md");
  private static final Pattern SET_HEADER = Pattern.compile("proxy_set_header ([\\w-]+) +([^;]+);");

  private final Station station = station(false);

  private static Station station(boolean development) {
    Limits limits =
        Station.limits(
            usual ->
                Station.with(
                    usual,
                    new Limits.Connections(
                        100,
                        PER_ADDRESS,
                        100,
                        256,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30))));
    return new Station(limits, development, "10.0.0.0/8 127.0.0.1");
  }

  private static String upgrade(String... headers) {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return Station.UPGRADE.replace("\r\n\r\n", "\r\n" + lines + "\r\n");
  }

  private static String get(String path, String... headers) {
    return Station.get(path)
        .replace("\r\n\r\n", "\r\n" + String.join("\r\n", headers) + "\r\n\r\n");
  }

  private static String from(String address) {
    return "X-Forwarded-For: " + address;
  }

  private String ask(String peer, String request) {
    EmbeddedChannel channel = station.connect(peer);
    Station.send(channel, request);
    String answer = Station.take(channel);
    channel.finishAndReleaseAll();
    return answer;
  }

  @Test
  void theClientsOfOneProxyAreCountedInItsStead() {
    List<EmbeddedChannel> open = new ArrayList<>();
    for (int client = 1; client <= 20; client++) {
      EmbeddedChannel channel = station.connect(PROXY);
      Station.send(channel, upgrade(from("203.0.113." + client)));
      assertThat(Station.take(channel)).startsWith("HTTP/1.1 101 ");
      open.add(channel);
    }
    assertThat(station.house.census().addresses()).isEqualTo(20);
    open.forEach(EmbeddedChannel::finishAndReleaseAll);
    assertThat(station.house.census().addresses()).isZero();
    assertThat(station.house.census().total()).isZero();
    assertThat(station.adopted.getFirst().remote()).isEqualTo("203.0.113.1");
  }

  @Test
  void oneClientBehindAProxyMeetsItsLimitAndIsReleasedOnce() {
    List<EmbeddedChannel> open = new ArrayList<>();
    for (int i = 0; i < PER_ADDRESS; i++) {
      EmbeddedChannel channel = station.connect(PROXY);
      Station.send(channel, upgrade(from("203.0.113.1")));
      open.add(channel);
    }
    assertThat(ask(PROXY, upgrade(from("203.0.113.1")))).startsWith("HTTP/1.1 429 ");
    assertThat(station.meter.refused(Refusal.ADDRESS_LIMIT)).isEqualTo(1);
    open.removeLast().finishAndReleaseAll();
    assertThat(ask(PROXY, upgrade(from("203.0.113.1")))).startsWith("HTTP/1.1 101 ");
    assertThat(ask(PROXY, upgrade(from("203.0.113.1")))).startsWith("HTTP/1.1 101 ");
    open.forEach(EmbeddedChannel::finishAndReleaseAll);
    assertThat(station.house.census().addresses()).isZero();
  }

  @Test
  void aProxysConnectionIsItsLatestClientsAndBetweenTwoRequestsNobodys() {
    EmbeddedChannel channel = station.connect(PROXY);
    for (String client : List.of("203.0.113.1", "203.0.113.2", "2001:db8::1")) {
      Station.send(channel, get("/slow", from(client)));
      assertThat(station.house.census().addresses()).isEqualTo(1);
      station.slowAnswer.complete(HttpAnswer.of(200, "text/plain", client));
      assertThat(Station.take(channel)).startsWith("HTTP/1.1 200 ");
      assertThat(station.house.census().addresses()).isZero();
      station.slowAnswer = new CompletableFuture<>();
    }
    Station.send(channel, upgrade(from("203.0.113.3")));
    assertThat(Station.take(channel)).startsWith("HTTP/1.1 101 ");
    assertThat(station.house.census().addresses()).isEqualTo(1);
    channel.finishAndReleaseAll();
    assertThat(station.house.census().addresses()).isZero();
  }

  @Test
  void forgedHeadersChangeNothing() {
    List<EmbeddedChannel> open = new ArrayList<>();
    for (int i = 0; i < PER_ADDRESS; i++) {
      EmbeddedChannel channel = station.connect("198.51.100.1");
      Station.send(channel, upgrade(from("203.0.113." + i)));
      assertThat(Station.take(channel)).startsWith("HTTP/1.1 101 ");
      open.add(channel);
    }
    assertThat(Station.take(station.connect("198.51.100.1"))).startsWith("HTTP/1.1 429 ");
    open.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Forwarded-For: me", "X-Forwarded-Host: a b", "Forwarded: for=\""})
  void aProxyThatCannotBeReadIsToldSo(String header) {
    assertThat(ask(PROXY, get("/health", header)))
        .startsWith("HTTP/1.1 400 ")
        .contains("\"bad_forwarded\"");
    assertThat(station.meter.refused(Refusal.BAD_FORWARDED)).isEqualTo(1);
  }

  @Test
  void aRouteSeesTheClient() {
    ask(PROXY, get("/files/a", from("203.0.113.9")));
    assertThat(station.calls.getFirst().remote()).isEqualTo("203.0.113.9");
    assertThat(station.calls.getFirst().loopback()).isFalse();
  }

  /** What Caddy's {@code reverse_proxy} sends without being told anything. */
  private static String[] caddy(String origin) {
    return new String[] {
      "X-Forwarded-For: 203.0.113.9",
      "X-Forwarded-Host: chat.example",
      "X-Forwarded-Proto: https",
      "Via: 1.1 Caddy",
      "Origin: " + origin
    };
  }

  /** What nginx sends as the page tells it to, to a client that has tried to be somebody else. */
  private static String[] nginx(String origin) throws IOException {
    Map<String, String> variables =
        Map.of(
            "$http_host", "chat.example",
            "$proxy_add_x_forwarded_for", "198.51.100.200, 203.0.113.9",
            "$scheme", "https");
    List<String> headers = new ArrayList<>();
    Matcher line = SET_HEADER.matcher(Files.readString(PAGE));
    while (line.find()) {
      String value = variables.get(line.group(2));
      // Host, Upgrade and Connection stand in the request already; nothing is sent empty.
      if (line.group(1).startsWith("X-")) {
        assertThat(value).as(line.group()).isNotNull();
        headers.add(line.group(1) + ": " + value);
      }
    }
    assertThat(headers).hasSize(3);
    headers.add("Origin: " + origin);
    return headers.toArray(String[]::new);
  }

  @Test
  void behindTheDocumentedProxiesTheSitesOwnPageMayConnectAndNoOther() throws IOException {
    for (String own : List.of("https://chat.example", "https://chat.example:443")) {
      assertThat(ask("127.0.0.1", upgrade(caddy(own)))).startsWith("HTTP/1.1 101 ");
      assertThat(ask("127.0.0.1", upgrade(nginx(own)))).startsWith("HTTP/1.1 101 ");
    }
    for (String foreign :
        List.of("https://evil.example", "https://chat.example:8443", "http://chat.example")) {
      assertThat(ask("127.0.0.1", upgrade(caddy(foreign)))).contains("\"bad_origin\"");
      assertThat(ask("127.0.0.1", upgrade(nginx(foreign)))).contains("\"bad_origin\"");
    }
    assertThat(station.adopted).allMatch(welcome -> welcome.remote().equals("203.0.113.9"));
  }

  @Test
  void inDevelopmentTheNameTheBrowserUsedMustBeThisMachines() {
    Station development = station(true);
    String local = get("/health").replace("sluice.test", "127.0.0.1:8080");
    EmbeddedChannel channel = development.connect("127.0.0.1");
    Station.send(channel, local.replace("\r\n\r\n", "\r\nX-Forwarded-Host: evil.example\r\n\r\n"));
    assertThat(Station.take(channel)).contains("\"bad_host\"");
    channel.finishAndReleaseAll();
    channel = development.connect("127.0.0.1");
    Station.send(channel, local.replace("\r\n\r\n", "\r\nX-Forwarded-Host: localhost\r\n\r\n"));
    assertThat(Station.take(channel)).startsWith("HTTP/1.1 200 ");
    channel.finishAndReleaseAll();
  }
}
