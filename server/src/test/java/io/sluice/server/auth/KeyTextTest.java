package io.sluice.server.auth;

import static io.sluice.server.auth.Forge.CLAIMS;
import static io.sluice.server.auth.Forge.check;
import static io.sluice.server.auth.Forge.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyTextTest {
  private static String jwk(String more) {
    return Forge.jwk(Forge.RSA.getPublic(), more);
  }

  private static void assertRefused(String text, String message) {
    assertThatThrownBy(() -> KeyText.read(text, 4))
        .isInstanceOf(KeyFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void severalPemBlocksAreAllTrusted() {
    String file = Forge.pem(Forge.P256.getPublic()) + Forge.pem(Forge.RSA.getPublic());
    String token =
        Forge.rs256("{\"alg\":\"RS256\",\"kid\":\"any\"}", CLAIMS, Forge.RSA.getPrivate());
    assertThat(reason(check(Forge.byKeys(file), token))).isEqualTo("accepted alice");
  }

  @Test
  void keysOfASetThatCannotVerifyArePassedOver() throws KeyFormatException {
    String set =
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"},7,"
            + jwk(",\"use\":\"enc\"")
            + ","
            + jwk(",\"key_ops\":[\"encrypt\"]")
            + ","
            + jwk(",\"kid\":\"good\",\"use\":\"sig\",\"key_ops\":[\"verify\"]")
            + "]}";
    KeySet keys = KeyText.read(set, 8);
    assertThat(keys.keys()).hasSize(1);
    assertThat(keys.named("good").isEmpty()).isFalse();
    assertThat(keys.named("bad").isEmpty()).isTrue();
  }

  @Test
  void aKeyThatNamesItsAlgorithmTakesNoOther() {
    JwtVerifier verifier = Forge.byKeys(jwk(",\"alg\":\"RS512\""));
    String token = Forge.rs256("{\"alg\":\"RS256\"}", CLAIMS, Forge.RSA.getPrivate());
    assertThat(reason(check(verifier, token))).isEqualTo("algorithm");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | neither PEM nor",
        "hello | neither PEM nor",
        "{\"keys\":[]} | no public key",
        "{\"kty\":\"oct\",\"k\":\"AAAA\"} | no public key",
        "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"} | no public key",
        "{\"kty\":\"RSA\",\"e\":\"AQAB\"} | no public key",
        "{\"kty\":\"RSA\",\"n\":\"*\",\"e\":\"AQAB\"} | no public key",
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"} | no public key",
        "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AQ\",\"y\":\"AQ\"} | no public key",
        "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"} | no public key",
        "{\"keys\":[1,2,3,4,5]} | more than 4 keys",
        "-----BEGIN PUBLIC KEY-----AAAA-----END PUBLIC KEY----- | cannot be read",
        "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE----- | cannot be read",
      })
  void whatIsNoKeyIsSaidInOneLine(String text, String message) {
    assertRefused(text == null ? "" : text, message);
  }

  @Test
  void aPrivateKeyIsRefusedAndNotRepeated() {
    String pem = Forge.pem(Forge.RSA.getPrivate());
    assertRefused(pem, "PRIVATE KEY");
    assertThatThrownBy(() -> KeyText.read(pem, 4)).message().hasLineCount(1).hasSizeLessThan(120);
  }

  @Test
  void aWeakRsaKeyIsRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1_024);
    assertRefused(Forge.pem(generator.generateKeyPair().getPublic()), "too weak");
  }

  @Test
  void morePemBlocksThanAllowedAreRefused() {
    assertRefused(Forge.pem(Forge.P256.getPublic()).repeat(5), "more than 4 keys");
  }
}
