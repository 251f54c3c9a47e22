package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.server.auth.ClaimRules;
import io.sluice.server.auth.Secret;
import io.sluice.server.auth.Verification;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCommandTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static Verdict verify(String token, ClaimRules rules) throws Exception {
    try (Verification verification =
        Verification.of(List.of(Secret.of(SECRET)), null, null, rules, Limits.Token.DEFAULTS)) {
      Moment now = new Moment(0, System.currentTimeMillis());
      return verification.verifier().verify(token.strip(), now).toCompletableFuture().join();
    }
  }

  @Test
  void itPrintsATokenAndNothingElse() throws Exception {
    long before = System.currentTimeMillis();
    Hands hands =
        Hands.run(
            "token",
            "--user",
            "ann",
            "--role",
            "admin",
            "--publish",
            "a.*",
            "--publish",
            "b",
            "--subscribe",
            ">",
            "--ttl",
            "10m",
            "--secret",
            SECRET);
    long after = System.currentTimeMillis();
    assertThat(hands.exit()).isZero();
    assertThat(hands.err()).isEmpty();
    assertThat(hands.out()).hasLineCount(1);
    Verdict verdict = verify(hands.out(), ClaimRules.DEFAULTS);
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    Identity identity = ((Verdict.Accepted) verdict).identity();
    assertThat(identity.user()).isEqualTo("ann");
    assertThat(identity.role()).isEqualTo("admin");
    assertThat(identity.grants())
        .isEqualTo(
            new Grants(
                List.of(new ChannelPattern("a.*"), new ChannelPattern("b")),
                List.of(ChannelPattern.ALL)));
    assertThat(identity.expiresAtMillis()).isBetween(before + 600_000, after + 601_000);
  }

  @Test
  void withoutGrantsItMayDoEverything() throws Exception {
    Hands hands = Hands.run(Map.of("NEXUS_JWT_SECRET", SECRET), "token", "--user", "ann");
    Verdict verdict = verify(hands.out(), ClaimRules.DEFAULTS);
    assertThat(((Verdict.Accepted) verdict).identity().grants()).isEqualTo(Grants.ALL);
  }

  @Test
  void itNamesTheIssuerAndAudienceTheServerAsksFor(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("s.yaml"), "secret: " + SECRET + "\nissuer: us\naudience: [a, b]\n");
    Hands hands = Hands.run("token", "--user", "ann", "--config", file.toString());
    ClaimRules rules = new ClaimRules("us", List.of("a"), false, Duration.ZERO);
    assertThat(verify(hands.out(), rules)).isInstanceOf(Verdict.Accepted.class);
  }

  @Test
  void withoutASecretItFails() {
    Hands hands = Hands.run("token", "--user", "ann");
    assertThat(hands.exit()).isEqualTo(1);
    assertThat(hands.err()).startsWith("sluice: no secret to sign with").hasLineCount(1);
    assertThat(hands.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--user ann --ttl 5",
        "--user ann --ttl 0",
        "--user ann --ttl -1s",
        "--user ann --ttl 99999d",
        "--user ann --publish a*",
        "--user ann --subscribe a..>.b",
        "--user= ",
      })
  void whatNoServerWouldTakeIsWrongUsage(String line) {
    Hands hands = Hands.run(("token --secret " + SECRET + " " + line).split(" "));
    assertThat(hands.exit()).isEqualTo(2);
    assertThat(hands.out()).isEmpty();
  }

  @Test
  void asJsonItSaysWhoseItIsAndWhenItEnds() {
    long before = System.currentTimeMillis();
    Hands hands = Hands.run("token", "--user", "ann", "--ttl", "10m", "--secret", SECRET, "--json");
    assertThat(hands.exit()).isZero();
    Matcher fields =
        Pattern.compile("\\{\"token\":\"(ey[^\"]+)\",\"userId\":\"ann\",\"expiresAt\":(\\d+)}\n")
            .matcher(hands.out());
    assertThat(fields.matches()).as(hands.out()).isTrue();
    assertThat(Long.parseLong(fields.group(2))).isBetween(before + 600_000, before + 660_000);
  }
}
