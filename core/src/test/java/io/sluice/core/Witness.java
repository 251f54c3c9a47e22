package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Command;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Filter;
import io.sluice.model.FilterSet;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a subscriber has been told of one channel, or of one pattern, and whether that is the whole
 * truth: every offset is delivered, filtered out, conflated or named by a gap, once and in order.
 * Owned by its simulation.
 *
 * <p>A publication is conflated if another of its key, later and for this subscriber too, had been
 * served when the next thing was said. How many were is counted here beside the core.
 */
final class Witness {
  private final Ledger ledger;
  private final ChannelSettings.Delivery delivery;
  private final Subject subject;
  private final boolean recoverable;
  private final Policy policy;
  private final String conflateBy;
  private final String epoch;

  /** What was there already when it subscribed. */
  private final long opened;

  /** Whose publications are its own, and do not come; null if nobody's. */
  private final String self;

  private FilterSet filters;
  private long known;

  /** Publications it was spared, and has not been told of. */
  private long conflated;

  Witness(
      Ledger ledger,
      ChannelSettings.Delivery delivery,
      Command.Subscribe asked,
      Event.Subscribed opened,
      long served,
      String self) {
    this.ledger = ledger;
    this.self = self;
    this.delivery = delivery;
    this.subject = opened.subject();
    this.recoverable = asked.recoverable() || asked.since() != null;
    this.policy = policy(asked, delivery, self != null);
    this.conflateBy = asked.conflateBy() == null ? delivery.conflateBy() : asked.conflateBy();
    this.epoch = opened.position().epoch();
    this.opened = served;
    this.known = opened.position().offset();
    this.filters = with(FilterSet.EMPTY, opened.filter());
    check(opened.policy() == policy && delivery.allowed().contains(policy), opened);
    check(asked.conflateBy() == null || policy == Policy.LATEST, opened);
  }

  /** Whose frames are stamped is not spared anything: where that is usual it gets all. */
  private static Policy policy(
      Command.Subscribe asked, ChannelSettings.Delivery delivery, boolean stamped) {
    if (asked.policy() != null) {
      return asked.policy();
    }
    boolean spared = stamped && delivery.policy() == Policy.LATEST;
    return spared ? Policy.LOSSLESS : delivery.policy();
  }

  private void check(boolean holds, Object otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise + " to " + this);
    }
  }

  /** What the client would give as its {@code since}. */
  Position position() {
    return new Position(epoch, known);
  }

  boolean isRecoverable() {
    return recoverable;
  }

  void extended(Command.Subscribe asked, Event.Subscribed event, long served) {
    check(event.policy() == policy, event);
    check(asked.policy() == null || asked.policy() == policy, event);
    check(
        asked.conflateBy() == null
            || (policy == Policy.LATEST && asked.conflateBy().equals(conflateBy)),
        event);
    passTo(event.position(), served);
    filters = with(filters, event.filter());
  }

  /** Its socket is gone: here it stands, and there it goes on. */
  void stands(Position place, long served) {
    passTo(place, served);
  }

  /** The next that it is owed; null if nothing is. */
  Draft next(long head) {
    for (long offset = known + 1; offset <= head; offset++) {
      Draft draft = ledger.at(subject, epoch, offset);
      if (passes(draft)) {
        return draft;
      }
    }
    return null;
  }

  private static FilterSet with(FilterSet filters, Filter filter) {
    return filter == null ? filters.withDefault() : filters.with(filter);
  }

  /** One entry of several is gone; it counted up to this offset. */
  void filterRemoved(Filter filter, long until, long served) {
    passTo(new Position(epoch, until), served);
    filters = filters.without(filter);
  }

  boolean holdsOthersThan(Filter filter) {
    return !filters.without(filter).isEmpty();
  }

  /**
   * A publication has come.
   *
   * @param served how far the channel had been served when it was handed over
   */
  void received(FakeSocket.Data data, long served) {
    check(data.offset() > known, data);
    boolean live = data.offset() > served;
    passTo(new Position(epoch, data.offset() - 1), live ? data.offset() - 1 : served);
    Draft draft = ledger.at(subject, epoch, data.offset());
    check(passes(draft) && Arrays.equals(draft.payload().bytes(), data.payload()), data);
    check(policy != Policy.LATEST || live || isNewest(data.offset(), served), data);
    if (data.fed() != null) {
      assertStandsInBoth(data, draft);
    }
    known = data.offset();
  }

  /** What comes from a feed says where it stands in its channel. */
  @SuppressWarnings("ReferenceEquality")
  private void assertStandsInBoth(FakeSocket.Data data, Draft draft) {
    Position origin = data.fed().origin();
    boolean there = ledger.at(data.channel(), origin.epoch(), origin.offset()) == draft;
    if (!there || !data.fed().epoch().equals(epoch)) {
      throw new AssertionError(data + " is not " + draft + " for " + this);
    }
  }

  /**
   * A gap was said.
   *
   * @param first what the log still had then
   * @param served how far the channel had been served
   * @param placed whether it is known what was there
   */
  void lost(Event.Gap gap, long first, long served, boolean placed) {
    check(gap.first() <= gap.last() && gap.first() > known, gap);
    passTo(new Position(gap.epoch(), gap.first() - 1), served);
    ledger.at(subject, epoch, gap.last());
    known = gap.last();
    switch (gap.reason()) {
      case DROPPED -> {
        check(policy == Policy.DROP_OLDEST, gap);
        check(served - known == delivery.dropOldestMessages(), gap);
      }
      case KEYS -> {
        check(policy == Policy.LATEST, gap);
        check(newest(known + 1, served) == delivery.latestKeys(), gap);
      }
      case EVICTED -> {
        check(policy == Policy.LATEST ? known < first : known == first - 1, gap);
        check(!placed || (isOwed(gap.first(), served) && isOwed(known, served)), gap);
      }
    }
  }

  private boolean isOwed(long offset, long served) {
    return passes(ledger.at(subject, epoch, offset)) && isNewest(offset, served);
  }

  void told(Event.At at, long served) {
    passTo(at.position(), served);
    check(at.conflated() == conflated, at);
    conflated = 0;
  }

  /** Everything up to here was examined: what of it was for this subscriber was conflated. */
  private void passTo(Position position, long served) {
    check(position.epoch().equals(epoch) && position.offset() >= known, position);
    for (long offset = known + 1; offset <= position.offset(); offset++) {
      if (passes(ledger.at(subject, epoch, offset))) {
        check(policy == Policy.LATEST && !isNewest(offset, served), offset + " was passed over");
        conflated++;
      }
    }
    known = position.offset();
  }

  /** Whether nothing later of its key, up to there, is for this subscriber. */
  private boolean isNewest(long offset, long served) {
    Object key = key(ledger.at(subject, epoch, offset));
    if (key == null) {
      return true;
    }
    for (long later = offset + 1; later <= served; later++) {
      Draft draft = ledger.at(subject, epoch, later);
      if (key.equals(key(draft)) && passes(draft)) {
        return false;
      }
    }
    return true;
  }

  /** How many things there are of which something in there is the newest. */
  private int newest(long from, long served) {
    Set<Object> things = new HashSet<>();
    for (long offset = from; offset <= served; offset++) {
      Draft draft = ledger.at(subject, epoch, offset);
      if (passes(draft)) {
        Object key = key(draft);
        things.add(key == null ? offset : key);
      }
    }
    return things.size();
  }

  /** The same key in two channels of a feed is two things. */
  private Object key(Draft draft) {
    Object own =
        conflateBy.equals(ChannelSettings.Delivery.BY_KEY)
            ? draft.key()
            : ((TestPayload) draft.payload()).field(conflateBy);
    return own == null || subject instanceof ChannelName ? own : List.of(draft.channel(), own);
  }

  /** Nothing up to here is owed, and nothing is left to be said. */
  void assertAtHead(long head) {
    for (long offset = known + 1; offset <= head; offset++) {
      check(!passes(ledger.at(subject, epoch, offset)), offset + " was not delivered");
    }
    check(conflated == 0, conflated + " conflated were not told");
  }

  /** Whether it asked to be closed, and so much lies behind it that it may be. */
  boolean mayBeTooFarBehind() {
    long head = ledger.heads(ledger.source(subject)).getOrDefault(epoch, 0L);
    return policy == Policy.DISCONNECT
        && head - Math.max(known, opened) >= delivery.disconnectMessages();
  }

  private boolean passes(Draft draft) {
    if (subject instanceof ChannelPattern pattern && !pattern.covers(draft.channel())) {
      return false;
    }
    if (self != null && self.equals(draft.publisher())) {
      return false;
    }
    TestPayload payload = (TestPayload) draft.payload();
    return filters.explicit().isEmpty()
        ? filters.byDefault()
        : filters.explicit().stream().anyMatch(payload::passes);
  }

  @Override
  public String toString() {
    return "the "
        + policy
        + " reader of "
        + subject.value()
        + " at "
        + epoch
        + "/"
        + known
        + " with "
        + filters
        + " by "
        + conflateBy;
  }
}
