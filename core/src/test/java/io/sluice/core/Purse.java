package io.sluice.core;

import io.sluice.model.Credit;

/**
 * The credit of one cursor as its grants and deliveries add up, counted beside the core. Owned by
 * its simulation.
 */
final class Purse {
  private final Cursor cursor;
  private final boolean metered;
  private long messages;
  private long bytes;

  Purse(Cursor cursor, boolean metered) {
    this.cursor = cursor;
    this.metered = metered;
  }

  @SuppressWarnings("ReferenceEquality")
  boolean isOf(Cursor other) {
    return cursor == other;
  }

  void add(Credit credit) {
    if (metered) {
      messages += credit.messages();
      bytes += credit.bytes();
    }
  }

  /** A message leaves: it may if there was a message, and a byte, left. */
  void spend(FakeSocket.Data data) {
    if (isSpent()) {
      throw new AssertionError(data + " went beyond the credit, " + this);
    }
    if (metered) {
      messages--;
      bytes -= data.cost();
    }
  }

  boolean isSpent() {
    return metered && (messages <= 0 || bytes <= 0);
  }

  @Override
  public String toString() {
    return messages + " messages and " + bytes + " bytes are left";
  }
}
