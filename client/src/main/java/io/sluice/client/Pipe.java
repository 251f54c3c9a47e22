package io.sluice.client;

import io.sluice.model.Position;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Owner: whoever drains it, one thread at a time. Notices on their way to a listener, in order;
 * says what was handled, a quarter of the window at a time, so that it can be granted again.
 */
final class Pipe implements Feed {
  /** Told what a pipe has done. */
  interface Gauge {
    /** Messages were handled. */
    void handled(long messages, long bytes);

    /** One notice was taken from the queue. */
    void drained();

    /** One notice was put into the queue. */
    void filled();

    /** The listener threw. */
    void threw(RuntimeException trouble);

    /** Runs on another thread, soon. */
    void execute(Runnable task);
  }

  private final SubscriptionListener listener;
  private final Gauge gauge;
  private final long enoughMessages;
  private final long enoughBytes;
  private final Queue<Notice> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  private long messages;
  private long bytes;
  private volatile @Nullable Position position;

  /**
   * A pipe.
   *
   * @param window how many messages may be under way; 0 if the program demands them
   * @param windowBytes how many bytes may
   */
  Pipe(
      SubscriptionListener listener,
      Gauge gauge,
      long window,
      long windowBytes,
      @Nullable Position position) {
    this.listener = listener;
    this.gauge = gauge;
    this.enoughMessages = window == 0 ? Long.MAX_VALUE : Math.max(window / 4, 1);
    this.enoughBytes = Math.max(windowBytes / 4, 1);
    this.position = position;
  }

  /** Where to go on: behind what the listener has handled. */
  @Nullable Position position() {
    return position;
  }

  @Override
  public void take(Notice notice) {
    gauge.filled();
    queue.add(notice);
    if (pending.getAndIncrement() == 0) {
      gauge.execute(this::drain);
    }
  }

  private void drain() {
    int taken = 1;
    do {
      Notice notice = queue.poll();
      while (notice != null) {
        tell(notice);
        gauge.drained();
        notice = queue.poll();
      }
      taken = pending.addAndGet(-taken);
    } while (taken != 0);
  }

  private void tell(Notice notice) {
    try {
      dispatch(notice);
    } catch (RuntimeException e) {
      gauge.threw(e);
    }
    if (notice instanceof Notice.Publication publication) {
      handled(publication);
    }
  }

  private void handled(Notice.Publication publication) {
    position = publication.position();
    messages++;
    bytes += publication.cost();
    if (messages >= enoughMessages || bytes >= enoughBytes) {
      gauge.handled(messages, bytes);
      messages = 0;
      bytes = 0;
    }
  }

  private void dispatch(Notice notice) {
    switch (notice) {
      case Notice.Publication publication -> listener.onMessage(publication.message());
      case Notice.Stands stands -> {
        position = stands.subscribed().position();
        listener.onSubscribed(stands.subscribed());
      }
      case Notice.Lost lost -> {
        position = lost.position();
        listener.onGap(lost.gap());
      }
      case Notice.Passed passed -> {
        position = passed.moved().position();
        listener.onPosition(passed.moved());
      }
      case Notice.Warned warned -> listener.onWarning(warned.warning());
      case Notice.There there -> listener.onPresence(there.presence());
      case Notice.Came came -> {
        if (came.joined()) {
          listener.onJoin(came.arrival());
        } else {
          listener.onLeave(came.arrival());
        }
      }
      case Notice.Ended ended -> listener.onEnd(ended.error());
    }
  }
}
