package io.sluice.protocol.haip;

/** What must hold a hundred million times over: as cheap as can be while it does. */
final class Holds {
  private Holds() {}

  static void that(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }

  static void atMost(long value, long most, String what) {
    if (value > most) {
      throw new AssertionError(what + ": " + value + " is more than " + most);
    }
  }

  static void atLeast(long value, long least, String what) {
    if (value < least) {
      throw new AssertionError(what + ": " + value + " is less than " + least);
    }
  }
}
