package io.sluice.cli.load;

import org.HdrHistogram.Histogram;

/** Told how it goes, on the command's thread. */
public interface Progress {
  /** So many connections are open, and take their time. */
  void connecting(int done, int total);

  /**
   * A second has passed.
   *
   * @param measured seconds of the measurement so far; negative while it warms up
   * @param perSecond deliveries in the last second
   * @param latency of those of the last second
   */
  void second(double measured, double perSecond, Histogram latency);
}
