package io.sluice.core;

import io.sluice.model.ChannelName;
import java.util.List;

/**
 * What a watcher has been told of who comes and goes, and whether that is all: behind each list
 * every turn once, in order. Owned by its simulation.
 */
final class Onlooker {
  private final Attendance attendance;
  private final ChannelName channel;
  private int known = -1;

  Onlooker(Attendance attendance, ChannelName channel) {
    this.attendance = attendance;
    this.channel = channel;
  }

  /** A list that stands behind so many turns; whether it replaced some. */
  boolean listed(int turns) {
    if (turns < known) {
      throw new AssertionError("a list of " + turns + " turns after " + this);
    }
    boolean missed = known >= 0 && turns > known;
    known = turns;
    return missed;
  }

  /** One turn, such as "+ada". */
  void told(String turn) {
    List<String> turns = attendance.turns(channel);
    if (known < 0 || known >= turns.size() || !turns.get(known).equals(turn)) {
      throw new AssertionError(turn + " after " + this);
    }
    known++;
  }

  void assertKnowsAll() {
    if (known != attendance.turns(channel).size()) {
      throw new AssertionError(this + " was not told all of " + attendance.turns(channel));
    }
  }

  @Override
  public String toString() {
    return "the onlooker of " + channel + " at " + known;
  }
}
