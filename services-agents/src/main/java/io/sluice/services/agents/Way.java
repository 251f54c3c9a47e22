package io.sluice.services.agents;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says on one channel, one publication at a time: the next is published when the last
 * is in the log. Any thread; guarded by its own lock, under which nothing is called.
 *
 * <p>So at most one publication waits in the channel for slow readers, and behind it, here, one of
 * each thread that waits to go on, and what {@link Hearing} has to answer, which is bounded there.
 */
final class Way {
  private final AgentPorts ports;
  private final ChannelName channel;
  private final Runnable relieved;
  private final Queue<Parcel> waiting = new ArrayDeque<>(2);
  private @Nullable Parcel underWay;
  private boolean held;
  private boolean publishing;
  private boolean closed;
  private List<Runnable> whenFree = new ArrayList<>(0);

  /** One publication. */
  private final class Parcel implements Broker.Receipt {
    private final Payload payload;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    Parcel(Payload payload) {
      this.payload = payload;
    }

    @Override
    public void appended(Position position) {
      settled(this);
      done.complete(null);
      publish();
    }

    @Override
    public void failed(Fault fault) {
      settled(this);
      done.completeExceptionally(new NotPublishedException(fault));
      publish();
    }

    @Override
    public void held(int readers, long bytes) {
      holds(this);
    }

    @Override
    public Broker.Writer writer() {
      return ports.writer();
    }
  }

  /**
   * A way out.
   *
   * @param relieved called when less waits than before; on any thread
   */
  Way(AgentPorts ports, ChannelName channel, Runnable relieved) {
    this.ports = ports;
    this.channel = channel;
    this.relieved = relieved;
  }

  /**
   * Publishes when it is its turn. One whose future is over by then is not published.
   *
   * @return done when it is in the log
   */
  CompletableFuture<@Nullable Void> put(Payload payload) {
    CompletableFuture<@Nullable Void> done = add(payload);
    publish();
    return done;
  }

  /** The same, but nothing is published before {@link #publish}. */
  CompletableFuture<@Nullable Void> add(Payload payload) {
    Parcel parcel = new Parcel(payload);
    boolean late;
    synchronized (this) {
      late = closed;
      if (!late) {
        waiting.add(parcel);
      }
    }
    if (late) {
      parcel.done.completeExceptionally(new SessionClosedException());
    }
    return parcel.done;
  }

  /** Publishes if nothing waits before it; false, and nothing is done, if something does. */
  boolean tryPut(Payload payload) {
    synchronized (this) {
      if (closed) {
        throw new SessionClosedException();
      }
      if (underWay != null || !waiting.isEmpty()) {
        return false;
      }
      waiting.add(new Parcel(payload));
    }
    publish();
    return true;
  }

  /** Whether slow readers hold it now. */
  synchronized boolean isHeld() {
    return held;
  }

  /** How much waits here. */
  synchronized int size() {
    return waiting.size() + (underWay == null ? 0 : 1);
  }

  /** Runs it once nothing waits here, perhaps at once, or never; it must not block. */
  void whenFree(Runnable task) {
    synchronized (this) {
      if (closed) {
        return;
      }
      if (underWay != null || !waiting.isEmpty()) {
        whenFree.add(task);
        return;
      }
    }
    task.run();
  }

  /** Publishes what may go now. */
  void publish() {
    Parcel next = next(true);
    while (next != null) {
      Draft draft =
          new Draft(
              channel, Draft.Kind.BROADCAST, null, next.payload, null, null, AgentHost.PUBLISHER);
      ports.broker().publish(draft, ports.clock().get(), next);
      next = next(false);
    }
    free();
  }

  /** The next to go; null if one is under way, none waits, or another thread is at it. */
  private synchronized @Nullable Parcel next(boolean begin) {
    if (begin && publishing) {
      return null;
    }
    Parcel next = null;
    while (underWay == null && next == null && !waiting.isEmpty()) {
      Parcel first = waiting.remove();
      next = first.done.isDone() ? null : first;
    }
    publishing = next != null;
    underWay = next == null ? underWay : next;
    return next;
  }

  private synchronized void holds(Parcel parcel) {
    held = parcel.equals(underWay);
  }

  private synchronized void settled(Parcel parcel) {
    if (parcel.equals(underWay)) {
      underWay = null;
      held = false;
    }
  }

  /** Tells those who wait until nothing waits. */
  private void free() {
    List<Runnable> free = List.of();
    synchronized (this) {
      if (underWay == null && waiting.isEmpty() && !whenFree.isEmpty()) {
        free = whenFree;
        whenFree = new ArrayList<>(0);
      }
    }
    free.forEach(Runnable::run);
    relieved.run();
  }

  /** Nothing is published from here on, and nobody waits. */
  void close() {
    List<Parcel> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(waiting);
      waiting.clear();
      if (underWay != null) {
        left.add(underWay);
      }
      whenFree.clear();
    }
    for (Parcel parcel : left) {
      parcel.done.completeExceptionally(new SessionClosedException());
    }
  }
}
