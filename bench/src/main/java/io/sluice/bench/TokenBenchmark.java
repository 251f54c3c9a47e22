package io.sluice.bench;

import io.sluice.gateway.TokenVerifier;
import io.sluice.server.auth.ClaimRules;
import io.sluice.server.auth.KeyFormatException;
import io.sluice.server.auth.Secret;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.auth.TokenLimits;
import io.sluice.server.auth.Verification;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Owner: the benchmark's thread. What a handshake pays for its token. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenBenchmark {
  private final Secret secret = Secret.random();
  private final String token =
      new TokenIssuer(secret, ClaimRules.DEFAULTS)
          .issue(TokenIssuer.Request.of("bench"), Duration.ofHours(1), Samples.NOW.epochMillis());
  private final Verification verification = verification(secret);

  private static Verification verification(Secret secret) {
    try {
      return Verification.of(
          List.of(secret), null, null, ClaimRules.DEFAULTS, TokenLimits.DEFAULTS);
    } catch (IOException | KeyFormatException e) {
      throw new IllegalStateException("there is no key file", e);
    }
  }

  /** An HS256 token becomes an identity. */
  @Benchmark
  public CompletionStage<TokenVerifier.Verdict> checkHs256() {
    return verification.verifier().verify(token, Samples.NOW);
  }

  /** Lets go of the verifier's thread. */
  @TearDown
  public void close() {
    verification.close();
  }
}
