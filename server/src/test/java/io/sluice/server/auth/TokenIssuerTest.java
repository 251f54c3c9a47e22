package io.sluice.server.auth;

import static io.sluice.server.auth.Forge.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenIssuerTest {
  private static Verdict verify(ClaimRules rules, String token, long millisLater) {
    Moment then = new Moment(0, NOW.epochMillis() + millisLater);
    return Forge.bySecret(rules).verify(token, then).toCompletableFuture().join();
  }

  @Test
  void whatIsIssuedIsAcceptedByTheSameRules() {
    ClaimRules rules = new ClaimRules("us", List.of("a", "b"), false, Duration.ZERO);
    TokenIssuer.Request request =
        new TokenIssuer.Request(
            "ann \"é\" 😀", "admin", List.of(new ChannelPattern("news.>")), List.of());
    String token =
        new TokenIssuer(Forge.SECRET, rules).issue(request, Duration.ofHours(1), NOW.epochMillis());
    assertThat(verify(rules, token, 0))
        .isEqualTo(
            new Verdict.Accepted(
                new Identity(
                    "ann \"é\" 😀",
                    "admin",
                    new Grants(List.of(new ChannelPattern("news.>")), List.of()),
                    NOW.epochMillis() + 3_600_000)));
  }

  @Test
  void itLivesAtLeastAsLongAsAskedAndLessThanASecondMore() {
    TokenIssuer issuer = new TokenIssuer(Forge.SECRET, ClaimRules.DEFAULTS);
    String token =
        issuer.issue(
            TokenIssuer.Request.of("a"), Duration.ofMillis(1_500), NOW.epochMillis() + 700);
    assertThat(verify(ClaimRules.DEFAULTS, token, 2_199)).isInstanceOf(Verdict.Accepted.class);
    assertThat(verify(ClaimRules.DEFAULTS, token, 3_000))
        .isEqualTo(new Verdict.Rejected("expired"));
  }

  @Test
  void nobodyGetsATokenThatWouldBeRefused() {
    for (String user : List.of("", "u".repeat(257), "a\nb", "a\ud800")) {
      assertThatThrownBy(() -> TokenIssuer.Request.of(user))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aSecretDoesNotPrintItself() {
    assertThat(Forge.SECRET.toString()).doesNotContain(Forge.SECRET_TEXT);
    assertThat(Secret.random().length()).isGreaterThanOrEqualTo(Secret.MIN_BYTES);
  }
}
