package io.sluice.admin;

import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.Moment;
import io.sluice.model.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls: an API key or a token in {@code Authorization: Bearer}, or an API key in
 * {@code X-API-Key}. Never in the address, which is logged on its way. Immutable.
 */
public final class Authenticator {
  private static final String BEARER = "bearer ";

  private final ApiKeys keys;
  private final TokenVerifier verifier;
  private final GatewayMeter meter;

  /** Takes these keys, and the tokens this verifier takes. */
  public Authenticator(ApiKeys keys, TokenVerifier verifier, GatewayMeter meter) {
    this.keys = keys;
    this.verifier = verifier;
    this.meter = meter;
  }

  /** What came of it. */
  public sealed interface Result {
    /** It is known who calls. */
    record Known(Caller caller) implements Result {}

    /** It is not. */
    record Unknown(Refusal refusal) implements Result {}
  }

  /** Asks. The stage never completes exceptionally. */
  public CompletionStage<Result> identify(HttpCall call, Moment now) {
    String bearer = bearer(call.header("authorization"));
    String header = call.header("x-api-key");
    if (header != null) {
      String secret = header.strip();
      ApiKey key = bearer == null || bearer.equals(secret) ? keys.find(secret) : null;
      return done(key == null ? unknown(Refusal.BAD_API_KEY) : known(key));
    }
    if (bearer == null) {
      return done(unknown(Refusal.NO_TOKEN));
    }
    ApiKey key = keys.find(bearer);
    return key != null ? done(known(key)) : verifier.verify(bearer, now).thenApply(this::judge);
  }

  private static @Nullable String bearer(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return null;
    }
    String text = header.substring(BEARER.length()).strip();
    return text.isEmpty() ? null : text;
  }

  private Result judge(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted accepted -> new Result.Known(new Caller.User(accepted.identity()));
      case Verdict.Rejected(String reason) -> {
        meter.countToken(reason);
        yield unknown(Refusal.BAD_TOKEN);
      }
      case Verdict.Unavailable(String reason) -> {
        meter.countToken(reason);
        yield unknown(Refusal.OVERLOAD);
      }
    };
  }

  private static Result known(ApiKey key) {
    return new Result.Known(new Caller.Program(key));
  }

  private static Result unknown(Refusal refusal) {
    return new Result.Unknown(refusal);
  }

  private static CompletionStage<Result> done(Result result) {
    return CompletableFuture.completedStage(result);
  }
}
