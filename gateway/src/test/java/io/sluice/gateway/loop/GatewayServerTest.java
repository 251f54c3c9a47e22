package io.sluice.gateway.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.Lane;
import io.sluice.core.TestPorts;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.http.Client;
import io.sluice.gateway.http.Gatehouse;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.gateway.http.HttpSettings;
import io.sluice.gateway.nexus.NexusEndpoint;
import io.sluice.gateway.tls.TestTls;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole gateway with a core behind it, spoken to in bytes. */
@Execution(ExecutionMode.CONCURRENT)
class GatewayServerTest {
  private static final Limits LIMITS = Limits.defaults(1 << 28);
  private static final int TEXT = 0x81;
  private static final int CLOSE = 0x88;

  private final GatewayMeter meter = new GatewayMeter();
  private final NexusEndpoint nexus = new NexusEndpoint(LIMITS, GatewayServerTest::now);
  private final Gatehouse house = new Gatehouse(settings(), this::verify, meter, LIMITS);
  private GatewayServer server;
  private SocketKind kind;

  private static Moment now() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  private HttpSettings settings() {
    HttpRoute health =
        HttpRoute.at("GET", "/health", call -> HttpAnswer.of(200, "text/plain", "ok").now());
    return new HttpSettings(List.of(health), List.of(nexus), true, Set.of());
  }

  /** The token is the name. */
  private CompletableFuture<TokenVerifier.Verdict> verify(String token, Moment now) {
    return CompletableFuture.completedFuture(
        new TokenVerifier.Verdict.Accepted(new Identity(token, null, Grants.ALL, Long.MAX_VALUE)));
  }

  private InetSocketAddress start(SocketKind kind) throws IOException {
    server = make(kind);
    return server.bind(InetAddress.getLoopbackAddress(), 0);
  }

  private GatewayServer make(SocketKind kind) {
    this.kind = kind;
    MemoryBroker broker =
        new MemoryBroker(LIMITS.hub(), Namespaces.of(LIMITS.log()), () -> "epoch");
    return new GatewayServer(
        TestTls.settings(2, kind),
        house,
        LIMITS,
        GatewayServerTest::now,
        (index, outlet, wake) ->
            new Lane(index, LIMITS, TestPorts.of(LIMITS, broker), outlet, wake),
        meter);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop();
    }
    nexus.close();
  }

  private Client connect(InetSocketAddress address, String user, String headers)
      throws IOException {
    Client client = new Client(address, kind);
    client.send(
        "GET /ws?token="
            + user
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + headers
            + "\r\n");
    assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
    Client.Frame connected = client.readFrame();
    assertThat(connected.payload()).contains("\"type\":\"connected\"").contains(user);
    return client;
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void whatOnePublishesAllSubscribersGetInOrder(SocketKind kind) throws IOException {
    InetSocketAddress address = start(kind);
    try (Client alice = connect(address, "alice", "");
        Client bob = connect(address, "bob", "Sec-WebSocket-Protocol: sluice.1\r\n");
        Client carol = connect(address, "carol", "")) {
      for (Client subscriber : List.of(alice, bob)) {
        subscriber.send(Client.text("{\"action\":\"subscribe\",\"channel\":\"c\"}"));
        assertThat(subscriber.readFrame().payload()).contains("\"subscribed\"");
      }
      for (int i = 0; i < 50; i++) {
        carol.send(
            Client.text(
                "{\"action\":\"publish\",\"channel\":\"c\",\"payload\":{\"n\":" + i + "}}"));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(alice.readFrame().payload())
            .contains("\"from\":\"carol\"")
            .contains("\"data\":{\"n\":" + i + "}")
            .doesNotContain("offset");
        assertThat(bob.readFrame().payload())
            .contains("\"data\":{\"n\":" + i + "}")
            .contains("\"offset\":" + (i + 1));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aStopTellsEveryWebSocketAndEndsInTime(SocketKind kind) throws IOException {
    InetSocketAddress address = start(kind);
    try (Client polite = connect(address, "alice", "");
        Client mute = connect(address, "bob", "")) {
      CompletableFuture<Void> goodbye =
          CompletableFuture.runAsync(
              () -> {
                try {
                  Client.Frame close = polite.readFrame();
                  assertThat(close.first()).isEqualTo(CLOSE);
                  assertThat(close.payload()).startsWith("\u0003\u00f4");
                  polite.send(Client.frame(CLOSE, new byte[] {3, (byte) 0xF4}));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      long before = System.nanoTime();
      server.stop();
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
      goodbye.join();
      assertThat(mute.readFrame().first()).isEqualTo(CLOSE);
      assertThat(server.connections()).isZero();
      assertThat(house.census().total()).isZero();
    }
    assertThatThrownBy(() -> new Client(address, kind)).isInstanceOf(IOException.class);
    server = null;
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aPortInUseIsSaidAndNothingIsLeftRunning(SocketKind kind) throws IOException {
    InetSocketAddress address = start(kind);
    GatewayServer second = make(kind);
    assertThatThrownBy(() -> second.bind(address.getAddress(), address.getPort()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(String.valueOf(address.getPort()));
    assertThat(house.census().total()).isZero();
  }

  @Test
  void aBinaryMessageEndsANexusConnection() throws IOException {
    try (Client client = connect(start(SocketKind.best()), "alice", "")) {
      client.send(Client.frame(0x82, new byte[] {1}));
      Client.Frame close = client.readFrame();
      assertThat(close.first()).isEqualTo(CLOSE);
      assertThat(close.payload()).startsWith("\u0003\u00eb");
    }
  }

  @Test
  void aConnectionThatUsesAnOptionalFieldGetsOffsetsFromThenOn() throws IOException {
    try (Client client = connect(start(SocketKind.best()), "alice", "")) {
      client.send(Client.text("{\"action\":\"subscribe\",\"channel\":\"c\"}"));
      assertThat(client.readFrame().payload()).doesNotContain("epoch");
      client.send(Client.text("{\"action\":\"publish\",\"channel\":\"c\",\"payload\":1}"));
      assertThat(client.readFrame().payload()).contains("\"data\":1").doesNotContain("offset");
      String publish =
          "{\"action\":\"publish\",\"channel\":\"c\",\"payload\":2,\"ack\":true,\"id\":7}";
      client.send(Client.text(publish));
      List<String> answers = List.of(client.readFrame().payload(), client.readFrame().payload());
      assertThat(answers).anyMatch(text -> text.contains("\"published\"") && text.contains("7"));
      assertThat(answers).anyMatch(text -> text.contains("\"data\":2,") && text.contains("offset"));
    }
  }

  @Test
  void whatIsNoCommandIsAnsweredAndTheConnectionStays() throws IOException {
    try (Client client = connect(start(SocketKind.best()), "alice", "")) {
      client.send(Client.text("nonsense"));
      Client.Frame answer = client.readFrame();
      assertThat(answer.first()).isEqualTo(TEXT);
      assertThat(answer.payload()).contains("Invalid JSON format");
      client.send(Client.text("{\"action\":\"ping\"}"));
      assertThat(client.readFrame().payload()).contains("\"pong\"");
    }
  }
}
