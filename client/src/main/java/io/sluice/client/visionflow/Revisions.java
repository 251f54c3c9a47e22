package io.sluice.client.visionflow;

import io.sluice.client.line.Trouble;
import io.sluice.client.line.Way;
import io.sluice.model.Moment;
import io.sluice.protocol.visionflow.PositionEvent;
import io.sluice.protocol.visionflow.VisionFlowCode;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Owner: its talk. Whether a change of the structure is the next one: first comes a whole in pieces
 * of one revision, then change upon change, each one higher. What the whole has already is passed
 * over, and so is what comes before it; a hole ends the line.
 */
final class Revisions {
  /** So many changes may come between the pieces of a whole; beyond it the line begins anew. */
  private static final int MOST_EARLY = 1_000;

  /** What was told so long ago of nodes that are not there will not be wanted. */
  private static final long KEPT_NANOS = 10_000_000_000L;

  private final Scene scene;
  private final GraphEars ears;
  private final Deque<PositionEvent.GraphUpdate> early = new ArrayDeque<>();
  private long revision;

  /** Whether a whole has begun. */
  private boolean known;

  /** Whether pieces of it are still to come. */
  private boolean inPieces;

  Revisions(Scene scene, GraphEars ears) {
    this.scene = scene;
    this.ears = ears;
  }

  /** A line is being opened: whatever is known is old. */
  void begin() {
    known = false;
    inPieces = false;
    early.clear();
  }

  void take(PositionEvent.GraphUpdate update, Moment now, Talk.Steps steps) {
    if (update.whole()) {
      early.clear();
      known = true;
      revision = Math.max(0, update.revision());
      piece(update, now, steps);
    } else if (inPieces && update.revision() == revision) {
      piece(update, now, steps);
    } else if (inPieces) {
      keep(update, steps);
    } else if (known) {
      change(update, now, steps);
    }
  }

  private void piece(PositionEvent.GraphUpdate update, Moment now, Talk.Steps steps) {
    if (!apply(update, now, steps)) {
      return;
    }
    inPieces = update.more();
    PositionEvent.GraphUpdate next = inPieces ? null : early.poll();
    while (next != null) {
      change(next, now, steps);
      next = early.poll();
    }
    if (!inPieces) {
      ears.structure();
    }
  }

  private void keep(PositionEvent.GraphUpdate update, Talk.Steps steps) {
    if (early.size() == MOST_EARLY) {
      steps.giveUp(lost());
    } else {
      early.add(update);
    }
  }

  private void change(PositionEvent.GraphUpdate update, Moment now, Talk.Steps steps) {
    boolean unnumbered = update.revision() == PositionEvent.GraphUpdate.NOT_SAID;
    if (!unnumbered && update.revision() > revision + 1) {
      steps.giveUp(lost());
    } else if (unnumbered || update.revision() == revision + 1) {
      revision = unnumbered ? revision : update.revision();
      if (apply(update, now, steps)) {
        ears.structure();
      }
    }
  }

  private boolean apply(PositionEvent.GraphUpdate update, Moment now, Talk.Steps steps) {
    boolean fits = scene.changed(update, revision);
    scene.forget(now.nanos() - KEPT_NANOS);
    if (!fits) {
      // It would be so over another line.
      steps.giveUp(
          Way.End.FAILED,
          new Trouble(
              VisionFlowCode.GRAPH_FULL.text(), "The graph is larger than the scene", 0, null));
    }
    return fits;
  }

  /** Something of the structure is not known, and will not come. */
  private static Trouble lost() {
    return new Trouble(
        VisionFlowCode.GAP.text(), "A change of the structure was lost; it comes anew", 0, null);
  }
}
