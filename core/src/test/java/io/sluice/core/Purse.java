package io.sluice.core;

import io.sluice.model.Credit;

/**
 * The credit of one cursor as its grants and deliveries add up, counted beside the core. Owned by
 * its simulation.
 */
final class Purse {
  private final boolean stamped;
  private Cursor cursor;
  private boolean metered;
  private long messages;
  private long bytes;

  /** The highest that bytes have been. */
  private long window;

  /**
   * An empty one.
   *
   * @param stamped whether a message goes only when all of it is paid for
   */
  Purse(Cursor cursor, boolean metered, boolean stamped) {
    this.cursor = cursor;
    this.metered = metered;
    this.stamped = stamped;
  }

  @SuppressWarnings("ReferenceEquality")
  boolean isOf(Cursor other) {
    return cursor == other;
  }

  /** It is another cursor's from here on, which takes the place of the first. */
  void passTo(Cursor next) {
    cursor = next;
  }

  /** From here on it is counted. */
  void meter() {
    metered = true;
  }

  void add(Credit credit) {
    if (metered) {
      messages += credit.messages();
      bytes += credit.bytes();
      window = Math.max(window, bytes);
    }
  }

  /** So much was spent elsewhere. */
  void take(long spentMessages, long spentBytes) {
    if (metered) {
      messages -= spentMessages;
      bytes -= spentBytes;
    }
  }

  /** A message leaves: it may if there is enough left for it. */
  void spend(FakeSocket.Data data) {
    if (!affords(data.cost())) {
      throw new AssertionError(data + " went beyond the credit, " + this);
    }
    if (metered) {
      messages--;
      bytes -= data.cost();
    }
  }

  /** Whether a message that costs so much may go. */
  boolean affords(long cost) {
    return !metered || (messages > 0 && bytes > 0 && (!stamped || bytes >= Math.min(cost, window)));
  }

  boolean isSpent() {
    return !affords(1);
  }

  /** The core has counted the same. */
  void assertIs(Balance balance) {
    boolean same =
        balance == null
            ? !metered
            : metered
                && balance.messages() == messages
                && balance.bytes() == bytes
                && balance.window() == window;
    if (!same) {
      throw new AssertionError(balance + " where " + this);
    }
  }

  @Override
  public String toString() {
    return messages + " messages and " + bytes + " bytes of " + window + " are left";
  }
}
