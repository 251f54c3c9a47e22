package io.sluice.gateway.visionflow;

import io.sluice.gateway.visionflow.GraphHouse.Standing;
import io.sluice.model.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells one peer the structure, piece by piece, as its line takes it. Owned by its dialog.
 *
 * <p>The changes are stopped meanwhile: none comes between two pieces, and those since the question
 * come behind the last. One is told at a time; whoever asks meanwhile is told once more.
 */
final class Showing {
  private final PositionsDialog dialog;
  private final Watching watching;
  private List<byte[]> pieces = List.of();
  private int next;
  private boolean isBusy;
  private boolean again;

  Showing(PositionsDialog dialog, Watching watching) {
    this.dialog = dialog;
    this.watching = watching;
  }

  /** Looks at the graph and tells all of it. */
  void begin(Moment now) {
    if (isBusy) {
      again = true;
      return;
    }
    isBusy = true;
    watching.pauseChanges(true, now);
    dialog.visit().look(standing -> dialog.enter(at -> looked(standing, at)));
  }

  private void looked(@Nullable Standing standing, Moment now) {
    if (standing == null) {
      dialog.removed();
      return;
    }
    watching.stands(standing, now);
    pieces = standing.pieces();
    next = 0;
    goOn(now);
  }

  /** The line may take more. */
  void goOn(Moment now) {
    while (next < pieces.size()) {
      if (dialog.isBehind()) {
        return;
      }
      dialog.say(GraphForm.message(pieces.get(next)));
      next++;
    }
    if (isBusy && !pieces.isEmpty()) {
      shown(now);
    }
  }

  private void shown(Moment now) {
    pieces = List.of();
    isBusy = false;
    if (again) {
      again = false;
      begin(now);
      return;
    }
    watching.pauseChanges(false, now);
    watching.shown(now);
  }
}
