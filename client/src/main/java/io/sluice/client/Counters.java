package io.sluice.client;

/**
 * What was counted of one subscription since it was made. Immutable.
 *
 * @param gaps how often publications were lost
 * @param conflated publications left out for newer ones of the same key
 * @param repeats messages that came twice, and were told once
 */
public record Counters(long gaps, long conflated, long repeats) {
  static final Counters NONE = new Counters(0, 0, 0);

  Counters plusGap() {
    return new Counters(gaps + 1, conflated, repeats);
  }

  Counters plusConflated(long more) {
    return new Counters(gaps, conflated + more, repeats);
  }

  Counters plusRepeat() {
    return new Counters(gaps, conflated, repeats + 1);
  }
}
