package io.sluice.protocol.nexus;

import java.time.LocalDate;
import java.time.YearMonth;

/** Timestamps as publications carry them: ISO 8601, UTC, milliseconds, always as long. */
final class NexusTime {
  /** How many bytes one takes. */
  static final int LENGTH = 24;

  /** Said by {@link #read} of what is no time. */
  static final long NO_TIME = Long.MIN_VALUE;

  private static final long DAY = 86_400_000;
  private static final String SHAPE = "dddd-dd-ddTdd:dd:dd.dddZ";
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

  /** Reads a time of {@link #LENGTH} bytes, in milliseconds; {@link #NO_TIME} if it is none. */
  static long read(byte[] bytes, int from) {
    for (int i = 0; i < LENGTH; i++) {
      boolean digit = bytes[from + i] >= '0' && bytes[from + i] <= '9';
      if (SHAPE.charAt(i) == 'd' ? !digit : bytes[from + i] != SHAPE.charAt(i)) {
        return NO_TIME;
      }
    }
    int month = number(bytes, from + 5, 2);
    int day = number(bytes, from + 8, 2);
    int hour = number(bytes, from + 11, 2);
    int minute = number(bytes, from + 14, 2);
    int second = number(bytes, from + 17, 2);
    int year = number(bytes, from, 4);
    if (month < 1 || month > 12 || day < 1 || day > YearMonth.of(year, month).lengthOfMonth()) {
      return NO_TIME;
    }
    if (hour > 23 || minute > 59 || second > 59) {
      return NO_TIME;
    }
    long seconds = hour * 3_600L + minute * 60L + second;
    long millis = number(bytes, from + 20, 3);
    return LocalDate.of(year, month, day).toEpochDay() * DAY + seconds * 1_000 + millis;
  }

  private static int number(byte[] bytes, int from, int width) {
    int value = 0;
    for (int i = from; i < from + width; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    return value;
  }
}
