package io.sluice.server.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How durations and sizes are written: {@code 30s}, {@code 1MiB}. */
public final class Quantity {
  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,18})([A-Za-z]*)");

  private Quantity() {}

  private enum TimeUnit {
    MS(1),
    S(1_000),
    M(60_000),
    H(3_600_000),
    D(86_400_000);

    private final long millis;

    TimeUnit(long millis) {
      this.millis = millis;
    }

    private String text() {
      return switch (this) {
        case MS -> "ms";
        case S -> "s";
        case M -> "m";
        case H -> "h";
        case D -> "d";
      };
    }
  }

  /**
   * Reads {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h}, {@code 1d} or {@code 0}; else null.
   */
  public static @Nullable Duration duration(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    for (TimeUnit unit : TimeUnit.values()) {
      if (unit.text().equals(matcher.group(2))) {
        Long millis = product(matcher.group(1), unit.millis);
        return millis == null ? null : Duration.ofMillis(millis);
      }
    }
    return null;
  }

  /** Reads {@code 512}, {@code 64KiB}, {@code 1MiB}, {@code 2GiB}; else null. */
  public static @Nullable Long bytes(String text) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long unit =
        switch (matcher.group(2)) {
          case "", "B" -> 1;
          case "KiB" -> 1 << 10;
          case "MiB" -> 1 << 20;
          case "GiB" -> 1 << 30;
          default -> 0;
        };
    return unit == 0 ? null : product(matcher.group(1), unit);
  }

  private static @Nullable Long product(String number, long unit) {
    try {
      return Math.multiplyExact(Long.parseLong(number), unit);
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** Writes a duration in the largest unit that is exact. */
  static String print(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0";
    }
    String text = "";
    for (TimeUnit unit : TimeUnit.values()) {
      if (millis % unit.millis == 0) {
        text = millis / unit.millis + unit.text();
      }
    }
    return text;
  }

  /** Writes a size in the largest unit that is exact. */
  static String print(long bytes) {
    if (bytes != 0 && bytes % (1 << 30) == 0) {
      return (bytes >> 30) + "GiB";
    }
    if (bytes != 0 && bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "MiB";
    }
    if (bytes != 0 && bytes % (1 << 10) == 0) {
      return (bytes >> 10) + "KiB";
    }
    return Long.toString(bytes);
  }
}
