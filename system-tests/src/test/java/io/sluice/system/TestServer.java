package io.sluice.system;

import io.sluice.core.log.Broker;
import io.sluice.gateway.Endpoint;
import io.sluice.model.ChannelPattern;
import io.sluice.server.Sluice;
import io.sluice.server.auth.Secret;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A server of the system tests, in this process, on a free port. Any thread. */
final class TestServer implements AutoCloseable {
  private final Sluice sluice;

  private TestServer(Sluice sluice) {
    this.sluice = sluice;
  }

  /** Starts one with settings by their keys. */
  static TestServer start(Map<String, String> settings) throws Exception {
    return new TestServer(Sluice.start(load(settings, null)));
  }

  /** Starts one with a settings file too. */
  static TestServer start(Map<String, String> settings, String yaml) throws Exception {
    Path file = Files.createTempFile("sluice", ".yaml");
    try {
      return new TestServer(Sluice.start(load(settings, Files.writeString(file, yaml))));
    } finally {
      Files.delete(file);
    }
  }

  /** Starts one that speaks more than Nexus. */
  static TestServer start(Map<String, String> settings, List<Endpoint> more) throws Exception {
    return new TestServer(Sluice.start(load(settings, null), more));
  }

  /** Starts one whose broker answers through another. */
  static TestServer startBehind(UnaryOperator<Broker> front, Map<String, String> settings)
      throws Exception {
    return new TestServer(Sluice.start(load(settings, null), List.of(), front));
  }

  private static Settings load(Map<String, String> settings, @Nullable Path file) throws Exception {
    Map<String, String> flags = new LinkedHashMap<>(settings);
    flags.putIfAbsent("port", "0");
    // Its lines would come between those that a test waits for.
    flags.putIfAbsent("telemetry.enabled", "false");
    return Settings.load(flags, file, Map.of());
  }

  int port() {
    return sluice.port();
  }

  String token(String user) {
    return token(user, Duration.ofHours(1));
  }

  String token(String user, Duration life) {
    return issue(new TokenIssuer.Request(user, null, null, null), life);
  }

  /** A token that is good for one channel, and for nothing else. */
  String narrow(String user, String channel) {
    List<ChannelPattern> only = List.of(new ChannelPattern(channel));
    return issue(new TokenIssuer.Request(user, null, only, only), Duration.ofHours(1));
  }

  private String issue(TokenIssuer.Request request, Duration life) {
    TokenIssuer issuer = Objects.requireNonNull(sluice.developer());
    return issuer.issue(request, life, System.currentTimeMillis());
  }

  /** A token of an administrator, for a server with this secret. */
  static String admin(String secret) throws Exception {
    TokenIssuer issuer =
        new TokenIssuer(Secret.of(secret), load(Map.of("secret", secret), null).auth().rules());
    TokenIssuer.Request request = new TokenIssuer.Request("ann", "admin", null, null);
    return issuer.issue(request, Duration.ofHours(1), System.currentTimeMillis());
  }

  @Override
  public void close() {
    sluice.close();
  }
}
