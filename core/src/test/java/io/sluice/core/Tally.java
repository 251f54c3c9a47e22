package io.sluice.core;

import java.util.EnumMap;
import java.util.Map;

/** What a simulation came across: one that never meets a gap proves nothing about gaps. */
final class Tally {
  /** What must have happened at least once. */
  enum Of {
    DELIVERY,
    GAP,
    RECOVERED,
    NOT_RECOVERED,
    NEW_EPOCH,
    POSITION,
    ACKNOWLEDGED,
    REFUSED_BUSY,
    BROKER_FAILED,
    CHANNELS_FULL,
    EXTENDED,
    FILTER_REMOVED,
    UNSUBSCRIBED,
    OUT_OF_CREDIT,
    TORN_FRAME,
    CUT,
    CLOSED_IDLE,
    FORM_CHANGED,
    REPEATED,
    HISTORY,
    MORE_HISTORY,
    WHOLE_HISTORY,
    PRESENCE,
    COMING_OR_GOING,
    NEW_LIST,
    SUBSCRIBERS_FULL,
    FED_DELIVERY,
    FED_GAP,
    FED_RECOVERED,
    FED_NEW_EPOCH,
    FED_POSITION,
    HELD,
    RELEASED,
    HOLD_FULL,
    HOLD_LOST,
    CONFLATED,
    DROPPED,
    TOO_MANY_KEYS,
    LOST_THOUGH_NEWEST,
    CLOSED_SLOW,
    POLICY_REFUSED,
    STAMPED,
    STARVED,
    METERED_LATER,
    SPENT_ELSEWHERE,
    PAUSED,
    RETURNED,
    RETURNED_ELSEWHERE,
    TAKEN_OVER,
    FORGOTTEN,
    HELD_WITHOUT_SOCKET,
    RESERVED,
    READ,
    READER_GAP,
    READER_REFUSED
  }

  private final Map<Of, Long> counts = new EnumMap<>(Of.class);

  void count(Of what) {
    counts.merge(what, 1L, Long::sum);
  }

  long of(Of what) {
    return counts.getOrDefault(what, 0L);
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
