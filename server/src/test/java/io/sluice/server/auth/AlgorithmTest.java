package io.sluice.server.auth;

import static io.sluice.server.auth.Forge.CLAIMS;
import static io.sluice.server.auth.Forge.check;
import static io.sluice.server.auth.Forge.reason;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens signed by another implementation are accepted, key by key and algorithm by algorithm. */
class AlgorithmTest {
  private static String sign(String alg, JWSSigner signer) throws Exception {
    JWSObject token = new JWSObject(new JWSHeader(JWSAlgorithm.parse(alg)), new Payload(CLAIMS));
    token.sign(signer);
    return token.serialize();
  }

  private static void assertTaken(String token, String pem, JWK jwk) {
    assertThat(reason(check(Forge.byKeys(pem), token))).isEqualTo("accepted alice");
    assertThat(reason(check(Forge.byKeys(jwk.toPublicJWK().toJSONString()), token)))
        .isEqualTo("accepted alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HS256", "HS384", "HS512"})
  void secretsOfEverySizeOfHash(String alg) throws Exception {
    byte[] secret = "s".repeat(64).getBytes(StandardCharsets.UTF_8);
    JwtVerifier verifier =
        new JwtVerifier(
            List.of(Secret.of("s".repeat(64))),
            List.of(),
            ClaimRules.DEFAULTS,
            TokenLimits.DEFAULTS,
            Runnable::run);
    assertThat(reason(check(verifier, sign(alg, new MACSigner(secret)))))
        .isEqualTo("accepted alice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
  void rsaKeysInBothPaddings(String alg) throws Exception {
    JWK jwk = new RSAKey.Builder((RSAPublicKey) Forge.RSA.getPublic()).build();
    String token = sign(alg, new RSASSASigner(Forge.RSA.getPrivate()));
    assertTaken(token, Forge.pem(Forge.RSA.getPublic()), jwk);
  }

  @ParameterizedTest
  @CsvSource({"ES256,secp256r1,P-256", "ES384,secp384r1,P-384", "ES512,secp521r1,P-521"})
  void ellipticKeysOfThreeCurves(String alg, String curve, String crv) throws Exception {
    KeyPair pair = Forge.pair("EC", curve);
    JWK jwk = new ECKey.Builder(Curve.parse(crv), (ECPublicKey) pair.getPublic()).build();
    String token = sign(alg, new ECDSASigner((ECPrivateKey) pair.getPrivate()));
    assertTaken(token, Forge.pem(pair.getPublic()), jwk);
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void edwardsKeysUnderBothNames(String alg) {
    byte[] encoded = Forge.ED25519.getPublic().getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    JWK jwk = new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).build();
    String token =
        Forge.signed("{\"alg\":\"" + alg + "\"}", CLAIMS, "Ed25519", Forge.ED25519.getPrivate());
    assertTaken(token, Forge.pem(Forge.ED25519.getPublic()), jwk);
  }

  @Test
  void theSignatureOfRfc8037IsTaken() {
    Algorithm algorithm = Algorithm.of("EdDSA");
    String signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    String signature =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    String jwk =
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
    VerificationKey key = Jwk.read(StrictJson.object(jwk.getBytes(StandardCharsets.UTF_8)));
    byte[] bytes = new Base64URL(signature).decode();
    assertThat(algorithm.verify(key.key(), signed.getBytes(StandardCharsets.US_ASCII), bytes))
        .isTrue();
    bytes[0] ^= 1;
    assertThat(algorithm.verify(key.key(), signed.getBytes(StandardCharsets.US_ASCII), bytes))
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
            TokenLimits.DEFAULTS,
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
            TokenLimits.DEFAULTS,
            task -> {
              throw new java.util.concurrent.RejectedExecutionException();
            });
    String token = sign("RS256", new RSASSASigner(Forge.RSA.getPrivate()));
    assertThat(reason(check(busy, token))).isEqualTo("unavailable busy");
    assertThat(reason(check(busy, Forge.hs256(CLAIMS)))).isEqualTo("accepted alice");
  }
}
