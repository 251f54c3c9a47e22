package io.sluice.server.auth;

import static io.sluice.server.auth.Forge.CLAIMS;
import static io.sluice.server.auth.Forge.NOW_SECONDS;
import static io.sluice.server.auth.Forge.SECRET_TEXT;
import static io.sluice.server.auth.Forge.base64;
import static io.sluice.server.auth.Forge.check;
import static io.sluice.server.auth.Forge.reason;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Limits;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every attack on a token that is known, and the one word each is refused with. */
class TokenAttackTest {
  private static final String RSA_FILE = Forge.pem(Forge.RSA.getPublic());
  private static final byte[] SECRET_BYTES = SECRET_TEXT.getBytes(StandardCharsets.UTF_8);

  private static String bySecret(String token) {
    return reason(check(Forge.bySecret(), token));
  }

  @Test
  void aGoodTokenIsAcceptedSoThatTheRefusalsMeanSomething() {
    assertThat(bySecret(Forge.hs256(CLAIMS))).isEqualTo("accepted alice");
    String rs = Forge.rs256("{\"alg\":\"RS256\"}", CLAIMS, Forge.RSA.getPrivate());
    assertThat(reason(check(Forge.byKeys(RSA_FILE), rs))).isEqualTo("accepted alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none", "None", "NONE", "nOnE", "none ", "", "hs256", "HS1", "HS256 ", "RS1", "EDDSA",
        "ES256K", "Ed448", "dir"
      })
  void anAlgorithmOutsideTheListIsRefusedInAnySpelling(String alg) {
    String head = base64("{\"alg\":\"" + alg + "\"}") + "." + base64(CLAIMS) + ".";
    assertThat(bySecret(head)).isEqualTo("algorithm");
    assertThat(bySecret(head + base64("x"))).isEqualTo("algorithm");
    assertThat(reason(check(Forge.byKeys(RSA_FILE), head))).isEqualTo("algorithm");
  }

  @Test
  void aPublicKeyCannotActAsASecret() {
    byte[] pem = RSA_FILE.getBytes(StandardCharsets.UTF_8);
    byte[] der = Forge.RSA.getPublic().getEncoded();
    for (byte[] confused : List.of(pem, der)) {
      String token = Forge.hmac("{\"alg\":\"HS256\"}", CLAIMS, "HmacSHA256", confused);
      assertThat(reason(check(Forge.byKeys(RSA_FILE), token))).isEqualTo("algorithm");
    }
  }

  @Test
  void aSecretBesideAPublicKeyIsNotConfusedWithIt() throws KeyFormatException {
    JwtVerifier both =
        new JwtVerifier(
            List.of(Forge.SECRET),
            List.of(KeyLookup.fixed(KeyText.read(RSA_FILE, 1))),
            ClaimRules.DEFAULTS,
            Limits.Token.DEFAULTS,
            Runnable::run);
    byte[] pem = RSA_FILE.getBytes(StandardCharsets.UTF_8);
    String confused = Forge.hmac("{\"alg\":\"HS256\"}", CLAIMS, "HmacSHA256", pem);
    assertThat(reason(check(both, confused))).isEqualTo("signature");
    assertThat(reason(check(both, Forge.hs256(CLAIMS)))).isEqualTo("accepted alice");
  }

  @Test
  void aSignatureOfAnotherFamilyThanTheKeyIsRefused() {
    String es =
        Forge.signed(
            "{\"alg\":\"ES256\"}", CLAIMS, "SHA256withECDSAinP1363Format", Forge.P256.getPrivate());
    assertThat(reason(check(Forge.byKeys(RSA_FILE), es))).isEqualTo("algorithm");
    assertThat(bySecret(es)).isEqualTo("algorithm");
  }

  @Test
  void theWrongKeyIsRefused() {
    byte[] other = "another secret that is long enough too".getBytes(StandardCharsets.UTF_8);
    assertThat(bySecret(Forge.hmac("{\"alg\":\"HS256\"}", CLAIMS, "HmacSHA256", other)))
        .isEqualTo("signature");
    String rs = Forge.rs256("{\"alg\":\"RS256\"}", CLAIMS, Forge.OTHER_RSA.getPrivate());
    assertThat(reason(check(Forge.byKeys(RSA_FILE), rs))).isEqualTo("signature");
  }

  @Test
  void aKeyThatTheTokenBringsAlongIsNeverUsed() {
    String jwk = Forge.jwk(Forge.OTHER_RSA.getPublic(), "");
    String header =
        "{\"alg\":\"RS256\",\"jwk\":"
            + jwk
            + ",\"jku\":\"http://127.0.0.1:1/keys\",\"x5u\":\"http://127.0.0.1:1/\"}";
    String token = Forge.rs256(header, CLAIMS, Forge.OTHER_RSA.getPrivate());
    assertThat(reason(check(Forge.byKeys(RSA_FILE), token))).isEqualTo("signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"jwk\":{\"kty\":7}", "\"x5c\":[\"AAAA\"]", "\"jku\":\"::\""})
  void whatATokenBringsAlongIsNotEvenRead(String member) {
    String header = "{\"alg\":\"HS256\"," + member + "}";
    assertThat(bySecret(Forge.hmac(header, CLAIMS, "HmacSHA256", SECRET_BYTES)))
        .isEqualTo("accepted alice");
  }

  @Test
  void nothingMayDangleBehindASignatureThatIsGood() {
    // 48 bytes are 64 characters and leave none over for a decoder that passes over what dangles.
    String token = Forge.hmac("{\"alg\":\"HS384\"}", CLAIMS, "HmacSHA384", SECRET_BYTES);
    assertThat(bySecret(token)).isEqualTo("accepted alice");
    for (String more : List.of("A", "=", "*", " ", "\n", ".", "é")) {
      assertThat(bySecret(token + more)).isEqualTo("malformed");
    }
  }

  @Test
  void aTokenThatIsTakenApartDoesNotPrintItself() {
    assertThat(Jwt.parse(Forge.hs256(CLAIMS))).hasToString("(token)");
  }

  @Test
  void aTokenAsLongAsTheLimitCanEverBeIsReadWithoutRunningOutOfStack() {
    Limits.Token usual = Limits.Token.DEFAULTS;
    JwtVerifier verifier =
        new JwtVerifier(
            List.of(Forge.SECRET),
            List.of(),
            ClaimRules.DEFAULTS,
            new Limits.Token(1 << 20, usual.keys(), usual.waiting(), usual.jwks()),
            Runnable::run);
    String head = base64("{\"alg\":\"HS256\"}") + ".";
    String token = head + "A".repeat((1 << 20) - head.length() - 4) + ".AAA";
    assertThat(reason(check(verifier, token))).isEqualTo("signature");
  }

  @Test
  void aMissingOrShortenedSignatureIsRefused() {
    String token = Forge.hs256(CLAIMS);
    String unsigned = token.substring(0, token.lastIndexOf('.') + 1);
    assertThat(bySecret(unsigned)).isEqualTo("signature");
    assertThat(bySecret(token.substring(0, token.length() - 4))).isEqualTo("signature");
    assertThat(bySecret(token + "AAAA")).isEqualTo("signature");
  }

  @ParameterizedTest
  @CsvSource({"RS256,RSA", "PS512,RSA", "ES256,EC", "EdDSA,EdDSA"})
  void aSignatureOfAnyLengthIsJustWrong(String alg, String kind) {
    KeyPair pair =
        switch (kind) {
          case "RSA" -> Forge.RSA;
          case "EC" -> Forge.P256;
          default -> Forge.ED25519;
        };
    JwtVerifier verifier = Forge.byKeys(Forge.pem(pair.getPublic()));
    String signed = base64("{\"alg\":\"" + alg + "\"}") + "." + base64(CLAIMS) + ".";
    for (int length : new int[] {0, 1, 32, 63, 64, 65, 72, 255, 256, 257, 1_024}) {
      for (int value : new int[] {0, 1, 0x30, 0xFF}) {
        byte[] signature = new byte[length];
        Arrays.fill(signature, (byte) value);
        assertThat(reason(check(verifier, signed + base64(signature))))
            .as("%d bytes of %d", length, value)
            .isEqualTo("signature");
      }
    }
  }

  @Test
  void anEcdsaSignatureOfZerosIsRefused() {
    String header = "{\"alg\":\"ES256\"}";
    String token = base64(header) + "." + base64(CLAIMS) + "." + base64(new byte[64]);
    assertThat(reason(check(Forge.byKeys(Forge.pem(Forge.P256.getPublic())), token)))
        .isEqualTo("signature");
  }

  @Test
  void everyChangedByteOfATokenRefusesIt() {
    String token = Forge.hs256(CLAIMS);
    // The last character of each part also carries bits that mean nothing.
    for (int i = 0; i < token.length() - 1; i++) {
      if (token.charAt(i) == '.' || token.charAt(i + 1) == '.') {
        continue;
      }
      char changed = token.charAt(i) == 'A' ? 'B' : 'A';
      String altered = token.substring(0, i) + changed + token.substring(i + 1);
      assertThat(bySecret(altered)).as("changed at %d", i).isNotEqualTo("accepted alice");
    }
  }

  @Test
  void anExpiredTokenIsRefusedAtItsVeryMillisecond() {
    assertThat(bySecret(Forge.hs256("{\"sub\":\"a\",\"exp\":" + NOW_SECONDS + "}")))
        .isEqualTo("expired");
    assertThat(bySecret(Forge.hs256("{\"sub\":\"a\",\"exp\":" + NOW_SECONDS + ".001}")))
        .isEqualTo("accepted a");
  }

  @Test
  void aTokenThatBeginsLaterIsRefused() {
    String claims = "{\"sub\":\"a\",\"exp\":%d,\"nbf\":%d}";
    assertThat(bySecret(Forge.hs256(claims.formatted(NOW_SECONDS + 60, NOW_SECONDS + 1))))
        .isEqualTo("not_yet");
    assertThat(bySecret(Forge.hs256(claims.formatted(NOW_SECONDS + 60, NOW_SECONDS))))
        .isEqualTo("accepted a");
  }

  @Test
  void aTokenWithoutAnEndIsRefused() {
    assertThat(bySecret(Forge.hs256("{\"sub\":\"a\"}"))).isEqualTo("no_expiry");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"1900000000\"",
        "null",
        "true",
        "-1",
        "1e400",
        "1e999999999",
        "1e-999999999",
        "[]",
        "99999999999999999999",
        "9007199254740992000"
      })
  void anEndThatIsNoSensibleNumberIsRefused(String exp) {
    assertThat(bySecret(Forge.hs256("{\"sub\":\"a\",\"exp\":" + exp + "}"))).isEqualTo("malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../etc/passwd",
        "/dev/null",
        "file:///etc/passwd",
        "http://127.0.0.1:1/k",
        "' OR 1=1 --",
        "\\u0000",
        "a key nobody has"
      })
  void aKidIsComparedAndNeverFollowed(String kid) throws KeyFormatException {
    KeySet named = new KeySet(List.of(VerificationKey.of("ours", Forge.RSA.getPublic())));
    String token =
        Forge.rs256("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}", CLAIMS, Forge.RSA.getPrivate());
    assertThat(reason(check(Forge.byKeys(KeyLookup.fixed(named)), token))).isEqualTo("key");
    String hs =
        Forge.hmac(
            "{\"alg\":\"HS256\",\"kid\":\"" + kid + "\"}", CLAIMS, "HmacSHA256", new byte[1]);
    assertThat(bySecret(hs)).isEqualTo("signature");
  }

  @Test
  void aTokenOfAMegabyteIsRefusedBeforeItIsRead() {
    String huge =
        Forge.hs256("{\"sub\":\"a\",\"x\":\"" + "y".repeat(1 << 20) + "\",\"exp\":1900000000}");
    assertThat(bySecret(huge)).isEqualTo("malformed");
  }

  @Test
  void theLengthLimitIsExact() {
    Limits.Token usual = Limits.Token.DEFAULTS;
    String token = Forge.hs256(CLAIMS);
    for (int most : new int[] {token.length() - 1, token.length()}) {
      JwtVerifier verifier =
          new JwtVerifier(
              List.of(Forge.SECRET),
              List.of(),
              ClaimRules.DEFAULTS,
              new Limits.Token(most, usual.keys(), usual.waiting(), usual.jwks()),
              Runnable::run);
      assertThat(reason(check(verifier, token)))
          .isEqualTo(most < token.length() ? "malformed" : "accepted alice");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        " . . ",
        "é.é.é",
        "e30.e30.e30",
        "eyJhbGciOiJIUzI1NiJ9=.e30.AAAA",
        "eyJhbGciOiJIUzI1NiJ9.e30.AA==",
        "\u0000.\u0000.\u0000"
      })
  void garbageIsRefused(String garbage) {
    assertThat(bySecret(garbage)).isEqualTo("malformed");
  }

  @Test
  void randomGarbageIsRefusedAndNeverThrows() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      String parts = base64(bytes) + "." + base64(text) + "." + base64(bytes);
      assertThat(bySecret(text)).as("seed %d", seed).isEqualTo("malformed");
      assertThat(bySecret(parts)).as("seed %d", seed).isEqualTo("malformed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "\"HS256\"",
        "{}",
        "{\"alg\":null}",
        "{\"alg\":[\"HS256\"]}",
        "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
        "{\"alg\":\"HS256\"} {}",
        "{\"alg\":\"HS256\",}",
        "{'alg':'HS256'}",
        "{\"alg\":\"HS256\",\"kid\":7}",
        "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}",
        "{\"alg\":\"HS256\",\"crit\":[]}",
        "{\"alg\":\"HS256\",\"crit\":null}",
        "{\"alg\":\"HS256\",\"x\":{\"a\":1,\"a\":2}}",
        "{\"alg\":\"HS256\"",
        "/**/{\"alg\":\"HS256\"}"
      })
  void aHeaderThatIsNotStrictIsRefused(String header) {
    assertThat(bySecret(Forge.hmac(header, CLAIMS, "HmacSHA256", SECRET_BYTES)))
        .isEqualTo("malformed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "7",
        "",
        "{\"sub\":\"a\",\"sub\":\"b\",\"exp\":1900000000}",
        "{\"sub\":\"a\",\"exp\":1900000000}x",
        "{\"sub\":\"a\",\"exp\":NaN}",
        "{\"sub\":\"a\",\"exp\":1900000000,\"deep\":[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]}"
      })
  void claimsThatAreNotStrictAreRefused(String claims) {
    assertThat(bySecret(Forge.hs256(claims))).isEqualTo("malformed");
  }

  @Test
  void textThatIsNotUtf8IsRefused() {
    byte[] bad = CLAIMS.getBytes(StandardCharsets.ISO_8859_1);
    bad[8] = (byte) 0xC0;
    String signed = base64("{\"alg\":\"HS256\"}") + "." + base64(bad);
    assertThat(bySecret(Forge.hmac(signed, "HmacSHA256", SECRET_BYTES))).isEqualTo("malformed");
  }
}
