package io.sluice.server.auth;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a token must say beside a good signature, and what its role is worth.
 *
 * @param issuer the only {@code iss} that is taken; null takes any, and none
 * @param audiences one of these must be in {@code aud}; empty takes any, and none
 * @param allowNoExpiry whether a token without {@code exp} is taken
 * @param leeway how far {@code exp} and {@code nbf} may be missed, for clocks that differ
 * @param roles what a token may do that has no grants of its own
 */
public record ClaimRules(
    @Nullable String issuer,
    List<String> audiences,
    boolean allowNoExpiry,
    Duration leeway,
    Roles roles) {
  /** Any issuer and audience, an end required, and clocks that agree. */
  public static final ClaimRules DEFAULTS = new ClaimRules(null, List.of(), false, Duration.ZERO);

  /** Copies the list. */
  public ClaimRules {
    audiences = List.copyOf(audiences);
  }

  /** The same where no roles are configured. */
  public ClaimRules(
      @Nullable String issuer, List<String> audiences, boolean allowNoExpiry, Duration leeway) {
    this(issuer, audiences, allowNoExpiry, leeway, Roles.NONE);
  }
}
