package io.sluice.server.auth;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a token must say beside a good signature.
 *
 * @param issuer the only {@code iss} that is taken; null takes any, and none
 * @param audiences one of these must be in {@code aud}; empty takes any, and none
 * @param allowNoExpiry whether a token without {@code exp} is taken
 * @param leeway how far {@code exp} and {@code nbf} may be missed, for clocks that differ
 */
public record ClaimRules(
    @Nullable String issuer, List<String> audiences, boolean allowNoExpiry, Duration leeway) {
  /** Any issuer and audience, an end required, and clocks that agree. */
  public static final ClaimRules DEFAULTS = new ClaimRules(null, List.of(), false, Duration.ZERO);

  /** Copies the list. */
  public ClaimRules {
    audiences = List.copyOf(audiences);
  }
}
