package io.sluice.gateway;

import io.sluice.core.Tokens;
import io.sluice.model.Moment;

/**
 * Checks the token of a refresh as that of an upgrade is checked, and counts what is not accepted
 * just so. Owned by nobody: any thread may ask.
 */
public final class TokenRenewal implements Tokens {
  private final TokenVerifier verifier;
  private final GatewayMeter meter;

  /** Through the same verifier and onto the same meter as the door's. */
  public TokenRenewal(TokenVerifier verifier, GatewayMeter meter) {
    this.verifier = verifier;
    this.meter = meter;
  }

  @Override
  public void check(String token, Moment now, Answer answer) {
    var _ = verifier.verify(token, now).thenAccept(verdict -> tell(verdict, answer));
  }

  private void tell(TokenVerifier.Verdict verdict, Answer answer) {
    switch (verdict) {
      case TokenVerifier.Verdict.Accepted accepted -> answer.accepted(accepted.identity());
      case TokenVerifier.Verdict.Rejected rejected -> {
        meter.countToken(rejected.reason());
        answer.refused();
      }
      case TokenVerifier.Verdict.Unavailable unavailable -> {
        meter.countToken(unavailable.reason());
        answer.unavailable();
      }
    }
  }
}
