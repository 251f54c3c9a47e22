package io.sluice.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Numbers by value, out of JSON and into it. A power of ten is never multiplied out: {@code
 * 1e999999999} costs no more than {@code 1}.
 */
public final class JsonNumber {
  /** Values whose last digit stands further than this from the point are out of range. */
  public static final int MAX_SCALE = 999_999_999;

  /** Said by {@link #whole} of a number that is not whole, is negative, or exceeds the maximum. */
  public static final long NOT_WHOLE = -1;

  private static final int LONG_DIGITS = 18;
  private static final int PLAIN_LENGTH = 40;

  private JsonNumber() {}

  /** The value of a number that has been judged good; null if it is out of range. */
  public static @Nullable BigDecimal decimal(byte[] bytes, int from, int to) {
    int mantissaEnd = from;
    while (mantissaEnd < to && (bytes[mantissaEnd] | 0x20) != 'e') {
      mantissaEnd++;
    }
    int last = lastDigit(bytes, from, mantissaEnd);
    if (last < 0) {
      return BigDecimal.ZERO;
    }
    long scale = place(bytes, from, mantissaEnd, last) - exponent(bytes, mantissaEnd, to);
    if (Math.abs(scale) > MAX_SCALE) {
      return null;
    }
    int first = bytes[from] == '-' ? from + 1 : from;
    if (last - first < LONG_DIGITS) {
      long value = digits(bytes, first, last);
      return BigDecimal.valueOf(first == from ? value : -value, (int) scale);
    }
    String digits = new String(bytes, from, last + 1 - from, ISO_8859_1).replace(".", "");
    return new BigDecimal(new BigInteger(digits), (int) scale);
  }

  /** Where the last digit that is not zero stands; negative if the value is zero. */
  private static int lastDigit(byte[] bytes, int from, int mantissaEnd) {
    for (int i = mantissaEnd - 1; i >= from; i--) {
      if (bytes[i] >= '1' && bytes[i] <= '9') {
        return i;
      }
    }
    return -1;
  }

  /** How many places behind the point a digit stands; negative before it. */
  private static int place(byte[] bytes, int from, int mantissaEnd, int digit) {
    for (int i = from; i < mantissaEnd; i++) {
      if (bytes[i] == '.') {
        return digit > i ? digit - i : digit + 1 - i;
      }
    }
    return digit + 1 - mantissaEnd;
  }

  /** The exponent, or something far out of range. */
  private static long exponent(byte[] bytes, int mark, int to) {
    int i = mark + 1;
    boolean negative = i < to && bytes[i] == '-';
    if (i < to && (negative || bytes[i] == '+')) {
      i++;
    }
    long value = 0;
    for (; i < to && value <= 10L * MAX_SCALE; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    return negative ? -value : value;
  }

  private static long digits(byte[] bytes, int first, int last) {
    long value = 0;
    for (int i = first; i <= last; i++) {
      if (bytes[i] != '.') {
        value = value * 10 + bytes[i] - '0';
      }
    }
    return value;
  }

  /**
   * A whole number from 0 on, however it is written: {@code 1000}, {@code 1e3}, {@code 5.0}.
   *
   * @return {@link #NOT_WHOLE} if it is anything else or exceeds the maximum
   */
  public static long whole(byte[] bytes, int from, int to, long maximum) {
    if (to <= from || (bytes[from] != '-' && (bytes[from] < '0' || bytes[from] > '9'))) {
      return NOT_WHOLE;
    }
    BigDecimal value = decimal(bytes, from, to);
    if (value == null
        || value.signum() < 0
        || value.scale() > 0
        || value.compareTo(BigDecimal.valueOf(maximum)) > 0) {
      return NOT_WHOLE;
    }
    return value.longValue();
  }

  /** The shortest way to write a value: plain if that is short, else with an exponent. */
  public static String print(BigDecimal value) {
    long digits = (long) value.precision() + Math.abs((long) value.scale());
    return digits <= PLAIN_LENGTH ? value.toPlainString() : value.toString();
  }
}
