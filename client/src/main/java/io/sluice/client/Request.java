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
  /** What becomes of it once it is sent. */
  enum Kind {
    /** It may be repeated, as long as the server remembers its key. */
    PUBLISH,
    /** It may be repeated whenever there was no answer. */
    ASK,
    /** There is no answer: it is done. */
    TELL
  }

  private static final long NEVER = Long.MIN_VALUE;

  /** Makes something of an answer; null if it is of another kind. */
  @FunctionalInterface
  interface Reading<T> {
    @Nullable T read(NexusAnswer answer);
  }

  private final long id;
  private final @Nullable String channel;
  private final String text;
  private final int bytes;
  private final Kind kind;
  private final CompletableFuture<T> future;
  private final Reading<T> reading;
  private long deadline;
  private long firstSent = NEVER;

  /**
   * A request.
   *
   * @param channel where it publishes; null if it does not
   * @param bytes how long its text is in UTF-8
   * @param reading makes an answer of what the server said; null if it is of another kind
   */
  Request(
      long id,
      @Nullable String channel,
      String text,
      int bytes,
      Kind kind,
      CompletableFuture<T> future,
      Reading<T> reading) {
    this.id = id;
    this.channel = channel;
    this.text = text;
    this.bytes = bytes;
    this.kind = kind;
    this.future = future;
    this.reading = reading;
  }

  long id() {
    return id;
  }

  /** Where it publishes; null if it does not. */
  @Nullable String channel() {
    return channel;
  }

  String text() {
    return text;
  }

  int bytes() {
    return bytes;
  }

  boolean isAnswered() {
    return kind != Kind.TELL;
  }

  boolean isPublication() {
    return kind == Kind.PUBLISH;
  }

  /** When it was first sent; the time given if never. */
  long firstSent(long never) {
    return firstSent == NEVER ? never : firstSent;
  }

  CompletableFuture<T> future() {
    return future;
  }

  /** When its answer is overdue. */
  long deadline() {
    return deadline;
  }

  void sent(long now, long overdue) {
    firstSent = firstSent(now);
    deadline = overdue;
  }

  /** The server did nothing with it. */
  void undone() {
    firstSent = NEVER;
  }

  /** The server had not appended it until now: had it, it would have said so. */
  void waitedUntil(long now) {
    firstSent = now;
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
