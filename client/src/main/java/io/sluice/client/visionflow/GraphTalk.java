package io.sluice.client.visionflow;

import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.protocol.visionflow.FrameReader;
import io.sluice.protocol.visionflow.NodeReader;
import io.sluice.protocol.visionflow.PositionCommand;
import io.sluice.protocol.visionflow.PositionEvent;
import io.sluice.protocol.visionflow.PositionText;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.protocol.visionflow.VisionFlowFrame;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.util.List;

/**
 * Owner: its turnstile. What is spoken of a graph: bytes into the scene, moves out of the program,
 * as often as both ends want it. A message of nodes allocates nothing here, in frames a header.
 */
final class GraphTalk implements Talk {
  /** As often as a server tells whoever wishes for nothing. */
  private static final int STEADY_MILLIS = 200;

  private static final long MILLI = 1_000_000;

  private final GraphOptions options;
  private final Scene scene;
  private final Moves moves;
  private final Tally tally;
  private final VisionFlowHands hands;
  private final GraphEars ears;

  private final PositionText text = new PositionText(Limits.Json.DEFAULTS);
  private final NodeReader reader;
  private final FrameReader frames;
  private final OtherFrames others;
  private final NodeBatch batch;
  private final Revisions revisions;

  private int wished;
  private boolean stands;
  private long began;
  private long mayMove = Long.MIN_VALUE;

  GraphTalk(
      GraphOptions options,
      Scene scene,
      Moves moves,
      Tally tally,
      VisionFlowHands hands,
      GraphEars ears) {
    this.options = options;
    this.scene = scene;
    this.moves = moves;
    this.tally = tally;
    this.hands = hands;
    this.ears = ears;
    this.reader = new NodeReader(options.visionflow());
    this.frames = new FrameReader(options.visionflow(), Limits.Json.DEFAULTS);
    this.others = new OtherFrames(text, hands);
    this.batch = new NodeBatch(options.visionflow().nodes());
    this.revisions = new Revisions(scene, ears);
    this.wished = options.intervalMillis();
  }

  /** An interval in nanoseconds; that of a server for 0. */
  static long nanosOf(int intervalMillis) {
    return (intervalMillis == 0 ? STEADY_MILLIS : intervalMillis) * MILLI;
  }

  // The line.

  @Override
  public void begin(Moment now) {
    began = now.nanos();
    revisions.begin();
  }

  @Override
  public void cut() {
    stands = false;
    dropMoves();
  }

  @Override
  public void leave(Moment now) {
    if (!moves.isEmpty()) {
      send(now);
    }
  }

  // What the server says.

  @Override
  public void text(byte[] message, Moment now, Steps steps) throws VisionFlowRefused {
    tally.message(message.length);
    PositionEvent event;
    try {
      event = text.event(message, 0, message.length);
    } catch (VisionFlowRefused refused) {
      if (refused.fault().code() == VisionFlowCode.UNKNOWN_TYPE) {
        // A newer server's word.
        return;
      }
      throw refused;
    }
    switch (event) {
      case PositionEvent.StateSync sync -> {
        // All of it is told.
      }
      case PositionEvent.GraphUpdate update -> revisions.take(update, now, steps);
      case PositionEvent.ConnectionEstablished established -> established(steps);
      case PositionEvent.SubscriptionConfirmed confirmed -> {
        scene.paced(nanosOf(confirmed.intervalMillis()));
        ears.interval(confirmed.intervalMillis());
      }
      case PositionEvent.Failed failed -> steps.common(failed);
      case PositionEvent.Ping ping -> steps.common(ping);
      case PositionEvent.Pong pong -> steps.common(pong);
      case PositionEvent.RateLimitWarning warning -> steps.common(warning);
    }
  }

  private void established(Steps steps) {
    if (!stands) {
      stands = true;
      scene.forget(began);
      steps.stand();
      if (wished > 0) {
        hands.send(text.write(new PositionCommand.Subscribe(wished, true)));
      }
    }
  }

  @Override
  public void binary(byte[] message, Moment now, Steps steps) throws VisionFlowRefused {
    tally.message(message.length);
    switch (options.form()) {
      case RAW -> {
        reader.raw(message, 0, message.length, batch);
        moved(now.nanos());
      }
      case V2 -> {
        reader.v2(message, 0, message.length, batch);
        moved(now.nanos());
      }
      case FRAMED -> frame(frames.read(message, 0, message.length, batch), now, steps);
    }
  }

  private void frame(VisionFlowFrame frame, Moment now, Steps steps) throws VisionFlowRefused {
    if (frame instanceof VisionFlowFrame.NodeUpdate) {
      moved(now.nanos());
    } else if (frame instanceof VisionFlowFrame.SsspUpdate) {
      scene.paths(batch);
      ears.frame();
    } else {
      others.take(frame, now, steps);
    }
  }

  private void moved(long nanos) {
    tally.frame(batch.size());
    scene.moved(batch, nanos);
    ears.frame();
  }

  // What the program says.

  /** Wants to be told so often; 0: whatever it is. */
  void wish(int millis) {
    wished = millis;
    if (stands) {
      int asked = millis == 0 ? STEADY_MILLIS : millis;
      hands.send(text.write(new PositionCommand.Subscribe(asked, true)));
    }
  }

  /** Wants to be told all of it again. */
  void anew() {
    if (stands) {
      hands.send(text.write(new PositionCommand.Snapshot(List.of())));
    }
  }

  /** Moves wait that did not before. */
  void waiting(Moment now) {
    if (stands) {
      tick(now);
    } else {
      dropMoves();
    }
  }

  @Override
  public void writable(Moment now) {
    tick(now);
  }

  @Override
  public long dueNanos() {
    return stands && !moves.isEmpty() && hands.isReady() ? mayMove : Long.MAX_VALUE;
  }

  /** Sends what waits, if it is time and the line takes it: else it goes on being replaced. */
  @Override
  public void tick(Moment now) {
    if (dueNanos() <= now.nanos()) {
      send(now);
    }
  }

  private void send(Moment now) {
    tally.sent(moves.size());
    hands.sendBinary(moves.take(options.form(), now.epochMillis()));
    mayMove = now.nanos() + options.moveEvery().toNanos();
  }

  /** A place is worth nothing later. */
  private void dropMoves() {
    int dropped = moves.drop();
    if (dropped > 0) {
      tally.dropped(dropped);
      ears.dropped(dropped);
    }
  }
}
