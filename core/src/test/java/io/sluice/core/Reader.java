package io.sluice.core;

import io.sluice.model.ChannelPattern;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Filter;
import io.sluice.model.FilterSet;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import java.util.Arrays;

/**
 * What a subscriber has been told of one channel, or of one pattern, and whether that is the whole
 * truth: every offset is delivered, filtered out or named by a gap, once and in order. Owned by its
 * simulation.
 */
final class Reader {
  private final Ledger ledger;
  private final Subject subject;
  private final boolean recoverable;
  private final String epoch;
  private FilterSet filters;
  private long known;

  Reader(Ledger ledger, Event.Subscribed opened, boolean recoverable) {
    this.ledger = ledger;
    this.subject = opened.subject();
    this.recoverable = recoverable;
    this.epoch = opened.position().epoch();
    this.known = opened.position().offset();
    this.filters = with(FilterSet.EMPTY, opened.filter());
  }

  /** What the client would give as its {@code since}. */
  Position position() {
    return new Position(epoch, known);
  }

  boolean isRecoverable() {
    return recoverable;
  }

  void extended(Event.Subscribed event) {
    passTo(event.position());
    filters = with(filters, event.filter());
  }

  private static FilterSet with(FilterSet filters, Filter filter) {
    return filter == null ? filters.withDefault() : filters.with(filter);
  }

  /** One entry of several is gone; it counted up to this offset. */
  void filterRemoved(Filter filter, long until) {
    passTo(new Position(epoch, until));
    filters = filters.without(filter);
  }

  boolean holdsOthersThan(Filter filter) {
    return !filters.without(filter).isEmpty();
  }

  void received(FakeSocket.Data data) {
    if (data.offset() <= known) {
      throw new AssertionError(data.offset() + " after " + this);
    }
    passTo(new Position(epoch, data.offset() - 1));
    Draft draft = ledger.at(subject, epoch, data.offset());
    if (!passes(draft) || !Arrays.equals(draft.payload().bytes(), data.payload())) {
      throw new AssertionError(data.offset() + " is " + draft + ", not " + data + ", for " + this);
    }
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

  void lost(Event.Gap gap) {
    if (gap.first() > gap.last() || gap.first() <= known) {
      throw new AssertionError(gap + " after " + this);
    }
    passTo(new Position(gap.epoch(), gap.first() - 1));
    ledger.at(subject, epoch, gap.last());
    known = gap.last();
  }

  void told(Event.At at) {
    passTo(at.position());
  }

  /** Everything up to here was examined: nothing of it may have been for this subscriber. */
  private void passTo(Position position) {
    if (!position.epoch().equals(epoch) || position.offset() < known) {
      throw new AssertionError(position + " after " + this);
    }
    assertNothingFor(position.offset());
    known = position.offset();
  }

  /** Of what is not known yet up to here, nothing may be for this subscriber. */
  void assertNothingFor(long until) {
    for (long offset = known + 1; offset <= until; offset++) {
      if (passes(ledger.at(subject, epoch, offset))) {
        throw new AssertionError(offset + " was passed over by " + this);
      }
    }
  }

  private boolean passes(Draft draft) {
    if (subject instanceof ChannelPattern pattern && !pattern.covers(draft.channel())) {
      return false;
    }
    TestPayload payload = (TestPayload) draft.payload();
    return filters.explicit().isEmpty()
        ? filters.byDefault()
        : filters.explicit().stream().anyMatch(payload::passes);
  }

  @Override
  public String toString() {
    return "the reader of " + subject.value() + " at " + epoch + "/" + known + " with " + filters;
  }
}
