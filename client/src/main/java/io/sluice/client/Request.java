package io.sluice.client;

import io.sluice.protocol.nexus.NexusAnswer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the desk. One request and whoever waits for its answer.
 *
 * @param <T> what the answer becomes
 */
final class Request<T> {
  /** Makes something of an answer; null if it is of another kind. */
  @FunctionalInterface
  interface Reading<T> {
    @Nullable T read(NexusAnswer answer);
  }

  private final long id;
  private final String text;
  private final int bytes;
  private final boolean answered;
  private final CompletableFuture<T> future;
  private final Reading<T> reading;
  private long deadline;

  /**
   * A request.
   *
   * @param bytes how long its text is in UTF-8
   * @param answered whether the server will answer; without, it is done when it is sent
   * @param reading makes an answer of what the server said; null if it is of another kind
   */
  Request(
      long id,
      String text,
      int bytes,
      boolean answered,
      CompletableFuture<T> future,
      Reading<T> reading) {
    this.id = id;
    this.text = text;
    this.bytes = bytes;
    this.answered = answered;
    this.future = future;
    this.reading = reading;
  }

  long id() {
    return id;
  }

  String text() {
    return text;
  }

  int bytes() {
    return bytes;
  }

  boolean isAnswered() {
    return answered;
  }

  CompletableFuture<T> future() {
    return future;
  }

  /** When its answer is overdue. */
  long deadline() {
    return deadline;
  }

  void sent(long overdue) {
    deadline = overdue;
  }

  /** Completes the future; false if the answer is of another kind. */
  boolean complete(NexusAnswer answer, Hands hands) {
    T value = reading.read(answer);
    if (value == null) {
      return false;
    }
    hands.complete(future, value);
    return true;
  }
}
