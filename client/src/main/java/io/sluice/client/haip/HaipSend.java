package io.sluice.client.haip;

import io.sluice.client.SluiceException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a message. Any thread may ask; its client's turnstile answers.
 *
 * <p>{@link #told} is done as soon as the client knows whether the message goes at once or waits,
 * {@link #sent} when it is on its way. Both fail with the same code if it can never go: {@code
 * queue_full}, {@code too_big}, {@code invalid_channel}, {@code unsupported_type}, {@code closed}.
 * What waited and was cancelled fails with {@code cancelled}, and sound that waited until newer
 * sound needed its place with {@code dropped}.
 */
public final class HaipSend {
  /** Where it is. */
  public enum State {
    /** The client has not looked at it. */
    ASKED,
    /** It waits for credit, for the end of a pause, or for a session. */
    QUEUED,
    /** It is on its way. */
    SENT,
    /** It never goes. */
    FAILED
  }

  private final CompletableFuture<State> told = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
  private volatile State state = State.ASKED;

  HaipSend() {}

  /** Where it is now. */
  public State state() {
    return state;
  }

  /** Whether it waits or has gone. */
  public CompletableFuture<State> told() {
    return told.copy();
  }

  /** Done when it is on its way. */
  public CompletableFuture<@Nullable Void> sent() {
    return sent.copy();
  }

  void queued(HaipHands hands) {
    state = State.QUEUED;
    hands.complete(told, State.QUEUED);
  }

  void gone(HaipHands hands) {
    state = State.SENT;
    hands.complete(told, State.SENT);
    hands.complete(sent, null);
  }

  void failed(HaipHands hands, SluiceException why) {
    state = State.FAILED;
    hands.fail(told, why);
    hands.fail(sent, why);
  }
}
