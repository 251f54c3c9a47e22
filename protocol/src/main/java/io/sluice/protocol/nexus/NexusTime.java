package io.sluice.protocol.nexus;

import java.time.LocalDate;

/** Timestamps as publications carry them: ISO 8601, UTC, milliseconds, always as long. */
final class NexusTime {
  /** How many bytes one takes. */
  static final int LENGTH = 24;

  private static final long DAY = 86_400_000;
  private static final long YEAR_0 = LocalDate.of(0, 1, 1).toEpochDay() * DAY;
  private static final long YEAR_10000 = LocalDate.of(10_000, 1, 1).toEpochDay() * DAY;

  private NexusTime() {}

  /**
   * Writes a time; one outside the years 0 to 9999 becomes the nearest inside.
   *
   * @return where it ends
   */
  static int write(long epochMillis, byte[] into, int at) {
    long millis = Math.clamp(epochMillis, YEAR_0, YEAR_10000 - 1);
    LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(millis, DAY));
    int time = (int) Math.floorMod(millis, DAY);
    digits(date.getYear(), 4, into, at);
    into[at + 4] = '-';
    digits(date.getMonthValue(), 2, into, at + 5);
    into[at + 7] = '-';
    digits(date.getDayOfMonth(), 2, into, at + 8);
    into[at + 10] = 'T';
    digits(time / 3_600_000, 2, into, at + 11);
    into[at + 13] = ':';
    digits(time / 60_000 % 60, 2, into, at + 14);
    into[at + 16] = ':';
    digits(time / 1_000 % 60, 2, into, at + 17);
    into[at + 19] = '.';
    digits(time % 1_000, 3, into, at + 20);
    into[at + 23] = 'Z';
    return at + LENGTH;
  }

  private static void digits(int value, int width, byte[] into, int at) {
    int rest = value;
    for (int i = at + width - 1; i >= at; i--) {
      into[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
