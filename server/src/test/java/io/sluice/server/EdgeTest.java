package io.sluice.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.EdgeSettings.TlsFiles;
import io.sluice.server.config.Settings;
import io.sluice.server.config.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Proxies and TLS as an operator configures them. */
class EdgeTest {
  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;

  /** A new key and certificate for this machine, made by the running JDK. */
  private X509Certificate make(Path certificate, Path key) throws Exception {
    Path store = Files.createTempDirectory(folder, "store").resolve("store.p12");
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/keytool") + ""));
    command.addAll(List.of("-genkeypair", "-alias", "a", "-keyalg", "EC", "-validity", "2"));
    command.addAll(List.of("-dname", "CN=localhost", "-ext", "SAN=ip:127.0.0.1"));
    command.addAll(List.of("-storepass", PASSWORD, "-keystore", store.toString()));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    X509Certificate made = (X509Certificate) keys.getCertificate("a");
    write(certificate, "CERTIFICATE", made.getEncoded());
    write(key, "PRIVATE KEY", keys.getKey("a", PASSWORD.toCharArray()).getEncoded());
    return made;
  }

  private static void write(Path file, String kind, byte[] bytes) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN %s-----\n%s\n-----END %s-----\n"
            .formatted(kind, Base64.getMimeEncoder().encodeToString(bytes), kind));
  }

  private static Settings settings(Map<String, String> given) throws SettingsException {
    Map<String, String> all = new HashMap<>(given);
    all.put("port", "0");
    return Settings.load(all, null, Map.of());
  }

  private static SSLContext trusting(X509Certificate trusted) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("server", trusted);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static String ask(Sluice sluice, X509Certificate trusted, String path, String header)
      throws Exception {
    try (SSLSocket socket =
        (SSLSocket) trusting(trusted).getSocketFactory().createSocket("127.0.0.1", sluice.port())) {
      return ask(socket, path, header);
    }
  }

  private static String ask(Socket socket, String path, String header) throws IOException {
    String request =
        "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n".formatted(path, header);
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), US_ASCII);
  }

  @Test
  void twoFilesMakeItSpeakTls() throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    X509Certificate first = make(certificate, key);
    Map<String, String> given = Map.of("tls.certificate", certificate + "", "tls.key", key + "");
    try (Sluice sluice = Sluice.start(settings(given))) {
      assertThat(sluice.isSecured()).isTrue();
      assertThat(ask(sluice, first, "/health", "")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void visionFlowIsSpokenOverTls() throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    X509Certificate made = make(certificate, key);
    Map<String, String> given = Map.of("tls.certificate", certificate + "", "tls.key", key + "");
    try (Sluice sluice = Sluice.start(settings(given));
        HttpClient http = HttpClient.newBuilder().sslContext(trusting(made)).build()) {
      String token =
          sluice
              .developer()
              .issue(
                  TokenIssuer.Request.of("ada"), Duration.ofMinutes(1), System.currentTimeMillis());
      String house = "wss://127.0.0.1:" + sluice.port();
      URI rooms = URI.create(house + "/ws/voice?token=" + token);
      VisionFlowPeer ada = new VisionFlowPeer(http, rooms, NodeForm.RAW);
      VisionFlowPeer bob = new VisionFlowPeer(http, rooms, NodeForm.FRAMED);
      ada.next("room");
      bob.next("room");
      ada.send(new byte[] {1, 0, 9});
      assertThat(bob.binary()).endsWith(1, 0, 1, 0, 9);
      VisionFlowPeer watcher =
          new VisionFlowPeer(http, URI.create(house + "/ws/positions?token=" + token), NodeForm.V2);
      watcher.next("graph_update");
      watcher.roundTrip();
      http.shutdownNow();
    }
  }

  @Test
  void haipIsSpokenOverTls() throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    X509Certificate made = make(certificate, key);
    Map<String, String> given = Map.of("tls.certificate", certificate + "", "tls.key", key + "");
    try (Sluice sluice = Sluice.start(settings(given));
        HttpClient http = HttpClient.newBuilder().sslContext(trusting(made)).build()) {
      String token =
          sluice
              .developer()
              .issue(
                  TokenIssuer.Request.of("ada"), Duration.ofMinutes(1), System.currentTimeMillis());
      String house = "//127.0.0.1:" + sluice.port() + "/haip/";
      HaipPerson ada =
          new HaipPerson(
              http, URI.create("wss:" + house + "websocket?token=" + token), HaipPerson.id());
      ada.official(100, 100_000).next("HAI");
      ada.echo();
      ada.cut();
      HttpRequest said =
          HttpRequest.newBuilder(URI.create("https:" + house + "stream"))
              .header("Authorization", "Bearer " + token)
              .POST(
                  BodyPublishers.ofString(
                      HaipPerson.envelope(HaipPerson.id(), 1, "SYSTEM", "HAI", HaipEvents.HAI)))
              .build();
      try (Stream<String> lines = http.send(said, BodyHandlers.ofLines()).body()) {
        assertThat(lines.findFirst().orElseThrow()).contains("\"HAI\"");
      }
      HttpRequest events =
          HttpRequest.newBuilder(URI.create("https:" + house + "sse"))
              .header("Authorization", "Bearer " + token)
              .build();
      // A server that nobody spoke to speaks first.
      try (Stream<String> lines = http.send(events, BodyHandlers.ofLines()).body()) {
        assertThat(lines.anyMatch(line -> line.contains("\"HAI\""))).isTrue();
      }
      http.shutdownNow();
    }
  }

  @Test
  void aChangedFileIsReadAgainAndABadOneChangesNothing() throws Exception {
    Path file = folder.resolve("both.pem");
    Path key = folder.resolve("key.pem");
    X509Certificate first = make(file, key);
    Certificate certificate = new Certificate(new TlsFiles(file, key), Duration.ofSeconds(1));
    try (certificate) {
      X509Certificate second = make(file, key);
      assertThat(second).isNotEqualTo(first);
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
      assertThat(certificate.look()).isTrue();
      assertThat(certificate.look()).isFalse();
      Files.writeString(file, "half a certifi");
      Files.setLastModifiedTime(file, FileTime.fromMillis(2_000));
      assertThat(certificate.look()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tls.certificate|--tls.certificate: needs tls.key beside it",
        "tls.key|--tls.key: needs tls.certificate beside it",
      })
  void oneFileAloneIsNotEnough(String key, String message) {
    assertThatThrownBy(() -> settings(Map.of(key, "x.pem")))
        .isInstanceOf(SettingsException.class)
        .hasMessage(message);
  }

  @Test
  void filesThatAreNoGoodAreNamedAtStart() throws Exception {
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    make(certificate, key);
    Map<String, String> swapped = Map.of("tls.certificate", key + "", "tls.key", certificate + "");
    assertThatThrownBy(() -> Sluice.start(settings(swapped)))
        .isInstanceOf(SettingsException.class)
        .hasMessage("tls.certificate: " + key + ": it holds no CERTIFICATE in PEM form");
    Map<String, String> twice =
        Map.of("tls.certificate", certificate + "", "tls.key", certificate + "");
    assertThatThrownBy(() -> Sluice.start(settings(twice)))
        .isInstanceOf(SettingsException.class)
        .hasMessage("tls.key: " + certificate + ": it holds no PRIVATE KEY in PEM form");
  }

  @Test
  void aRangeThatIsNoneIsNamedAtStart() {
    assertThatThrownBy(() -> settings(Map.of("trusted-proxies", "10.0.0.0/8,10.0.0.1/8")))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("--trusted-proxies: '10.0.0.1/8' has bits behind its prefix");
  }

  @Test
  void figuresAreForWhoIsReallyOnThisMachine() throws Exception {
    try (Sluice sluice = Sluice.start(settings(Map.of("trusted-proxies", "127.0.0.1")))) {
      assertThat(stats(sluice, "")).startsWith("HTTP/1.1 200 ");
      assertThat(stats(sluice, "X-Forwarded-For: 127.0.0.1\r\n")).startsWith("HTTP/1.1 200 ");
      assertThat(stats(sluice, "X-Forwarded-For: 203.0.113.9\r\n")).startsWith("HTTP/1.1 401 ");
      assertThat(stats(sluice, "X-Forwarded-For: 127.0.0.1, 203.0.113.9\r\n"))
          .startsWith("HTTP/1.1 401 ");
    }
    try (Sluice sluice = Sluice.start(settings(Map.of()))) {
      assertThat(stats(sluice, "X-Forwarded-For: 127.0.0.1\r\n")).startsWith("HTTP/1.1 401 ");
    }
  }

  private static String stats(Sluice sluice, String header) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sluice.port())) {
      return ask(socket, "/stats", header);
    }
  }
}
