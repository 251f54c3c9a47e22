package io.sluice.client.line;

/**
 * How much may be on its way on a line. Immutable.
 *
 * @param maxMessageBytes the longest message that is taken; beyond it the line is unfit
 * @param messages so many messages, or parts of them, may come that nobody has asked for: as many
 *     come at most after reading was stopped
 * @param queued with so many bytes waiting behind what is being sent the line is not ready
 */
public record LineBounds(int maxMessageBytes, int messages, int queued) {
  private static final int MESSAGES = 64;
  private static final int QUEUED = 256 << 10;

  /** Where every message counts: many at a time. */
  public static LineBounds ofAll(int maxMessageBytes) {
    return new LineBounds(maxMessageBytes, MESSAGES, QUEUED);
  }

  /** Where only the newest counts: as few as can be, either way. */
  public static LineBounds ofNewest(int maxMessageBytes) {
    return new LineBounds(maxMessageBytes, 2, 2);
  }

  /** So many bytes waiting, and no more. */
  public LineBounds withQueued(int bytes) {
    return new LineBounds(maxMessageBytes, messages, bytes);
  }
}
