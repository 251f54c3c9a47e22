package io.sluice.core;

import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Position;
import io.sluice.model.Publication;

/** Whether an answer to a request for history is true. */
final class Excerpt {
  private Excerpt() {}

  /**
   * Holds it against what ever was.
   *
   * @param headWhenAsked the newest offset of the answer's epoch when it was asked for
   */
  static void check(
      Ledger ledger, Command.History asked, Event.History answer, long headWhenAsked) {
    Position head = answer.head();
    long last = 0;
    for (Publication publication : answer.publications()) {
      boolean follows = last == 0 || publication.offset() == last + 1;
      last = publication.offset();
      if (!follows
          || !ledger
              .at(answer.channel(), head.epoch(), last)
              .payload()
              .equals(publication.draft().payload())) {
        throw wrong(answer, asked);
      }
    }
    boolean empty = answer.publications().isEmpty();
    Position since = asked.since();
    boolean same = since != null && since.epoch().equals(head.epoch());
    long first = empty ? head.offset() + 1 : answer.publications().getFirst().offset();
    boolean whole = same && first == since.offset() + 1;
    boolean inOrder = !same || first > since.offset();
    boolean reaches = empty || (answer.more() ? last < head.offset() : last == head.offset());
    if (whole != answer.recovered()
        || !inOrder
        || !reaches
        || (answer.more() && since == null)
        || answer.publications().size() > asked.limit()
        || head.offset() < headWhenAsked) {
      throw wrong(answer, asked);
    }
  }

  private static AssertionError wrong(Event.History answer, Command.History asked) {
    return new AssertionError(answer + " answers " + asked);
  }
}
