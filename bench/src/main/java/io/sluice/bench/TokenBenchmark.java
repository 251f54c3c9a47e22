package io.sluice.bench;

import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.Limits;
import io.sluice.server.auth.ClaimRules;
import io.sluice.server.auth.KeyFormatException;
import io.sluice.server.auth.Secret;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.auth.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Owner: the benchmark's thread. What a handshake pays for its token; with a public key that is the
 * way to the thread of the signatures and back, too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenBenchmark {
  /** How the token is signed. */
  @Param({"HS256", "RS256", "ES256", "EdDSA"})
  public String algorithm = "";

  private String token = "";
  private @Nullable Verification verification;

  /** Makes a key, a token of it, and who checks it. */
  @Setup
  public void prepare() throws GeneralSecurityException, IOException, KeyFormatException {
    switch (algorithm) {
      case "HS256" -> bySecret(Secret.random());
      case "RS256" -> byKey("RSA", 2_048, "SHA256withRSA");
      case "ES256" -> byKey("EC", 256, "SHA256withECDSAinP1363Format");
      case "EdDSA" -> byKey("EdDSA", 255, "Ed25519");
      default -> throw new IllegalArgumentException(algorithm);
    }
    if (!(check() instanceof Verdict.Accepted)) {
      throw new IllegalStateException("not accepted: " + algorithm);
    }
  }

  private void bySecret(Secret secret) throws IOException, KeyFormatException {
    token =
        new TokenIssuer(secret, ClaimRules.DEFAULTS)
            .issue(TokenIssuer.Request.of("bench"), Duration.ofHours(1), Samples.NOW.epochMillis());
    verification =
        Verification.of(List.of(secret), null, null, ClaimRules.DEFAULTS, Limits.Token.DEFAULTS);
  }

  private void byKey(String kind, int bits, String signing)
      throws GeneralSecurityException, IOException, KeyFormatException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
    generator.initialize(bits);
    KeyPair pair = generator.generateKeyPair();
    long exp = Samples.NOW.epochMillis() / 1_000 + 3_600;
    String signed =
        base64("{\"alg\":\"" + algorithm + "\"}")
            + "."
            + base64("{\"sub\":\"bench\",\"exp\":" + exp + "}");
    Signature signature = Signature.getInstance(signing);
    signature.initSign(pair.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    token = signed + "." + base64(signature.sign());
    Path file = Files.createTempFile("sluice-bench", ".pem");
    try {
      Files.writeString(
          file,
          "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
              .formatted(Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())));
      verification =
          Verification.of(List.of(), file, null, ClaimRules.DEFAULTS, Limits.Token.DEFAULTS);
    } finally {
      Files.delete(file);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** A token becomes an identity. */
  @Benchmark
  public Verdict check() {
    if (verification == null) {
      throw new IllegalStateException("not prepared");
    }
    TokenVerifier verifier = verification.verifier();
    return verifier.verify(token, Samples.NOW).toCompletableFuture().join();
  }

  /** Lets go of the verifier's thread. */
  @TearDown
  public void close() {
    if (verification != null) {
      verification.close();
    }
  }
}
