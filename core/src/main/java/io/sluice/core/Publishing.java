package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * What a publish does: allowed, within limits, appended, answered. Owned by its lane.
 *
 * <p>Who subscribes and publishes in one breath gets its own publication: the publish waits with
 * the subscribe for the log of the channel, or of the feed.
 */
final class Publishing {
  private final Lane lane;
  private final Broker broker;

  Publishing(Lane lane, Broker broker) {
    this.lane = lane;
    this.broker = broker;
  }

  void publish(Session session, Command.Publish publish, Moment now) {
    int bytes = publish.payload().retainedBytes();
    Fault fault = refusal(session, publish, bytes);
    if (fault != null) {
      session.fail(publish.id(), publish.channel(), fault);
      return;
    }
    session.outgoing().started(bytes);
    Fanout fanout = lane.fanouts().awaitedBefore(session, publish.channel());
    if (fanout == null) {
      append(session, publish, now);
    } else if (!lane.fanouts().await(fanout, session, publish)) {
      session.outgoing().settled(bytes);
      session.fail(publish.id(), publish.channel(), Subscribing.tooManyWaiting());
    }
  }

  /** What waited goes on, even if its connection has ended meanwhile: it was accepted. */
  void resume(Session session, Command.Publish publish, Moment now) {
    Fanout fanout = lane.fanouts().awaitedBefore(session, publish.channel());
    if (fanout == null || !lane.fanouts().await(fanout, session, publish)) {
      append(session, publish, now);
    }
  }

  private void append(Session session, Command.Publish publish, Moment now) {
    Draft draft =
        new Draft(
            publish.channel(),
            Draft.Kind.MESSAGE,
            session.identity().user(),
            publish.payload(),
            publish.key(),
            publish.idempotencyKey(),
            session.outgoing().publisher());
    InFlight flight = new InFlight(session, publish);
    broker.publish(draft, now, flight);
    flight.settleIfAnswered();
  }

  private @Nullable Fault refusal(Session session, Command.Publish publish, int bytes) {
    if (lane.isStopping()) {
      return new Fault(Code.SHUTTING_DOWN, "The server is stopping");
    }
    if (!session.rights().mayPublish(publish.channel())) {
      return new Fault(Code.FORBIDDEN, "The token does not allow publishing to this channel");
    }
    if (!session.outgoing().mayPublish(bytes, lane.limits().session())) {
      return new Fault(Code.BUSY, "Too many publishes are waiting for the broker");
    }
    return lane.namespaces().tooLarge(publish.channel(), bytes);
  }

  /**
   * One publish between the call and its answer. The broker answers on any thread; the answer is
   * kept here and carried to the lane. What is answered inside the call was never in flight: a peer
   * may pipeline as much as it likes to a broker that does not make it wait.
   */
  private final class InFlight implements Broker.Receipt, Lane.Letter {
    private final Session session;
    private final Command.Publish publish;
    private @Nullable Position position;
    private @Nullable Fault fault;

    /** Written by whoever answers; the rest of the answer travels with the letter. */
    private volatile boolean answered;

    /** Whether it is no longer counted. The lane's. */
    private boolean settled;

    /** Whether the session was told that it waits. The lane's. */
    private boolean held;

    InFlight(Session session, Command.Publish publish) {
      this.session = session;
      this.publish = publish;
      session.outgoing().receiptAwaited();
    }

    @Override
    public void appended(Position at) {
      position = at;
      answered = true;
      lane.post(this);
    }

    @Override
    public void held(int readers, long bytes) {
      lane.post(
          now -> {
            held = true;
            session.outgoing().held(publish.channel(), readers, bytes);
          });
    }

    @Override
    public Broker.Writer writer() {
      return session.outgoing().writer();
    }

    @Override
    public void failed(Fault why) {
      fault = why;
      answered = true;
      lane.post(this);
    }

    void settleIfAnswered() {
      if (answered) {
        settle();
      }
    }

    private void settle() {
      if (!settled) {
        settled = true;
        session.outgoing().settled(publish.payload().retainedBytes());
      }
    }

    @Override
    public void read(Moment now) {
      settle();
      if (position != null) {
        lane.meter().published();
        if (publish.acknowledge()) {
          session.tell(new Event.Published(publish.id(), publish.channel(), position));
        }
      } else if (fault != null) {
        session.fail(publish.id(), publish.channel(), fault);
      }
      session.outgoing().receiptTold();
      if (held) {
        session.outgoing().released(publish.channel(), lane.meter());
      }
    }
  }
}
