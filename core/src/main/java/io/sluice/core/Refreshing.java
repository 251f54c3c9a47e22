package io.sluice.core;

import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a refresh does: another token of the same user takes the place of the connection's. Until it
 * is found good the old one stays in force, and so it does if it is not. Owned by its lane.
 */
final class Refreshing {
  private final Lane lane;
  private final Tokens tokens;

  Refreshing(Lane lane, Tokens tokens) {
    this.lane = lane;
    this.tokens = tokens;
  }

  void refresh(Session session, Command.Refresh refresh, Moment now) {
    if (lane.isStopping()) {
      session.fail(refresh.id(), null, new Fault(Code.SHUTTING_DOWN, "The server is stopping"));
    } else if (!session.startRefreshing()) {
      session.fail(refresh.id(), null, new Fault(Code.BUSY, "A refresh is under way"));
    } else {
      tokens.check(refresh.token(), now, new Answer(session, refresh.id()));
    }
  }

  /** Carries the answer, given on any thread, to the lane. Knows no token. */
  private final class Answer implements Tokens.Answer {
    private final Session session;
    private final @Nullable RequestId id;

    Answer(Session session, @Nullable RequestId id) {
      this.session = session;
      this.id = id;
    }

    @Override
    public void accepted(Identity identity) {
      lane.post(now -> renew(session, id, identity, now));
    }

    @Override
    public void refused() {
      lane.post(now -> fail(session, id, Code.INVALID_TOKEN, "The token is not good"));
    }

    @Override
    public void unavailable() {
      lane.post(now -> fail(session, id, Code.TOKEN_UNCHECKED, "The token cannot be checked now"));
    }
  }

  private static void fail(Session session, @Nullable RequestId id, Code code, String message) {
    session.endRefreshing();
    if (!session.isClosed()) {
      session.fail(id, null, new Fault(code, message));
    }
  }

  private void renew(Session session, @Nullable RequestId id, Identity identity, Moment now) {
    if (!identity.user().equals(session.identity().user())) {
      fail(session, id, Code.INVALID_TOKEN, "The token is another user's");
      return;
    }
    session.endRefreshing();
    if (session.isClosed()) {
      return;
    }
    session.rights().renew(identity);
    lane.renewExpiry(session, now);
    session.tell(new Event.Refreshed(id, identity.expiresAtMillis()));
    endWhatIsNotCovered(session, now);
  }

  private void endWhatIsNotCovered(Session session, Moment now) {
    for (Cursor cursor : List.copyOf(session.cursors())) {
      Subject subject = cursor.subject();
      if (!session.rights().mayRead(subject)) {
        lane.subscribing().end(session, cursor, now);
        session.tell(new Event.Unsubscribed(null, subject, Code.FORBIDDEN));
      }
    }
  }
}
