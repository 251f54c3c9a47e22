package io.sluice.gateway.visionflow;

import io.sluice.core.Session;
import io.sluice.gateway.visionflow.GraphHouse.Standing;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import io.sluice.model.Policy;
import io.sluice.model.RequestId;
import io.sluice.protocol.visionflow.PositionEvent;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.protocol.visionflow.VisionFlowFault;
import org.jspecify.annotations.Nullable;

/**
 * How one peer watches its graph: at which rate, and from where on. Owned by its dialog.
 *
 * <p>One wish is carried out at a time; of those that come meanwhile the latest follows it.
 */
final class Watching {
  private static final int MILLIS = 1_000;
  private static final int NOBODY = 0;

  /** As often as a peer is told that wishes for nothing. */
  private static final int STEADY_MILLIS = 200;

  private static final RequestId TICKS = new RequestId("\"ticks\"");
  private static final RequestId CHANGES = new RequestId("\"changes\"");

  private final PositionsDialog dialog;
  private final Session session;
  private final Standing standing;

  /** The rate that is watched; {@link #NOBODY} for none. */
  private int hz = NOBODY;

  /** The rate that the service has been asked for; {@link #NOBODY} for none. */
  private int asked = NOBODY;

  /** What is wished for behind that; null for nothing. */
  private @Nullable Integer next;

  private boolean confirms;
  private boolean established;
  private boolean over;

  Watching(PositionsDialog dialog, Session session, Standing standing) {
    this.dialog = dialog;
    this.session = session;
    this.standing = standing;
  }

  Session session() {
    return session;
  }

  /** The structure, what changes of it, and then positions. */
  void begin(Moment now) {
    subscribe(CHANGES, dialog.changes(), null, now);
    dialog.sayText(GraphForm.graphUpdate(standing.structure()));
    ask(rate(STEADY_MILLIS), now);
  }

  /** The fastest rate that is not faster than this, or the slowest there is. */
  private int rate(int intervalMillis) {
    int best = standing.rates().getFirst();
    for (int each : standing.rates()) {
      // As whoever counts in thirds of milliseconds, and is rounded up, means it.
      if (Math.ceilDiv(MILLIS, each) >= intervalMillis) {
        best = each;
      }
    }
    return best;
  }

  /** The peer wants to be told so often. */
  void wish(int intervalMillis, Moment now) {
    confirms = true;
    int wanted = rate(intervalMillis);
    if (asked != NOBODY) {
      next = wanted;
    } else if (wanted == hz) {
      confirm(now);
    } else {
      ask(wanted, now);
    }
  }

  private void ask(int wanted, Moment now) {
    asked = wanted;
    dialog
        .house()
        .graphs()
        .watch(
            dialog.graph(), wanted, now, wrong -> dialog.post(at -> answered(wanted, wrong, at)));
  }

  /** What the service has answered; too late, it is given back. */
  private void answered(int wanted, @Nullable VisionFlowFault wrong, Moment now) {
    if (!over) {
      watched(wanted, wrong, now);
    } else if (wrong == null) {
      dialog.house().graphs().unwatch(dialog.graph(), wanted);
    }
  }

  private void watched(int wanted, @Nullable VisionFlowFault wrong, Moment now) {
    asked = NOBODY;
    if (wrong == null) {
      leave(now);
      hz = wanted;
      subscribe(TICKS, dialog.ticksAt(hz), Policy.LATEST, now);
      if (confirms) {
        confirm(now);
      }
    } else {
      confirms = false;
      dialog.fail(wrong);
    }
    Integer following = next;
    next = null;
    if (following != null && following != hz) {
      ask(following, now);
    }
  }

  private void confirm(Moment now) {
    confirms = false;
    dialog.say(
        new PositionEvent.SubscriptionConfirmed(
            MILLIS / hz,
            true,
            now.epochMillis(),
            dialog.house().manners().requestsPerMinute(),
            MILLIS / standing.rates().getLast()));
  }

  /** All of it, from the beginning. */
  void anew(Moment now) {
    if (hz != NOBODY) {
      session.accept(new Command.Unsubscribe(TICKS, dialog.ticksAt(hz), null), now);
      subscribe(TICKS, dialog.ticksAt(hz), Policy.LATEST, now);
    }
  }

  private void leave(Moment now) {
    if (hz != NOBODY) {
      session.accept(new Command.Unsubscribe(TICKS, dialog.ticksAt(hz), null), now);
      dialog.house().graphs().unwatch(dialog.graph(), hz);
      hz = NOBODY;
    }
  }

  private void subscribe(RequestId id, ChannelName channel, @Nullable Policy policy, Moment now) {
    session.accept(
        new Command.Subscribe(id, channel, null, null, policy, null, null, null, false, false),
        now);
  }

  /** What the core answers. */
  void hear(Event event) {
    switch (event) {
      case Event.Subscribed subscribed -> {
        if (TICKS.equals(subscribed.id()) && !established) {
          established = true;
          // Behind the graph as it is, which follows this word in the same turn.
          dialog.enter(this::establish);
        }
      }
      case Event.Failed failed ->
          dialog.fail(
              new VisionFlowFault(
                  failed.fault().code() == Code.FORBIDDEN
                      ? VisionFlowCode.FORBIDDEN
                      : VisionFlowCode.BUSY,
                  failed.fault().message()));
      case Event.Gap _ ->
          dialog.fail(
              new VisionFlowFault(
                  VisionFlowCode.GAP, "Changes of the structure were lost: come again for all."));
      case Event.Connected _,
          Event.Unsubscribed _,
          Event.Published _,
          Event.At _,
          Event.Held _,
          Event.Released _,
          Event.History _,
          Event.Presence _,
          Event.Refreshed _,
          Event.Pong _ -> {}
    }
  }

  private void establish(Moment now) {
    dialog.say(new PositionEvent.ConnectionEstablished(now.epochMillis(), false, true));
  }

  /** The connection is gone. */
  void end() {
    over = true;
    if (hz != NOBODY) {
      dialog.house().graphs().unwatch(dialog.graph(), hz);
      hz = NOBODY;
    }
  }
}
