package io.sluice.protocol.haip;

import java.util.List;

/** Counts what simulations went through, so that one in which nothing happens is noticed. */
final class CreditTally {
  long paid;
  long debts;
  long grants;
  long asks;
  long releases;
  long widened;
  long narrowed;
  long cuts;

  /** How often a frame was there and the line was not read. */
  long unread;

  long handled;
  long longestWaitMillis;

  void charged(ReceiveLedger.Charge charge) {
    switch (charge) {
      case PAID -> paid++;
      case DEBT -> debts++;
      case VIOLATION -> {
        // The simulation fails.
      }
    }
  }

  void granted() {
    grants++;
  }

  void asked() {
    asks++;
  }

  void released() {
    releases++;
  }

  void widened() {
    widened++;
  }

  void narrowed() {
    narrowed++;
  }

  void cut() {
    cuts++;
  }

  void unread() {
    unread++;
  }

  void handled() {
    handled++;
  }

  void waited(long waitedMillis) {
    longestWaitMillis = Math.max(longestWaitMillis, waitedMillis);
  }

  /** How often each thing that must happen did. */
  List<Long> counts() {
    return List.of(
        paid,
        debts,
        grants,
        asks,
        releases,
        widened,
        narrowed,
        cuts,
        unread,
        handled,
        longestWaitMillis);
  }

  @Override
  public String toString() {
    return "paid %d, debts %d, grants %d, asks %d, releases %d, widened %d, narrowed %d, cuts %d, unread %d, handled %d, longest wait %d ms"
        .formatted(
            paid,
            debts,
            grants,
            asks,
            releases,
            widened,
            narrowed,
            cuts,
            unread,
            handled,
            longestWaitMillis);
  }
}
