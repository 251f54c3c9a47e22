package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Hold;
import io.sluice.core.log.Log;
import io.sluice.core.log.LogWatch;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelName;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hears of every log that comes into being, once and before anything is in it, and now and then
 * keeps a place at its beginning for somebody who may come. Owned by its simulation.
 */
final class Watching implements LogWatch {
  /** A place that is kept, and what keeps its log. */
  private record Kept(ChannelName channel, Log log, Signal signal, Hold.Stake stake) {}

  private final Dice dice;
  private final Tally tally;
  private final Set<Log> heard = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Kept> kept = new ArrayList<>();
  private HoldModel holds;
  private MemoryBroker broker;

  Watching(Dice dice, Tally tally) {
    this.dice = dice;
    this.tally = tally;
  }

  void of(MemoryBroker watched, HoldModel model) {
    broker = watched;
    holds = model;
  }

  @Override
  public void opened(ChannelName channel, @Nullable Hold hold, Moment now) {
    Signal signal = () -> {};
    Log log = open(channel, signal, now);
    if (!heard.add(log) || log.head() >= log.first()) {
      throw new AssertionError(channel + " is heard of again, or late, at " + log.head());
    }
    Hold.Stake stake = hold == null || dice.coin() ? null : hold.stake();
    if (stake == null) {
      log.leave(signal, now);
      return;
    }
    tally.count(Tally.Of.RESERVED);
    if (!stake.take(1)) {
      throw new AssertionError("nobody holds " + channel + ", and one may not");
    }
    kept.add(new Kept(channel, log, signal, stake));
    holds.reserved(channel, log, log.head() + 1);
  }

  private Log open(ChannelName channel, Signal signal, Moment now) {
    List<Log> found = new ArrayList<>(1);
    broker.open(
        channel,
        signal,
        now,
        new Broker.Opening() {
          @Override
          public void opened(Log log, long head) {
            found.add(log);
          }

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault);
          }
        });
    return found.getFirst();
  }

  /** One of those whose place was kept has come, or will not. */
  void giveOne(Moment now) {
    if (!kept.isEmpty()) {
      Kept one = kept.removeFirst();
      holds.given(one.channel());
      one.stake().give(Long.MAX_VALUE, 0, now);
      one.log().leave(one.signal(), now);
    }
  }

  void giveAll(Moment now) {
    while (!kept.isEmpty()) {
      giveOne(now);
    }
  }
}
