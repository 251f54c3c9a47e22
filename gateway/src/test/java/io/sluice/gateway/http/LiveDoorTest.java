package io.sluice.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.core.Lane;
import io.sluice.core.TestPorts;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.loop.GatewayServer;
import io.sluice.gateway.tls.TestTls;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The door with real sockets of both kinds. */
@Execution(ExecutionMode.CONCURRENT)
class LiveDoorTest {
  private final Limits limits = Station.limits(all -> all);
  private final Station station = new Station(limits, false);
  private GatewayServer server;

  private InetSocketAddress start(SocketKind kind) throws IOException {
    MemoryBroker broker =
        new MemoryBroker(limits.hub(), Namespaces.of(limits.log()), () -> "epoch");
    server =
        new GatewayServer(
            TestTls.settings(2, kind),
            station.house,
            limits,
            LiveDoorTest::realTime,
            (index, outlet, wake) ->
                new Lane(index, limits, TestPorts.of(limits, broker), outlet, wake),
            station.meter);
    return server.bind(InetAddress.getLoopbackAddress(), 0);
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private static Moment realTime() {
    return new Moment(System.nanoTime(), System.currentTimeMillis());
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void everyAttackIsAnsweredOnceAndTheLineEndsWithoutAReset(SocketKind kind) throws IOException {
    InetSocketAddress address = start(kind);
    for (Attack attack : Attack.TABLE) {
      try (Client client = new Client(address, kind)) {
        client.send(attack.bytes());
        String answer = attack.refusal() == null ? client.readTo("\r\n\r\n") : client.readToEnd();
        assertThat(answer).as(attack.what()).startsWith("HTTP/1.1 " + attack.status() + " ");
        assertThat(answer.split("HTTP/1\\.1 ", -1)).as(attack.what()).hasSize(2);
      }
    }
    for (Refusal refusal : Refusal.values()) {
      long expected = Attack.TABLE.stream().filter(row -> row.refusal() == refusal).count();
      assertThat(station.meter.refused(refusal)).as(refusal.text()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void framesInTheSegmentOfTheUpgradeAreReadInOrder(SocketKind kind) throws IOException {
    try (Client client = new Client(start(kind), kind)) {
      client.send(Station.UPGRADE + bytes("one") + bytes("two"));
      assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
      assertThat(client.readFrame()).isEqualTo(new Client.Frame(0x81, "one"));
      assertThat(client.readFrame()).isEqualTo(new Client.Frame(0x81, "two"));
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void framesThatComeBeforeTheVerdictAreReadAfterIt(SocketKind kind) throws IOException {
    try (Client client = new Client(start(kind), kind)) {
      client.send(Station.UPGRADE.replace("good", "slow") + bytes("one"));
      client.send(Client.text("two"));
      station.slowVerdict.complete(Station.accepted("carol"));
      assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 101 ");
      assertThat(client.readFrame().payload()).isEqualTo("one");
      assertThat(client.readFrame().payload()).isEqualTo("two");
      client.send(Client.text("three"));
      assertThat(client.readFrame().payload()).isEqualTo("three");
    }
  }

  private static String bytes(String message) {
    return new String(Client.text(message), java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aBodyThatIsTooLargeIsRefusedWhileItIsStillComing(SocketKind kind) throws IOException {
    try (Client client = new Client(start(kind), kind)) {
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n");
      byte[] part = new byte[1 << 20];
      for (int i = 0; i < 9; i++) {
        client.send(part);
      }
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 413 ").contains("body_too_large");
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aPeerThatStaysAfterItsRefusalIsClosedAfterAMoment(SocketKind kind) throws IOException {
    try (Client client = new Client(start(kind), kind)) {
      client.send(Station.get("/nowhere"));
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 404 ");
      await().until(() -> station.house.census().total() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(SocketKind.class)
  void aLargeAnswerArrivesWholeAndTheConnectionIsUsedAgain(SocketKind kind) throws IOException {
    try (Client client = new Client(start(kind), kind)) {
      String body = "abcdefgh".repeat(1 << 17);
      for (int i = 0; i < 3; i++) {
        String head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length();
        client.send(head + "\r\n\r\n" + body + "GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(client.readTo("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(client.readTo("HTTP/1.1 ")).isEqualTo(body + "HTTP/1.1 ");
        assertThat(client.readTo("\r\n\r\nok")).startsWith("200 ");
      }
    }
  }
}
