package io.sluice.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemIdentityTest {
  @TempDir private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private void assertRefused(Path certificate, Path key, boolean ofKey, String why) {
    assertThatThrownBy(() -> PemIdentity.read(certificate, key))
        .isInstanceOfSatisfying(
            PemException.class, problem -> assertThat(problem.isOfKey()).isEqualTo(ofKey))
        .hasMessageContaining(why);
  }

  @Test
  void oneFileMayHoldBoth() throws IOException, PemException, GeneralSecurityException {
    Path both =
        file("both.pem", "A note.\n" + TestTls.USUAL.keyPem() + TestTls.USUAL.certificatePem());
    PemIdentity identity = PemIdentity.read(both, both);
    assertThat(identity).isEqualTo(TestTls.USUAL.identity());
    assertThat(identity).hasToString("PemIdentity[CN=localhost]");
  }

  @Test
  void aChainKeepsItsOrder() throws IOException, PemException, GeneralSecurityException {
    TestTls other = TestTls.make("EC", "-groupname", "secp384r1");
    Path chain =
        file("chain.pem", TestTls.USUAL.certificatePem() + "\r\n" + other.certificatePem());
    Path key = file("key.pem", TestTls.USUAL.keyPem().replace("\n", "\r\n"));
    assertThat(PemIdentity.read(chain, key).chain())
        .containsExactly(
            TestTls.USUAL.identity().chain().getFirst(), other.identity().chain().getFirst());
  }

  @Test
  void whatIsWrongIsSaid() throws IOException, GeneralSecurityException {
    Path certificate = file("cert.pem", TestTls.USUAL.certificatePem());
    Path key = file("key.pem", TestTls.USUAL.keyPem());
    Path nowhere = folder.resolve("nowhere");
    assertRefused(nowhere, key, false, "cannot be read");
    assertRefused(certificate, nowhere, true, "cannot be read");
    assertRefused(key, key, false, "no CERTIFICATE");
    assertRefused(certificate, certificate, true, "no PRIVATE KEY");
    assertRefused(file("a", TestTls.pem("CERTIFICATE", new byte[9])), key, false, "damaged");
    assertRefused(certificate, file("b", TestTls.pem("PRIVATE KEY", new byte[9])), true, "neither");
    assertRefused(
        certificate, file("c", TestTls.pem("RSA PRIVATE KEY", new byte[9])), true, "not PKCS#8");
    assertRefused(
        certificate,
        file("d", TestTls.pem("ENCRYPTED PRIVATE KEY", new byte[9])),
        true,
        "openssl pkcs8");
    assertRefused(file("e", "x".repeat((1 << 20) + 1)), key, false, "too large");
  }

  @Test
  void aKeyOfAnotherCertificateIsFoundOut() throws IOException, GeneralSecurityException {
    Path certificate = file("cert.pem", TestTls.USUAL.certificatePem());
    for (TestTls other : new TestTls[] {TestTls.make("EC"), TestTls.make("Ed25519")}) {
      assertRefused(certificate, file("key.pem", other.keyPem()), true, "not the key");
    }
  }
}
