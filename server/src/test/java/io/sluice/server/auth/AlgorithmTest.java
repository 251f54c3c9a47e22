package io.sluice.server.auth;

import static io.sluice.server.auth.Forge.CLAIMS;
import static io.sluice.server.auth.Forge.check;
import static io.sluice.server.auth.Forge.reason;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import io.sluice.model.Limits;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens signed by the JDK are accepted, key by key and algorithm by algorithm. */
class AlgorithmTest {
  private static String header(String alg) {
    return "{\"alg\":\"" + alg + "\"}";
  }

  private static void assertTaken(String token, KeyPair pair) {
    assertThat(reason(check(Forge.byKeys(Forge.pem(pair.getPublic())), token)))
        .isEqualTo("accepted alice");
    assertThat(reason(check(Forge.byKeys(Forge.jwk(pair.getPublic(), "")), token)))
        .isEqualTo("accepted alice");
  }

  /** The longest is longer than a block of the shorter hash, the shortest is the least allowed. */
  @ParameterizedTest
  @CsvSource({
    "HS256,HmacSHA256,32", "HS256,HmacSHA256,64", "HS256,HmacSHA256,65",
    "HS384,HmacSHA384,32", "HS384,HmacSHA384,64", "HS384,HmacSHA384,129",
    "HS512,HmacSHA512,32", "HS512,HmacSHA512,64", "HS512,HmacSHA512,129",
  })
  void secretsOfEverySizeOfHash(String alg, String mac, int length) {
    String secret = "s".repeat(length);
    JwtVerifier verifier =
        new JwtVerifier(
            List.of(Secret.of(secret)),
            List.of(),
            ClaimRules.DEFAULTS,
            Limits.Token.DEFAULTS,
            Runnable::run);
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    assertThat(reason(check(verifier, Forge.hmac(header(alg), CLAIMS, mac, bytes))))
        .isEqualTo("accepted alice");
    bytes[0] ^= 1;
    assertThat(reason(check(verifier, Forge.hmac(header(alg), CLAIMS, mac, bytes))))
        .isEqualTo("signature");
  }

  @ParameterizedTest
  @ValueSource(strings = {"256", "384", "512"})
  void rsaKeysInBothPaddings(String hash) {
    String rs =
        Forge.signed(header("RS" + hash), CLAIMS, "SHA" + hash + "withRSA", Forge.RSA.getPrivate());
    assertTaken(rs, Forge.RSA);
    PSSParameterSpec parameters =
        new PSSParameterSpec(
            "SHA-" + hash,
            "MGF1",
            new MGF1ParameterSpec("SHA-" + hash),
            Integer.parseInt(hash) / 8,
            PSSParameterSpec.TRAILER_FIELD_BC);
    String ps =
        Forge.signed(header("PS" + hash), CLAIMS, "RSASSA-PSS", parameters, Forge.RSA.getPrivate());
    assertTaken(ps, Forge.RSA);
  }

  @ParameterizedTest
  @CsvSource({"ES256,secp256r1,SHA256", "ES384,secp384r1,SHA384", "ES512,secp521r1,SHA512"})
  void ellipticKeysOfThreeCurves(String alg, String curve, String hash) {
    KeyPair pair = Forge.pair("EC", curve);
    String token =
        Forge.signed(header(alg), CLAIMS, hash + "withECDSAinP1363Format", pair.getPrivate());
    assertTaken(token, pair);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void edwardsKeysUnderBothNames(String alg) {
    String token = Forge.signed(header(alg), CLAIMS, "Ed25519", Forge.ED25519.getPrivate());
    assertTaken(token, Forge.ED25519);
    for (String name : List.of("EdDSA", "Ed25519")) {
      String jwk = Forge.jwk(Forge.ED25519.getPublic(), ",\"alg\":\"" + name + "\"");
      assertThat(reason(check(Forge.byKeys(jwk), token))).isEqualTo("accepted alice");
    }
  }

  @Test
  void theSignatureOfRfc8037IsTaken() {
    String signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    String signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    String jwk =
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
    VerificationKey key = VerificationKey.read(jwk);
    Jwt jwt = Jwt.parse(signed + "." + signature);
    assertThat(jwt.algorithm()).isEqualTo(JWSAlgorithm.EdDSA);
    assertThat(jwt.isSignedFor(key.verifier())).isTrue();
    assertThat(Jwt.parse(signed + ".i" + signature.substring(1)).isSignedFor(key.verifier()))
        .isFalse();
  }

  @Test
  void aRotationTakesTheTokensOfBothSecrets() throws Exception {
    Secret next = Secret.of("the next secret, also long enough for it");
    JwtVerifier both =
        new JwtVerifier(
            List.of(next, Forge.SECRET),
            List.of(),
            ClaimRules.DEFAULTS,
            Limits.Token.DEFAULTS,
            Runnable::run);
    byte[] nextBytes = "the next secret, also long enough for it".getBytes(StandardCharsets.UTF_8);
    String fresh = Forge.hmac("{\"alg\":\"HS256\"}", CLAIMS, "HmacSHA256", nextBytes);
    assertThat(reason(check(both, fresh))).isEqualTo("accepted alice");
    assertThat(reason(check(both, Forge.hs256(CLAIMS)))).isEqualTo("accepted alice");
    assertThat(reason(check(Forge.bySecret(), fresh))).isEqualTo("signature");
  }

  @Test
  void tooManyWaitingSignaturesAreAnsweredAndNotQueued() throws Exception {
    JwtVerifier busy =
        new JwtVerifier(
            List.of(Forge.SECRET),
            List.of(KeyLookup.fixed(KeyText.read(Forge.pem(Forge.RSA.getPublic()), 1))),
            ClaimRules.DEFAULTS,
            Limits.Token.DEFAULTS,
            task -> {
              throw new java.util.concurrent.RejectedExecutionException();
            });
    String token = Forge.rs256(header("RS256"), CLAIMS, Forge.RSA.getPrivate());
    assertThat(reason(check(busy, token))).isEqualTo("unavailable busy");
    assertThat(reason(check(busy, Forge.hs256(CLAIMS)))).isEqualTo("accepted alice");
  }
}
