package io.sluice.server.config;

import io.sluice.admin.ApiKeys;
import io.sluice.gateway.http.Network;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.server.auth.ClaimRules;
import io.sluice.server.auth.Roles;
import io.sluice.server.auth.Secret;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks for every key, in the order of the documentation, and checks what belongs together. */
final class SettingsKeys {
  private static final int MAX_LANES = 256;

  private final KeyReader keys;

  SettingsKeys(KeyReader keys) {
    this.keys = keys;
  }

  Settings read() throws SettingsException {
    String host = orElse(keys.text("host", "an address", "127.0.0.1", "where to listen"));
    int port = keys.integer("port", 8_080, 0, 65_535, "where to listen; 0 takes a free port");
    Roles roles = RoleRules.read(keys);
    AuthSettings auth = auth(roles);
    ApiKeys apiKeys = ApiKeyRules.read(keys, roles);
    List<String> origins = origins();
    EdgeSettings edge = new EdgeSettings(proxies(), tls());
    Path data = data();
    int lanes =
        keys.integer(
            "lanes",
            Runtime.getRuntime().availableProcessors(),
            "one per processor",
            1,
            MAX_LANES,
            "event loops");
    refuseRedis();
    Limits limits = new LimitKeys(keys).read(Limits.defaults(Runtime.getRuntime().maxMemory()));
    Namespaces namespaces = ChannelRules.read(keys, limits.log(), auth.isDevelopment());
    TelemetrySettings telemetry = TelemetrySettings.read(keys);
    HaipSettings haip = HaipSettings.read(keys);
    VisionFlowSettings visionFlow = VisionFlowSettings.read(keys);
    keys.refuseUnknown();
    refuseOpenDevelopment(host, auth);
    return new Settings(
        host,
        port,
        auth,
        apiKeys,
        origins,
        edge,
        data,
        lanes,
        limits,
        namespaces,
        telemetry,
        haip,
        visionFlow);
  }

  private static String orElse(@Nullable String host) {
    return host == null ? "127.0.0.1" : host;
  }

  private AuthSettings auth(Roles roles) throws SettingsException {
    List<Secret> secrets = secrets();
    String keyFile =
        keys.text(
            "keys", "a file", "none", "public keys as PEM, JWK or JWKS: RS, PS, ES and EdDSA");
    URI jwks = jwks();
    if (keyFile != null && jwks != null) {
      throw new SettingsException(
          keys.origin("keys") + " and " + keys.origin("jwks") + ": give one of them");
    }
    List<String> audience =
        keys.list("audience", "names", "a token's `aud` must hold one of these");
    String issuer = keys.text("issuer", "a name", "none", "a token's `iss` must be exactly this");
    boolean allowNoExpiry =
        keys.flag("allow-no-expiry", "take tokens without `exp`, which never end");
    Duration leeway =
        keys.duration(
            "leeway",
            Duration.ZERO,
            Duration.ZERO,
            Duration.ofMinutes(5),
            "how far `exp` and `nbf` may be missed, for clocks that differ");
    return new AuthSettings(
        secrets,
        keyFile == null ? null : Path.of(keyFile),
        jwks,
        new ClaimRules(issuer, audience, allowNoExpiry, leeway, roles));
  }

  private List<Secret> secrets() throws SettingsException {
    String kind = "text of " + Secret.MIN_BYTES + " bytes or more";
    Secret current =
        secret("secret", keys.text("secret", kind, "none", "signs and verifies HS tokens"));
    Secret previous =
        secret(
            "previous-secret",
            keys.text("previous-secret", kind, "none", "still verifies, during a rotation"));
    if (previous != null && current == null) {
      throw new SettingsException(
          keys.origin("previous-secret") + ": needs a current secret beside it");
    }
    List<Secret> secrets = new ArrayList<>();
    if (current != null) {
      secrets.add(current);
    }
    if (previous != null) {
      secrets.add(previous);
    }
    return secrets;
  }

  private @Nullable Secret secret(String key, @Nullable String text) throws SettingsException {
    if (text == null) {
      return null;
    }
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length < Secret.MIN_BYTES) {
      throw new SettingsException(
          "%s: %d bytes are too few for a secret; give %d or more"
              .formatted(keys.origin(key), length, Secret.MIN_BYTES));
    }
    return Secret.of(text);
  }

  private @Nullable URI jwks() throws SettingsException {
    String text = keys.text("jwks", "an https address", "none", "a key server (JWKS)");
    if (text == null) {
      return null;
    }
    URI address = uri(text);
    String host = address == null ? null : address.getHost();
    if (address == null || host == null) {
      throw new SettingsException(keys.origin("jwks") + ": not an https address");
    }
    boolean plain = "http".equalsIgnoreCase(address.getScheme());
    // Who can change the keys on their way can issue tokens; on this machine nobody is between.
    if (!"https".equalsIgnoreCase(address.getScheme()) && !(plain && isLoopback(host))) {
      throw new SettingsException(
          keys.origin("jwks") + ": must be https, or http on this machine's own address");
    }
    return address;
  }

  private List<String> origins() throws SettingsException {
    List<String> origins = new ArrayList<>();
    for (String origin :
        keys.list(
            "allowed-origins",
            "origins such as https://example.org, or *",
            "pages of other hosts that may connect; no origin and the own host always may")) {
      URI uri = uri(origin);
      boolean exact =
          uri != null
              && uri.getScheme() != null
              && uri.getRawAuthority() != null
              && uri.getRawUserInfo() == null
              && origin.equals(uri.getScheme() + "://" + uri.getRawAuthority());
      if (!origin.equals("*") && !exact) {
        throw new SettingsException(
            keys.origin("allowed-origins")
                + ": an origin is scheme://host or scheme://host:port, without a path");
      }
      origins.add(origin.toLowerCase(Locale.ROOT));
    }
    return origins;
  }

  private List<Network> proxies() throws SettingsException {
    List<Network> proxies = new ArrayList<>();
    for (String range :
        keys.list(
            "trusted-proxies",
            "addresses and ranges such as 10.0.0.0/8",
            "proxies whose `X-Forwarded-…` or `Forwarded` headers name the client")) {
      try {
        proxies.add(Network.parse(range));
      } catch (IllegalArgumentException e) {
        throw new SettingsException(keys.origin("trusted-proxies") + ": " + e.getMessage());
      }
    }
    return proxies;
  }

  private EdgeSettings.@Nullable TlsFiles tls() throws SettingsException {
    String certificate =
        keys.text(
            "tls.certificate", "a PEM file", "none", "speaks TLS with this certificate chain");
    String key = keys.text("tls.key", "a PEM file", "none", "its key: PKCS#8, not encrypted");
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new SettingsException(
          keys.origin(key == null ? "tls.certificate" : "tls.key")
              + ": needs "
              + (key == null ? "tls.key" : "tls.certificate")
              + " beside it");
    }
    return new EdgeSettings.TlsFiles(Path.of(certificate), Path.of(key));
  }

  private Path data() throws SettingsException {
    String data = keys.text("data", "a folder", "./data", "where data that must last lives");
    return Path.of(data == null ? "./data" : data);
  }

  /** Rather than keep messages in memory while somebody believes them in Redis. */
  private void refuseRedis() throws SettingsException {
    if (keys.text("redis", "an address", "none", "not built yet: refused") != null) {
      throw new SettingsException(
          keys.origin("redis")
              + ": this release has no Redis broker; remove it to keep messages in memory");
    }
  }

  private void refuseOpenDevelopment(String host, AuthSettings auth) throws SettingsException {
    if (auth.isDevelopment() && !isLoopback(host)) {
      throw new SettingsException(
          keys.origin("host")
              + ": without a secret, keys or jwks the server listens on this machine's loopback"
              + " address only");
    }
  }

  /** Told from the text alone: what a name server says may change after the check. */
  private static boolean isLoopback(String host) {
    try {
      return host.equalsIgnoreCase("localhost")
          || InetAddress.ofLiteral(host.replaceAll("^\\[|]$", "")).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static @Nullable URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      return null;
    }
  }
}
