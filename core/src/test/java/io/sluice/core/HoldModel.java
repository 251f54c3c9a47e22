package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Stream;

/**
 * What holding promises, held against every publication that enters: in the order in which they
 * came, never more before the slowest reader than it lets, and nothing evicted that a reader has
 * not taken. It stands right before the broker. Owned by its simulation.
 */
final class HoldModel implements Broker {
  private final Broker inner;
  private final Namespaces namespaces;
  private final Tally tally;
  private final Map<ChannelName, Queue<Draft>> waiting = new HashMap<>();
  private final Map<Position, Long> heads = new HashMap<>();

  /** Who has ever held, and the oldest offset its log had then. */
  private final Map<Cursor, Long> holders = new IdentityHashMap<>();

  /** Places that are kept for readers who may come, and the logs they are in. */
  private final Map<ChannelName, Deque<Reserve>> reserves = new HashMap<>();

  private record Reserve(Log log, long from) {}

  HoldModel(Broker inner, Namespaces namespaces, Tally tally) {
    this.inner = inner;
    this.namespaces = namespaces;
    this.tally = tally;
  }

  /** A place is kept from here on. */
  void reserved(ChannelName channel, Log log, long from) {
    reserves.computeIfAbsent(channel, name -> new ArrayDeque<>()).add(new Reserve(log, from));
  }

  /** The oldest of them is kept no longer. */
  void given(ChannelName channel) {
    reserves.get(channel).remove();
  }

  private Deque<Reserve> reserves(ChannelName channel) {
    return reserves.getOrDefault(channel, new ArrayDeque<>());
  }

  /** A reader was told this moment that it holds. */
  void holds(Cursor cursor) {
    holders.putIfAbsent(cursor, cursor.fanout.log().first());
  }

  @Override
  public void publish(Draft draft, Moment now, Receipt receipt) {
    inner.publish(
        draft,
        now,
        new Receipt() {
          @Override
          public void appended(Position position) {
            entered(draft, position);
            receipt.appended(position);
          }

          @Override
          public void failed(Fault fault) {
            if (queue(draft.channel()).stream().anyMatch(waits -> isSame(waits, draft))) {
              throw new AssertionError(draft + " waited and failed");
            }
            receipt.failed(fault);
          }

          @Override
          public void held(int readers, long bytes) {
            if (readers < 1 || bytes < 1) {
              throw new AssertionError(draft + " is held by " + readers + " with " + bytes);
            }
            tally.count(Tally.Of.HELD);
            queue(draft.channel()).add(draft);
            receipt.held(readers, bytes);
          }

          @Override
          public Writer writer() {
            return receipt.writer();
          }
        });
  }

  private Queue<Draft> queue(ChannelName channel) {
    return waiting.computeIfAbsent(channel, name -> new ArrayDeque<>());
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Draft one, Draft other) {
    return one == other;
  }

  private void entered(Draft draft, Position position) {
    Queue<Draft> queue = queue(draft.channel());
    if (!queue.isEmpty() && !isSame(queue.remove(), draft)) {
      throw new AssertionError(draft + " entered before one that waits");
    }
    Position numbering = new Position(draft.channel() + "/" + position.epoch(), 0);
    boolean isNew = position.offset() > heads.getOrDefault(numbering, 0L);
    heads.merge(numbering, position.offset(), Math::max);
    Log log = logOf(draft.channel());
    if (isNew && log != null && !fits(log, position.offset() - 1, draft)) {
      throw new AssertionError(draft + " entered where there was no room for it");
    }
    assertNothingIsLost();
  }

  /** The log of a channel that is held; null if nobody holds. */
  private Log logOf(ChannelName channel) {
    return Stream.concat(
            holders.keySet().stream()
                .filter(cursor -> cursor.holds && cursor.fanout.subject().equals(channel))
                .map(cursor -> cursor.fanout.log()),
            reserves(channel).stream().map(Reserve::log))
        .findAny()
        .orElse(null);
  }

  private boolean fits(Log log, long head, Draft draft) {
    ChannelSettings settings = namespaces.of(draft.channel());
    long low = head + 1;
    for (Map.Entry<Cursor, Long> holder : holders.entrySet()) {
      Cursor cursor = holder.getKey();
      if (cursor.holds && cursor.fanout.subject().equals(draft.channel())) {
        low = Math.min(low, Math.max(cursor.position(), holder.getValue()));
      }
    }
    for (Reserve reserve : reserves(draft.channel())) {
      low = Math.min(low, reserve.from());
    }
    long bytes = Publication.retainedBytes(draft);
    for (long offset = low; offset <= head; offset++) {
      bytes += log.entry(offset).publication().retainedBytes();
    }
    long before = head + 1 - low;
    return before == 0 || (bytes <= settings.hold().bytes() && before < settings.log().messages());
  }

  /** Holds at any time; who has channels of its own is not counted there. */
  void assertNothingIsLost() {
    holders.keySet().removeIf(cursor -> !cursor.holds);
    Map<ChannelName, Integer> readers = new HashMap<>();
    holders.forEach(
        (cursor, from) -> {
          long first = cursor.fanout.log().first();
          if (first > Math.max(cursor.position(), from)) {
            throw new AssertionError("the log begins at " + first + " before a holding reader");
          }
          if (cursor.session.outgoing().publisher() == null) {
            readers.merge((ChannelName) cursor.fanout.subject(), 1, Integer::sum);
          }
        });
    reserves.forEach(
        (channel, all) -> {
          for (Reserve reserve : all) {
            if (reserve.log().first() > reserve.from()) {
              throw new AssertionError(reserve + " of " + channel + " has been evicted");
            }
            readers.merge(channel, 1, Integer::sum);
          }
        });
    readers.forEach(
        (channel, count) -> {
          if (count > namespaces.of(channel).hold().readers()) {
            throw new AssertionError(count + " readers hold " + channel);
          }
        });
  }

  /** At rest nobody waits who would fit. */
  void assertNobodyWaitsInVain() {
    assertNothingIsLost();
    waiting.forEach(
        (channel, queue) -> {
          Log log = logOf(channel);
          if (!queue.isEmpty() && (log == null || fits(log, log.head(), queue.element()))) {
            throw new AssertionError(queue + " waits for nobody");
          }
        });
  }

  /** With credit for everything nobody waits. */
  void assertNobodyWaits() {
    waiting.forEach(
        (channel, queue) -> {
          if (!queue.isEmpty()) {
            throw new AssertionError(queue + " waits though everybody reads");
          }
        });
  }

  @Override
  public void open(Subject subject, Signal signal, Moment now, Opening opening) {
    inner.open(subject, signal, now, opening);
  }

  @Override
  public void tick(Moment now) {
    inner.tick(now);
  }

  @Override
  public void close() {
    inner.close();
  }
}
