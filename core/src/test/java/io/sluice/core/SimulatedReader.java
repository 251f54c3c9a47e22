package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelName;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody inside the process who reads a channel and does not always take what it is given:
 * everything comes once and in order, or is named by a gap. Owned by its simulation.
 */
final class SimulatedReader implements Reader.Handler {
  private final Ledger ledger;
  private final Broker memory;
  private final Dice dice;
  private final Tally tally;
  private final ChannelName channel;
  private final boolean fromOldest;
  private final Reader reader;
  private final Moment begun;
  private long next;
  private boolean over;
  private boolean refused;

  SimulatedReader(SimulatedHub hub, ChannelName channel) {
    this.ledger = hub.ledger;
    this.memory = hub.memory;
    this.dice = hub.dice;
    this.tally = hub.tally;
    this.channel = channel;
    this.begun = hub.time.now();
    this.fromOldest = dice.coin();
    long from = fromOldest ? Reader.OLDEST : Reader.HEAD;
    Object order = new Object();
    this.reader =
        Reader.open(
            hub.broker,
            channel,
            from,
            dice.between(1, 5),
            this,
            task -> hub.steps.run(order, task),
            begun);
  }

  boolean isOver() {
    return over;
  }

  /** Whether it refused what it was given last. */
  boolean isBehind() {
    return refused && !over;
  }

  /** It takes what it refused. */
  void goOn() {
    refused = false;
    reader.goOn();
  }

  void close(Moment now) {
    over = true;
    reader.close(now);
  }

  @Override
  public boolean publication(Publication publication) {
    check(!over, publication);
    Log log = log();
    if (next == 0) {
      check(fromOldest || publication.offset() <= log.head(), publication);
      next = publication.offset();
    }
    check(publication.offset() == next, publication);
    check(ledger.at(channel, log.epoch(), next) == publication.draft(), publication);
    if (dice.onceIn(5)) {
      tally.count(Tally.Of.READER_REFUSED);
      refused = true;
      return false;
    }
    tally.count(Tally.Of.READ);
    next++;
    return true;
  }

  @Override
  public void gap(long first, long last) {
    tally.count(Tally.Of.READER_GAP);
    Log log = log();
    boolean begins = next == 0;
    check(!over && (begins || first == next) && first <= last, "a gap " + first + "-" + last);
    check(last < log.first() && last <= log.head(), "a gap " + first + "-" + last);
    next = last + 1;
  }

  @Override
  public void failed(Fault fault) {
    check(!over, fault);
    over = true;
  }

  /** At rest nothing is left to read, unless it refused it. */
  void assertAtHead() {
    if (!over && next != 0) {
      check(next == log().head() + 1, "the head at " + log().head());
    }
  }

  private void check(boolean holds, Object otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise + " for the reader of " + channel + " at " + next);
    }
  }

  /** The log as it is now: it stays, because it is read. */
  private Log log() {
    List<Log> found = new ArrayList<>(1);
    Signal signal = () -> {};
    memory.open(
        channel,
        signal,
        begun,
        new Broker.Opening() {
          @Override
          public void opened(Log log, long head) {
            found.add(log);
            log.leave(signal, begun);
          }

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault);
          }
        });
    return found.getFirst();
  }
}
