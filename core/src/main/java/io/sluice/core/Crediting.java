package io.sluice.core;

import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Fault;
import io.sluice.model.Moment;

/**
 * What credit and pauses do to a subscription that is open, or is being opened. Owned by its lane.
 */
final class Crediting {
  private final Lane lane;

  Crediting(Lane lane) {
    this.lane = lane;
  }

  void grant(Session session, Command.Grant grant, Moment now) {
    Fanout fanout = lane.subscribing().awaited(session, grant.subject());
    if (fanout != null) {
      lane.subscribing().await(fanout, session, grant.subject(), grant);
      return;
    }
    Cursor cursor = session.cursor(grant.subject());
    if (cursor == null) {
      session.fail(
          grant.id(), grant.subject(), new Fault(Code.NOT_SUBSCRIBED, "No such subscription"));
      return;
    }
    if (grant.meters() && !cursor.roster.isMetered()) {
      cursor.fanout.meter(cursor);
    }
    if (!cursor.grant(grant.credit())) {
      session.fail(
          grant.id(),
          grant.subject(),
          new Fault(Code.INVALID_CREDIT, "The balance would pass 2^53-1"));
    } else {
      lane.feeder().enqueue(cursor);
    }
  }

  void spend(Session session, Command.Spend spend) {
    Fanout fanout = lane.subscribing().awaited(session, spend.subject());
    if (fanout != null) {
      lane.subscribing().await(fanout, session, spend.subject(), spend);
      return;
    }
    Cursor cursor = session.cursor(spend.subject());
    if (cursor == null) {
      session.fail(
          spend.id(), spend.subject(), new Fault(Code.NOT_SUBSCRIBED, "No such subscription"));
    } else if (cursor.roster.isMetered()) {
      cursor.spend(spend.messages(), spend.bytes());
    }
  }

  void pause(Session session, Command.Pause pause) {
    Fanout fanout = lane.subscribing().awaited(session, pause.subject());
    if (fanout != null) {
      lane.subscribing().await(fanout, session, pause.subject(), pause);
      return;
    }
    Cursor cursor = session.cursor(pause.subject());
    if (cursor == null) {
      session.fail(
          pause.id(), pause.subject(), new Fault(Code.NOT_SUBSCRIBED, "No such subscription"));
    } else if (pause.paused()) {
      cursor.fanout.pause(cursor);
    } else {
      cursor.paused = false;
      lane.feeder().enqueue(cursor);
    }
  }
}
