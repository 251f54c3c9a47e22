package io.sluice.core.log;

import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a part of what a channel's log still has: the same for a connection and for whoever is on
 * none. Owned by nobody: it may begin on any thread, and reads on that on which the broker opens
 * the log, which it gives back at once.
 */
public final class HistoryReading implements Broker.Opening, Signal {
  /**
   * What came of it: exactly one of these is called, once, inside the call or later. Any thread.
   */
  public interface Answer {
    /** This was read. */
    void read(Event.History history);

    /** Nothing was. */
    void failed(Fault fault);
  }

  private final Command.History asked;
  private final int maxBytes;
  private final Moment now;
  private final Answer answer;

  /** Of whoever opens the log, who alone reads. */
  private long head;

  private HistoryReading(Command.History asked, int maxBytes, Moment now, Answer answer) {
    this.asked = asked;
    this.maxBytes = maxBytes;
    this.now = now;
    this.answer = answer;
  }

  /**
   * Begins to read. Whether the asker may is not asked here.
   *
   * @param maxBytes bytes of publications, as their log counts them; one publication always comes
   */
  public static void begin(
      Broker broker, Command.History asked, int maxBytes, Moment now, Answer answer) {
    HistoryReading reading = new HistoryReading(asked, maxBytes, now, answer);
    broker.open(asked.channel(), reading, now, reading);
  }

  @Override
  public void opened(Log log, long opened) {
    head = opened;
    Event.@Nullable History history;
    try {
      history = read(log);
    } finally {
      log.leave(this, now);
    }
    if (history == null) {
      failed(new Fault(Code.INVALID_POSITION, "since.offset is ahead of the channel"));
    } else {
      answer.read(history);
    }
  }

  @Override
  public void failed(Fault fault) {
    answer.failed(fault);
  }

  /** It does not stay long enough to care. */
  @Override
  public void raise() {}

  private Event.@Nullable History read(Log log) {
    Position since = asked.since();
    if (since == null) {
      return history(log, false, newest(log));
    }
    boolean sameEpoch = since.epoch().equals(log.epoch());
    if (sameEpoch && since.offset() > head) {
      return null;
    }
    // Everything under another epoch is news to whoever asks.
    long from = sameEpoch ? since.offset() + 1 : 1;
    List<Publication> after = after(log, from);
    boolean whole = after.isEmpty() ? from > head : after.getFirst().offset() == from;
    return history(log, sameEpoch && whole, after);
  }

  private Event.History history(Log log, boolean recovered, List<Publication> publications) {
    long last = publications.isEmpty() ? head : publications.getLast().offset();
    Position position = new Position(log.epoch(), head);
    return new Event.History(
        asked.id(), asked.channel(), position, recovered, last < head, publications);
  }

  /** From the head backwards, as far as the bounds and what is evicted meanwhile let it. */
  private List<Publication> newest(Log log) {
    Deque<Publication> page = new ArrayDeque<>();
    long bytes = 0;
    for (long offset = head; offset > 0 && page.size() < asked.limit(); offset--) {
      Entry entry = log.entry(offset);
      bytes += entry == null ? 0 : entry.publication().retainedBytes();
      if (entry == null || (bytes > maxBytes && !page.isEmpty())) {
        break;
      }
      page.addFirst(entry.publication());
    }
    return List.copyOf(page);
  }

  /** From an offset onwards; what is already evicted is passed over, but never leaves a hole. */
  private List<Publication> after(Log log, long from) {
    List<Publication> page = new ArrayList<>();
    long bytes = 0;
    long offset = Math.max(from, log.first());
    while (offset <= head && page.size() < asked.limit()) {
      Entry entry = log.entry(offset);
      if (entry == null && page.isEmpty()) {
        offset = Math.max(offset + 1, log.first());
        head = log.head();
        continue;
      }
      bytes += entry == null ? 0 : entry.publication().retainedBytes();
      if (entry == null || (bytes > maxBytes && !page.isEmpty())) {
        break;
      }
      page.add(entry.publication());
      offset++;
    }
    return List.copyOf(page);
  }
}
