package io.sluice.server.config;

import io.sluice.server.auth.ClaimRules;
import io.sluice.server.auth.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose tokens are good.
 *
 * @param secrets the current secret, and the one before it during a rotation; may be empty
 * @param keys a file of public keys; null for none
 * @param jwks a key server; null for none, and never beside {@code keys}
 */
public record AuthSettings(
    List<Secret> secrets, @Nullable Path keys, @Nullable URI jwks, ClaimRules rules) {
  /** Copies the list. */
  public AuthSettings {
    secrets = List.copyOf(secrets);
  }

  /** Whether nothing is configured, so that only this machine may come in. */
  public boolean isDevelopment() {
    return secrets.isEmpty() && keys == null && jwks == null;
  }

  /** The same with this secret. */
  public AuthSettings withSecret(Secret secret) {
    return new AuthSettings(List.of(secret), keys, jwks, rules);
  }
}
