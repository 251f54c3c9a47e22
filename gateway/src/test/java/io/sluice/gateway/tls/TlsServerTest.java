package io.sluice.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.core.Lane;
import io.sluice.core.TestPorts;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TlsTrouble;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.http.Gatehouse;
import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpRoute;
import io.sluice.gateway.http.HttpSettings;
import io.sluice.gateway.loop.GatewayServer;
import io.sluice.gateway.loop.GatewaySettings;
import io.sluice.gateway.wire.SocketKind;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Refusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A port that speaks TLS, and those who do not, or not well. */
@Execution(ExecutionMode.CONCURRENT)
class TlsServerTest {
  private static final Duration HANDSHAKE = Duration.ofSeconds(1);
  private static final String GET =
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  private final GatewayMeter meter = new GatewayMeter();
  private final Gatehouse house = new Gatehouse(settings(), (t, n) -> never(), meter, limits());
  private Tls tls;
  private GatewayServer server;

  @TempDir private Path folder;

  private static HttpSettings settings() {
    HttpRoute page = HttpRoute.at("GET", "/", call -> HttpAnswer.of(200, "a/b", "hello").now());
    return new HttpSettings(List.of(page), List.of(), false, Set.of(), List.of(), true);
  }

  private static CompletableFuture<Verdict> never() {
    return CompletableFuture.completedFuture(new Verdict.Rejected("never"));
  }

  private static Limits limits() {
    Limits usual = Limits.defaults(1 << 28);
    return new Limits(
        usual.log(),
        usual.hub(),
        usual.session(),
        usual.lane(),
        usual.socket(),
        usual.http(),
        new Limits.Connections(1_000, 1_000, 1_000, 256, HANDSHAKE, Duration.ofSeconds(30)),
        usual.json(),
        usual.token(),
        usual.presence());
  }

  private InetSocketAddress start(SocketKind kind, TestTls identity) throws IOException {
    tls = identity.server();
    Limits limits = limits();
    MemoryBroker broker =
        new MemoryBroker(limits.hub(), Namespaces.of(limits.log()), () -> "epoch");
    server =
        new GatewayServer(
            new GatewaySettings(1, kind, 64, tls),
            house,
            limits,
            () -> new Moment(System.nanoTime(), System.currentTimeMillis()),
            (index, outlet, wake) ->
                new Lane(index, limits, TestPorts.of(limits, broker), outlet, wake),
            meter);
    return server.bind(InetAddress.getLoopbackAddress(), 0);
  }

  private InetSocketAddress start() throws IOException {
    return start(SocketKind.best().secured(), TestTls.USUAL);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop();
    }
    if (tls != null) {
      tls.close();
    }
  }

  private static Socket connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(10_000);
    socket.connect(address);
    return socket;
  }

  private static String ask(Socket socket) throws IOException {
    socket.getOutputStream().write(GET.getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "EC, TLSv1.3",
    "EC, TLSv1.2",
    "RSA, TLSv1.3",
    "RSA, TLSv1.2",
    "Ed25519, TLSv1.3",
    "Ed25519, TLSv1.2"
  })
  void keysOfThreeKindsServeTwoVersions(String algorithm, String version)
      throws IOException, GeneralSecurityException, PemException {
    TestTls made = TestTls.make(algorithm);
    Path certificate = Files.writeString(folder.resolve("cert.pem"), made.certificatePem());
    Path key = Files.writeString(folder.resolve("key.pem"), made.keyPem());
    InetSocketAddress address = start(SocketKind.best().secured(), made);
    tls.renew(PemIdentity.read(certificate, key));
    try (SSLSocket socket = made.wrap(connect(address))) {
      socket.setEnabledProtocols(new String[] {version});
      assertThat(ask(socket)).startsWith("HTTP/1.1 200 ").endsWith("hello");
      assertThat(socket.getSession().getProtocol()).isEqualTo(version);
    }
  }

  @Test
  void aRenewedCertificateIsShownFromTheNextConnectionOn() throws IOException {
    TestTls renewed = TestTls.make("EC");
    InetSocketAddress address = start();
    try (SSLSocket before = TestTls.USUAL.wrap(connect(address))) {
      before.startHandshake();
      tls.renew(renewed.identity());
      try (SSLSocket after = renewed.wrap(connect(address))) {
        assertThat(ask(after)).startsWith("HTTP/1.1 200 ");
      }
      assertThat(ask(before)).startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SocketKind.class,
      names = {"EPOLL_TLS", "NIO_TLS"})
  void plainHttpIsClosedAndCounted(SocketKind kind) throws IOException {
    try (Socket plain = connect(start(kind, TestTls.USUAL))) {
      assertThat(ask(plain)).doesNotContain("HTTP");
    }
    await().until(() -> meter.tls(TlsTrouble.PLAINTEXT) == 1 && house.census().total() == 0);
    assertThat(meter.tls(TlsTrouble.HANDSHAKE)).isZero();
  }

  @Test
  void aPeerThatTrustsSomebodyElseIsCounted() throws IOException {
    TestTls stranger = TestTls.make("EC");
    try (SSLSocket socket = stranger.wrap(connect(start()))) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
    await().until(() -> meter.tls(TlsTrouble.HANDSHAKE) == 1 && house.census().total() == 0);
  }

  @Test
  void versionsBeforeTheOldestAreRefused() throws IOException {
    InetSocketAddress address = start();
    // A client hello that offers TLS 1.1 and nothing newer, as far as its version goes.
    byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 2 + 2 + 1 + 1];
    hello[0] = 22;
    hello[1] = 3;
    hello[2] = 1;
    hello[4] = (byte) (hello.length - 5);
    hello[5] = 1;
    hello[8] = (byte) (hello.length - 9);
    hello[9] = 3;
    hello[10] = 2;
    hello[45] = 2;
    hello[47] = 0x2F;
    hello[48] = 1;
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write(hello);
      byte[] alert = socket.getInputStream().readAllBytes();
      assertThat(alert).startsWith(21).endsWith(2, 70);
    }
    await().until(() -> meter.tls(TlsTrouble.HANDSHAKE) == 1);
  }

  @Test
  void handshakesThatDoNotEndAreCutAndTheOthersServed() throws IOException {
    InetSocketAddress address = start();
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Socket socket = connect(address);
      socket.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});
      slow.add(socket);
    }
    try (SSLSocket healthy = TestTls.USUAL.wrap(connect(address))) {
      assertThat(ask(healthy)).startsWith("HTTP/1.1 200 ");
    }
    for (Socket socket : slow) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      socket.close();
    }
    await().until(() -> house.census().total() == 0);
    assertThat(meter.tls(TlsTrouble.SLOW)).isEqualTo(200);
    assertThat(meter.refused(Refusal.SLOW)).isZero();
  }

  @Test
  void aRequestThatIsSlowBehindItsHandshakeIsToldSo() throws IOException {
    try (SSLSocket socket = TestTls.USUAL.wrap(connect(start()))) {
      socket.startHandshake();
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 408 ");
    }
    assertThat(meter.refused(Refusal.SLOW)).isEqualTo(1);
    assertThat(meter.tls(TlsTrouble.SLOW)).isZero();
  }

  @Test
  void whatCannotBeDecipheredEndsTheLine() throws IOException {
    Socket plain = connect(start());
    try (SSLSocket socket = TestTls.USUAL.wrap(plain)) {
      socket.startHandshake();
      plain.getOutputStream().write(new byte[] {23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
      plain.getOutputStream().write(new byte[10]);
      await().until(() -> house.census().total() == 0);
    }
    assertThat(meter.tls(TlsTrouble.RECORD)).isEqualTo(1);
  }

  @Test
  void whoGoesAwayDuringItsHandshakeHasDoneNothingWrong() throws IOException {
    InetSocketAddress address = start();
    Socket socket = connect(address);
    await().until(() -> house.census().total() == 1);
    socket.close();
    await().until(() -> house.census().total() == 0);
    for (TlsTrouble trouble : TlsTrouble.values()) {
      assertThat(meter.tls(trouble)).as(trouble.text()).isZero();
    }
  }
}
