package io.sluice.client;

import io.sluice.model.Position;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One subscription of a client, whatever connections come and go. A client has at most one for each
 * channel and each pattern. Any thread.
 */
public final class Subscription implements AutoCloseable {
  private final Driver driver;
  private final Subscriber subscriber;
  private final Pipe pipe;

  Subscription(Driver driver, Subscriber subscriber, Pipe pipe) {
    this.driver = driver;
    this.subscriber = subscriber;
    this.pipe = pipe;
  }

  /** The channel, or the pattern. */
  public String channel() {
    return subscriber.channel();
  }

  /** Done when it stands for the first time; fails if it is refused or ended before. */
  public CompletableFuture<Subscribed> ready() {
    return subscriber.ready();
  }

  /**
   * Where to go on, for {@link SubscribeOptions#withSince}: behind everything the listener has
   * handled. Null if it has never stood.
   */
  public @Nullable Position position() {
    return pipe.position();
  }

  /** What happens when it cannot take more, as the server answered; null before. */
  public @Nullable String policy() {
    Subscribed standing = subscriber.standing;
    return standing == null ? null : standing.policy();
  }

  /** Whether it slows the channel's publishers while it is slow. */
  public boolean holds() {
    Subscribed standing = subscriber.standing;
    return standing != null && standing.holds();
  }

  /** What was counted since it was made. */
  public Counters counters() {
    return subscriber.counters;
  }

  /** Ends it. Done when the server has said so; what comes before that is not told any more. */
  public CompletableFuture<@Nullable Void> unsubscribe() {
    CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
    driver.post((engine, now) -> engine.unsubscribe(subscriber, future));
    return future;
  }

  /** Ends it without waiting. */
  @Override
  public void close() {
    CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
    driver.post((engine, now) -> engine.unsubscribe(subscriber, future));
  }
}
