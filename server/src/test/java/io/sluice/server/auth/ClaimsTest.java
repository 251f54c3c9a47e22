package io.sluice.server.auth;

import static io.sluice.server.auth.Forge.NOW_SECONDS;
import static io.sluice.server.auth.Forge.check;
import static io.sluice.server.auth.Forge.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {
  private static String claims(String more) {
    return "{\"exp\":" + (NOW_SECONDS + 60) + more + "}";
  }

  private static String answer(ClaimRules rules, String claims) {
    return reason(check(Forge.bySecret(rules), Forge.hs256(claims)));
  }

  private static Identity identity(String claims) {
    Verdict verdict = check(Forge.bySecret(), Forge.hs256(claims));
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    return ((Verdict.Accepted) verdict).identity();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",\"userId\":\"a\",\"user_id\":\"b\",\"sub\":\"c\" | accepted a",
        ",\"user_id\":\"b\",\"sub\":\"c\" | accepted b",
        ",\"sub\":\"c\" | accepted c",
        ",\"userId\":null,\"sub\":\"c\" | accepted c",
        ",\"name\":\"c\" | subject",
        ",\"sub\":\"\" | subject",
        ",\"sub\":42 | subject",
        ",\"userId\":42,\"sub\":\"c\" | subject",
        ",\"userId\":\"\",\"sub\":\"c\" | subject",
        ",\"sub\":\"a\\nb\" | subject",
        ",\"sub\":\"a\\ud800b\" | subject",
      })
  void theUserIsTheFirstOfThreeClaims(String more, String expected) {
    assertThat(answer(ClaimRules.DEFAULTS, claims(more))).isEqualTo(expected);
  }

  @Test
  void aUserIdOf256CharactersIsTakenAndOneMoreIsNot() {
    String longest = "u".repeat(256);
    assertThat(identity(claims(",\"sub\":\"" + longest + "\"")).user()).isEqualTo(longest);
    assertThat(answer(ClaimRules.DEFAULTS, claims(",\"sub\":\"u" + longest + "\"")))
        .isEqualTo("subject");
  }

  @Test
  void aUserIdBeyondTheBasicPlaneIsTaken() {
    assertThat(identity(claims(",\"sub\":\"\\ud83d\\ude00\"")).user()).isEqualTo("😀");
  }

  @Test
  void theRoleComesAlong() {
    assertThat(identity(claims(",\"sub\":\"a\",\"role\":\"admin\"")).role()).isEqualTo("admin");
    assertThat(identity(claims(",\"sub\":\"a\"")).role()).isNull();
    assertThat(identity(claims(",\"sub\":\"a\",\"role\":null")).role()).isNull();
    assertThat(answer(ClaimRules.DEFAULTS, claims(",\"sub\":\"a\",\"role\":[\"admin\"]")))
        .isEqualTo("malformed");
  }

  @Test
  void theEndComesAlongInMilliseconds() {
    assertThat(identity(claims(",\"sub\":\"a\"")).expiresAtMillis())
        .isEqualTo((NOW_SECONDS + 60) * 1_000);
    assertThat(identity("{\"sub\":\"a\",\"exp\":" + NOW_SECONDS + ".2509}").expiresAtMillis())
        .isEqualTo(NOW_SECONDS * 1_000 + 250);
  }

  @Test
  void aTokenWithoutAnEndLivesForEverWhereThatIsAllowed() {
    ClaimRules rules = new ClaimRules(null, List.of(), true, Duration.ZERO);
    Verdict verdict = check(Forge.bySecret(rules), Forge.hs256("{\"sub\":\"a\"}"));
    assertThat(((Verdict.Accepted) verdict).identity().expiresAtMillis()).isEqualTo(Long.MAX_VALUE);
    assertThat(answer(rules, "{\"sub\":\"a\",\"exp\":1}")).isEqualTo("expired");
  }

  @Test
  void leewayMovesBothEndsAndNoFurther() {
    ClaimRules rules = new ClaimRules(null, List.of(), false, Duration.ofSeconds(5));
    long now = NOW_SECONDS;
    assertThat(answer(rules, "{\"sub\":\"a\",\"exp\":" + (now - 4) + "}")).isEqualTo("accepted a");
    assertThat(answer(rules, "{\"sub\":\"a\",\"exp\":" + (now - 5) + "}")).isEqualTo("expired");
    assertThat(answer(rules, claims(",\"sub\":\"a\",\"nbf\":" + (now + 5))))
        .isEqualTo("accepted a");
    assertThat(answer(rules, claims(",\"sub\":\"a\",\"nbf\":" + (now + 6)))).isEqualTo("not_yet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",\"aud\":\"ours\" | accepted a",
        ",\"aud\":[\"x\",\"ours too\"] | accepted a",
        ",\"aud\":\"x\" | audience",
        ",\"aud\":[] | audience",
        ",\"aud\":[7] | audience",
        ",\"aud\":{\"ours\":\"ours\"} | audience",
        ",\"aud\":null | audience",
        ",\"x\":1 | audience",
      })
  void theAudienceCountsWhereItIsConfigured(String aud, String expected) {
    ClaimRules rules = new ClaimRules(null, List.of("ours", "ours too"), false, Duration.ZERO);
    assertThat(answer(rules, claims(",\"sub\":\"a\"" + aud))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",\"iss\":\"us\" | accepted a",
        ",\"iss\":\"us \" | issuer",
        ",\"iss\":\"US\" | issuer",
        ",\"iss\":[\"us\"] | issuer",
        ",\"x\":1 | issuer",
      })
  void theIssuerCountsWhereItIsConfigured(String iss, String expected) {
    ClaimRules rules = new ClaimRules("us", List.of(), false, Duration.ZERO);
    assertThat(answer(rules, claims(",\"sub\":\"a\"" + iss))).isEqualTo(expected);
  }

  @Test
  void issuerAndAudienceAreNotAskedForWhereNoneIsConfigured() {
    assertThat(answer(ClaimRules.DEFAULTS, claims(",\"sub\":\"a\",\"iss\":\"x\",\"aud\":\"y\"")))
        .isEqualTo("accepted a");
  }

  @Test
  void aTokenWithoutGrantsMayDoEverything() {
    assertThat(identity(claims(",\"sub\":\"a\"")).grants()).isEqualTo(Grants.ALL);
  }

  @Test
  void aTokenWithAGrantClaimMayDoWhatIsNamedAndNothingElse() {
    Grants grants = identity(claims(",\"sub\":\"a\",\"publish\":[\"news.*\",\"chat\"]")).grants();
    assertThat(grants.mayPublish(new ChannelName("news.today"))).isTrue();
    assertThat(grants.mayPublish(new ChannelName("chat"))).isTrue();
    assertThat(grants.mayPublish(new ChannelName("other"))).isFalse();
    assertThat(grants.maySubscribe(new ChannelName("news.today"))).isFalse();
  }

  @Test
  void anEmptyGrantClaimAllowsNothing() {
    Grants grants = identity(claims(",\"sub\":\"a\",\"subscribe\":[]")).grants();
    assertThat(grants.maySubscribe(new ChannelName("news"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "\"news\"", "{}", "7", "[7]", "[null]", "[\"\"]", "[\"a b\"]", "[\"a*\"]"})
  void aGrantClaimThatMakesNoSenseRefusesTheToken(String value) {
    for (String claim : List.of("publish", "subscribe", "broadcast")) {
      assertThat(answer(ClaimRules.DEFAULTS, claims(",\"sub\":\"a\",\"" + claim + "\":" + value)))
          .isEqualTo("grants");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "\"true\"", "1", "[]"})
  void theRightToDisconnectIsTrueOrFalse(String value) {
    assertThat(answer(ClaimRules.DEFAULTS, claims(",\"sub\":\"a\",\"disconnect\":" + value)))
        .isEqualTo("grants");
  }

  @Test
  void aTokenMayGrantBroadcastingAndDisconnecting() {
    Grants grants =
        identity(claims(",\"sub\":\"a\",\"broadcast\":[\"news\"],\"disconnect\":true")).grants();
    assertThat(grants.mayBroadcast(new ChannelName("news"))).isTrue();
    assertThat(grants.mayBroadcast(new ChannelName("tasks"))).isFalse();
    assertThat(grants.mayPublish(new ChannelName("news"))).isFalse();
    assertThat(grants.disconnect()).isTrue();
  }

  @Test
  void theRoleAdminMayDoEverythingUnlessTheTokenSaysOtherwise() {
    assertThat(identity(claims(",\"sub\":\"a\",\"role\":\"admin\"")).grants())
        .isEqualTo(Grants.ADMIN);
    Grants own =
        identity(claims(",\"sub\":\"a\",\"role\":\"admin\",\"publish\":[\"news\"]")).grants();
    assertThat(own.mayBroadcast(new ChannelName("news"))).isFalse();
    assertThat(own.disconnect()).isFalse();
  }

  @Test
  void grantsComeFromTheTokenThenItsRoleThenTheDefaultRole() {
    Grants reader = new Grants(List.of(), List.of(new ChannelPattern("news")));
    Grants guest = new Grants(List.of(), List.of(new ChannelPattern("lobby")));
    Roles roles = new Roles(Map.of("reader", reader, "default", guest));
    assertThat(granted(roles, ",\"role\":\"reader\",\"publish\":[\"x\"]").publish()).hasSize(1);
    assertThat(granted(roles, ",\"role\":\"reader\"")).isEqualTo(reader);
    assertThat(granted(roles, ",\"role\":\"writer\"")).isEqualTo(guest);
    assertThat(granted(roles, "")).isEqualTo(guest);
    Roles strict = new Roles(Map.of("reader", reader));
    assertThat(granted(strict, ",\"role\":\"writer\"")).isEqualTo(Grants.NONE);
    assertThat(granted(strict, "")).isEqualTo(Grants.NONE);
    assertThat(granted(strict, ",\"role\":\"admin\"")).isEqualTo(Grants.ADMIN);
    Roles tamed = new Roles(Map.of("admin", reader));
    assertThat(granted(tamed, ",\"role\":\"admin\"")).isEqualTo(reader);
    assertThat(granted(Roles.NONE, ",\"role\":\"writer\"")).isEqualTo(Grants.ALL);
  }

  private static Grants granted(Roles roles, String more) {
    ClaimRules rules = new ClaimRules(null, List.of(), false, Duration.ZERO, roles);
    Verdict verdict = check(Forge.bySecret(rules), Forge.hs256(claims(",\"sub\":\"a\"" + more)));
    assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
    return ((Verdict.Accepted) verdict).identity().grants();
  }
}
