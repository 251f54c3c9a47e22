package io.sluice.client;

import io.sluice.model.Position;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A channel as a {@link Flow.Publisher} for one subscriber. What the subscriber requests is granted
 * to the server as credit, and the server never sends more: what is not requested waits in the
 * channel's log, not in this process. Beside it the bytes of {@link SubscribeOptions#bytes} bound
 * what is under way.
 *
 * <p>The subscription begins with {@link #subscribe} and ends with {@code cancel}; {@code
 * onComplete} comes when the client is closed, {@code onError} when the subscription is refused or
 * the client gives up. A reconnect is not seen here. Any thread.
 */
public final class MessageStream implements Flow.Publisher<Message> {
  private final Opener opener;
  private final String channel;
  private final SubscriptionListener listener;
  private final AtomicBoolean taken = new AtomicBoolean();
  private final CompletableFuture<Subscribed> ready = new CompletableFuture<>();

  private volatile @Nullable Subscription subscription;

  /** Makes the subscription once somebody wants it. */
  interface Opener {
    Tap open(SubscriptionListener listener, CompletableFuture<Subscribed> ready);
  }

  /** A subscription whose credit is what is demanded. */
  interface Tap {
    Subscription subscription();

    /** Asks the server; before that nothing comes. */
    void begin();

    void demand(long messages);
  }

  MessageStream(Opener opener, String channel, SubscriptionListener listener) {
    this.opener = opener;
    this.channel = channel;
    this.listener = listener;
  }

  /** The channel, or the pattern. */
  public String channel() {
    return channel;
  }

  /** Done when the subscription stands for the first time. */
  public CompletableFuture<Subscribed> ready() {
    return ready;
  }

  /** Where to go on: behind the last message whose {@code onNext} has returned; null if nowhere. */
  public @Nullable Position position() {
    Subscription open = subscription;
    return open == null ? null : open.position();
  }

  /** What was counted since somebody subscribed. */
  public Counters counters() {
    Subscription open = subscription;
    return open == null ? Counters.NONE : open.counters();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Message> subscriber) {
    if (!taken.compareAndSet(false, true)) {
      subscriber.onSubscribe(new Nothing());
      subscriber.onError(
          new SluiceException("already_subscribed", "A stream is for one subscriber"));
      return;
    }
    Flowing flowing = new Flowing(subscriber, listener);
    Tap tap = opener.open(flowing, ready);
    subscription = tap.subscription();
    flowing.begin(tap);
  }

  /** The subscription of a subscriber that was refused. */
  private static final class Nothing implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }

  /** Owner: the pipe that calls it; demand and cancellation come from any thread. */
  private static final class Flowing implements SubscriptionListener, Flow.Subscription {
    private final Flow.Subscriber<? super Message> subscriber;
    private final SubscriptionListener listener;
    private volatile boolean cancelled;
    private volatile @Nullable Throwable violation;
    private volatile @Nullable Tap tap;

    Flowing(Flow.Subscriber<? super Message> subscriber, SubscriptionListener listener) {
      this.subscriber = subscriber;
      this.listener = listener;
    }

    void begin(Tap opened) {
      tap = opened;
      subscriber.onSubscribe(this);
      opened.begin();
    }

    @Override
    public void request(long n) {
      Tap open = tap;
      if (cancelled || open == null) {
        return;
      }
      if (n <= 0) {
        violation = new IllegalArgumentException("request(" + n + "): demand is positive");
        open.subscription().close();
      } else {
        open.demand(n);
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      Tap open = tap;
      if (open != null) {
        open.subscription().close();
      }
    }

    @Override
    public void onMessage(Message message) {
      if (!cancelled && violation == null) {
        subscriber.onNext(message);
      }
    }

    @Override
    public void onEnd(@Nullable SluiceException error) {
      Throwable wrong = violation;
      if (!cancelled) {
        if (wrong != null) {
          subscriber.onError(wrong);
        } else if (error != null) {
          subscriber.onError(error);
        } else {
          subscriber.onComplete();
        }
      }
      listener.onEnd(error);
    }

    @Override
    public void onSubscribed(Subscribed subscribed) {
      listener.onSubscribed(subscribed);
    }

    @Override
    public void onGap(Gap gap) {
      listener.onGap(gap);
    }

    @Override
    public void onPosition(Moved moved) {
      listener.onPosition(moved);
    }

    @Override
    public void onWarning(SluiceException warning) {
      listener.onWarning(warning);
    }

    @Override
    public void onPresence(Presence presence) {
      listener.onPresence(presence);
    }

    @Override
    public void onJoin(Arrival arrival) {
      listener.onJoin(arrival);
    }

    @Override
    public void onLeave(Arrival arrival) {
      listener.onLeave(arrival);
    }
  }
}
