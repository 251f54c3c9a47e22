package io.sluice.gateway.http;

import io.sluice.model.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A route's refusal. The door writes it as it writes its own, counts it, and closes the connection
 * behind it.
 *
 * @param refusal why
 */
public record HttpRefusal(Refusal refusal) implements HttpReply {
  /** This refusal, at once. */
  public CompletionStage<HttpReply> now() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public Runnable settled() {
    return () -> {};
  }
}
