package io.sluice.client.visionflow;

import io.sluice.client.line.Trouble;
import io.sluice.client.line.Way;
import io.sluice.model.Moment;
import io.sluice.protocol.visionflow.PositionEvent;
import io.sluice.protocol.visionflow.VisionFlowRefused;

/**
 * What is spoken on a line, behind the pings and errors that all have in common. No socket, thread
 * or clock.
 */
interface Talk {
  /** What a talk has the engine do. */
  interface Steps {
    /** The connection stands. */
    void stand();

    /** The line is of no use any more: it is given up when the talk has returned. */
    void giveUp(Trouble why);

    /** No line is of any use: as {@link #giveUp}, but for good. */
    void giveUp(Way.End end, Trouble why);

    /** A ping, a pong, an error. */
    void common(PositionEvent event);
  }

  /** A line is being opened. */
  void begin(Moment now);

  /** A text message came. */
  void text(byte[] message, Moment now, Steps steps) throws VisionFlowRefused;

  /** A binary message came. */
  void binary(byte[] message, Moment now, Steps steps) throws VisionFlowRefused;

  /** The line takes more. */
  void writable(Moment now);

  /** The client is being closed while its connection stands. */
  void leave(Moment now);

  /** Nothing of the line counts any more. */
  void cut();

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  long dueNanos();

  /** Time has passed. */
  void tick(Moment now);
}
