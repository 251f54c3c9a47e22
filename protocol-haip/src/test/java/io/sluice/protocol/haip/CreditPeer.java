package io.sluice.protocol.haip;

import io.sluice.model.Moment;

/** Who sends on one channel, as a model: it is told what the server says, and says something. */
interface CreditPeer {
  /** What a peer says, or a server. */
  enum Kind {
    DATA,
    GRANT,
    REQUEST,
    REDUCE,
    PAUSE,
    RESUME,
    BACK_PRESSURE
  }

  /**
   * One frame on its way.
   *
   * @param number of a message: its place in the order it was produced in, from 1
   * @param a size, messages granted, credits asked for, or pressure in thousandths
   * @param b units granted, or the balance that is named
   */
  record Said(Kind kind, long number, long a, long b) {
    static Said of(Kind kind) {
      return new Said(kind, 0, 0, 0);
    }
  }

  /** Takes what a peer says. */
  interface Wire {
    void say(Said said);
  }

  /** The program sends a message. */
  void produce(long number, int size, Moment now);

  /** The server said something. */
  void hear(Said said, Moment now);

  /** Time has passed. */
  void tick(Moment now);

  /** When time alone leads on; {@link Long#MAX_VALUE} if never. */
  long dueNanos();

  /** Messages that wait. */
  int pending();

  /** The program pauses, or goes on. */
  void pause(boolean wanted, Moment now);

  /** What must always hold. */
  void check();
}
