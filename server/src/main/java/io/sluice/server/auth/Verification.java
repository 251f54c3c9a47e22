package io.sluice.server.auth;

import io.sluice.gateway.TokenVerifier;
import io.sluice.model.Limits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Owner: who builds the server. A verifier with what it runs on: a thread for public-key
 * signatures, and the connection to a key server.
 */
public final class Verification implements AutoCloseable {
  /** Every word a token can be refused with, and then those that say nobody can tell now. */
  public static final List<String> REASONS =
      List.of(
          "malformed",
          "algorithm",
          "signature",
          "key",
          "expired",
          "not_yet",
          "no_expiry",
          "issuer",
          "audience",
          "subject",
          "grants",
          "jwks",
          "busy",
          "internal");

  private final TokenVerifier verifier;
  private final ThreadPoolExecutor executor;
  private final @Nullable KeyServer server;

  private Verification(
      TokenVerifier verifier, ThreadPoolExecutor executor, @Nullable KeyServer server) {
    this.verifier = verifier;
    this.executor = executor;
    this.server = server;
  }

  /**
   * Builds one.
   *
   * @param secrets those that sign and verify; may be empty
   * @param keys a file of public keys; null for none
   * @param jwks a key server; null for none, and never both
   */
  public static Verification of(
      List<Secret> secrets,
      @Nullable Path keys,
      @Nullable URI jwks,
      ClaimRules rules,
      Limits.Token limits)
      throws IOException, KeyFormatException {
    List<KeyLookup> lookups = new ArrayList<>();
    if (keys != null) {
      lookups.add(KeyLookup.fixed(KeyText.read(Files.readString(keys), limits.keys())));
    }
    KeyServer server = jwks == null ? null : new KeyServer(jwks, limits);
    if (server != null) {
      lookups.add(new CachedKeys(server, limits.jwks()));
    }
    ThreadPoolExecutor executor = executor(limits.waiting());
    return new Verification(
        new JwtVerifier(secrets, lookups, rules, limits, executor), executor, server);
  }

  /** One thread that ends when idle, so that a server with secrets only never has it. */
  private static ThreadPoolExecutor executor(int waiting) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name("sluice-tokens").factory());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  /** The port for the gateway. */
  public TokenVerifier verifier() {
    return verifier;
  }

  @Override
  public void close() {
    executor.shutdownNow();
    if (server != null) {
      server.close();
    }
  }
}
