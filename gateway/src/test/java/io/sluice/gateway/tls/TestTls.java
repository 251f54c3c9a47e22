package io.sluice.gateway.tls;

import io.sluice.gateway.loop.GatewaySettings;
import io.sluice.gateway.wire.SocketKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Certificates made when they are needed, by the running JDK, and clients that trust them. */
public final class TestTls {
  private static final char[] PASSWORD = "changeit".toCharArray();

  /** One for all who do not care which. */
  public static final TestTls USUAL = make("EC", "-groupname", "secp256r1");

  private final PemIdentity identity;
  private final SSLContext trusting;

  private TestTls(PemIdentity identity) throws GeneralSecurityException, IOException {
    this.identity = identity;
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("server", identity.chain().getFirst());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    trusting = SSLContext.getInstance("TLS");
    trusting.init(null, trust.getTrustManagers(), null);
  }

  /** A new key and its certificate, for localhost and 127.0.0.1. */
  public static TestTls make(String algorithm, String... more) {
    try {
      Path folder = Files.createTempDirectory("sluice-tls");
      Path store = folder.resolve("store.p12");
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  "a",
                  "-keyalg",
                  algorithm,
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "SAN=dns:localhost,ip:127.0.0.1",
                  "-validity",
                  "2",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  new String(PASSWORD)));
      command.addAll(Arrays.asList(more));
      Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (keytool.waitFor() != 0) {
        throw new AssertionError(said);
      }
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      Files.delete(store);
      Files.delete(folder);
      return new TestTls(
          new PemIdentity(
              List.of((X509Certificate) keys.getCertificate("a")),
              (PrivateKey) keys.getKey("a", PASSWORD)));
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public PemIdentity identity() {
    return identity;
  }

  /** The certificate as an operator has it. */
  public String certificatePem() throws GeneralSecurityException {
    return pem("CERTIFICATE", identity.chain().getFirst().getEncoded());
  }

  /** The key as an operator has it. */
  public String keyPem() {
    return pem("PRIVATE KEY", identity.key().getEncoded());
  }

  static String pem(String kind, byte[] bytes) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }

  /** What a server needs. */
  public Tls server() {
    try {
      return new Tls(identity, Duration.ofMillis(500));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The settings of a gateway, with TLS if the sockets want it. */
  public static GatewaySettings settings(int loops, SocketKind kind) {
    return new GatewaySettings(loops, kind, 64, kind.isSecured() ? USUAL.server() : null);
  }

  /** TLS on a connected socket, the handshake not begun. */
  public SSLSocket wrap(Socket socket) throws IOException {
    InetSocketAddress server = (InetSocketAddress) socket.getRemoteSocketAddress();
    return (SSLSocket)
        trusting
            .getSocketFactory()
            .createSocket(socket, server.getAddress().getHostAddress(), server.getPort(), true);
  }

  /** The socket as a client of this kind of server uses it. */
  public static Socket connected(Socket socket, SocketKind kind) throws IOException {
    if (!kind.isSecured()) {
      return socket;
    }
    SSLSocket secured = USUAL.wrap(socket);
    secured.startHandshake();
    return secured;
  }
}
