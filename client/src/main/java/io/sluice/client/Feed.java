package io.sluice.client;

/** The program's side of a subscription. */
interface Feed {
  /** Takes a notice, in order; never waits and never throws. */
  void take(Notice notice);
}
