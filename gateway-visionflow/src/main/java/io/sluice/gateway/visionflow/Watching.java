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
import java.util.List;
import java.util.Objects;
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
  private final Showing showing;

  /** How the graph stood when it was looked at last; null before it has been. */
  private @Nullable Standing standing;

  /** Whether the peer has been told all of the structure once. */
  private boolean isShown;

  /** As often as the peer wishes to be told, which it may say before that. */
  private int wished = STEADY_MILLIS;

  /** The rate that is watched; {@link #NOBODY} for none. */
  private int hz = NOBODY;

  /** The rate that the service has been asked for; {@link #NOBODY} for none. */
  private int asked = NOBODY;

  /** What is wished for behind that; null for nothing. */
  private @Nullable Integer next;

  private boolean confirms;

  /** Whether all nodes are to be told once more behind the structure. */
  private boolean isAnew;

  private boolean established;
  private boolean over;

  Watching(PositionsDialog dialog, Session session) {
    this.dialog = dialog;
    this.session = session;
    this.showing = new Showing(dialog, this);
  }

  Session session() {
    return session;
  }

  /** What changes first, then the structure as it is by then, and then positions. */
  void begin(Moment now) {
    subscribe(CHANGES, dialog.changes(), null, now);
    pauseChanges(true, now);
  }

  /** Holds changes back, or lets them go on where they stood. */
  void pauseChanges(boolean paused, Moment now) {
    session.accept(new Command.Pause(CHANGES, dialog.changes(), paused), now);
  }

  /** The graph has been looked at. */
  void stands(Standing seen, Moment now) {
    if (standing == null) {
      dialog.announce(seen, now);
    }
    standing = seen;
  }

  /** The line has taken what it was behind with. */
  void goOn(Moment now) {
    showing.goOn(now);
  }

  /** All of the structure has been told. */
  void shown(Moment now) {
    if (!isShown) {
      isShown = true;
      ask(rate(wished), now);
    } else if (isAnew) {
      isAnew = false;
      ticksAnew(now);
    }
  }

  private List<Integer> rates() {
    return Objects.requireNonNull(standing).rates();
  }

  /** The fastest rate that is not faster than this, or the slowest there is. */
  private int rate(int intervalMillis) {
    int best = rates().getFirst();
    for (int each : rates()) {
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
    wished = intervalMillis;
    if (!isShown) {
      return;
    }
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
    dialog.visit().watch(wanted, now, wrong -> dialog.post(at -> answered(wanted, wrong, at)));
  }

  /** What the service has answered; too late, it is given back. */
  private void answered(int wanted, @Nullable VisionFlowFault wrong, Moment now) {
    if (!over) {
      watched(wanted, wrong, now);
    } else if (wrong == null) {
      dialog.visit().unwatch(wanted);
    }
  }

  private void watched(int wanted, @Nullable VisionFlowFault wrong, Moment now) {
    asked = NOBODY;
    if (wrong == null) {
      leave(now);
      hz = wanted;
      subscribe(TICKS, dialog.ticksAt(hz), Policy.LATEST, now);
    } else {
      dialog.fail(wrong);
    }
    Integer following = next;
    next = null;
    if (following != null && following != hz) {
      ask(following, now);
    } else if (confirms && (wrong == null || following != null)) {
      confirm(now);
    } else {
      confirms = false;
    }
  }

  /** What is agreed on now: of wishes that came together the last is answered. */
  private void confirm(Moment now) {
    confirms = false;
    dialog.say(
        new PositionEvent.SubscriptionConfirmed(
            MILLIS / hz,
            true,
            now.epochMillis(),
            dialog.house().manners().requestsPerMinute(),
            MILLIS / rates().getLast()));
  }

  /** All of it, from the beginning. */
  void anew(Moment now) {
    if (isShown) {
      isAnew = true;
      showing.begin(now);
    }
  }

  private void ticksAnew(Moment now) {
    if (hz != NOBODY) {
      session.accept(new Command.Unsubscribe(TICKS, dialog.ticksAt(hz), null), now);
      subscribe(TICKS, dialog.ticksAt(hz), Policy.LATEST, now);
    }
  }

  private void leave(Moment now) {
    if (hz != NOBODY) {
      session.accept(new Command.Unsubscribe(TICKS, dialog.ticksAt(hz), null), now);
      dialog.visit().unwatch(hz);
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
        if (CHANGES.equals(subscribed.id())) {
          dialog.enter(showing::begin);
        } else if (!established) {
          established = true;
          // Behind the graph as it is, which follows this word in the same turn.
          dialog.enter(this::establish);
        }
      }
      case Event.Failed failed -> failed(failed);
      case Event.Gap _ -> {
        // Only changes can be lost: all of the structure comes before the next of them.
        pauseChanges(true, dialog.house().clock().get());
        dialog.enter(showing::begin);
      }
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

  private void failed(Event.Failed failed) {
    VisionFlowCode code =
        failed.fault().code() == Code.FORBIDDEN ? VisionFlowCode.FORBIDDEN : VisionFlowCode.BUSY;
    VisionFlowFault why = new VisionFlowFault(code, failed.fault().message());
    if (standing == null) {
      // Nobody watches who cannot be told what changes.
      dialog.enter(at -> dialog.turnAway(why));
    } else {
      dialog.fail(why);
    }
  }

  private void establish(Moment now) {
    dialog.say(new PositionEvent.ConnectionEstablished(now.epochMillis(), false, true));
  }

  /** The connection is gone. */
  void end() {
    over = true;
    if (hz != NOBODY) {
      dialog.visit().unwatch(hz);
      hz = NOBODY;
    }
  }
}
