package io.sluice.protocol.haip;

import io.sluice.model.Credit;
import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/** Everything may come: the peer wants no flow control. Counts nothing, so it is everybody's. */
enum OpenReceiveLedger implements ReceiveLedger {
  /** The only one. */
  OPEN;

  @Override
  public Charge charge(long size, Moment now) {
    return Charge.PAID;
  }

  @Override
  public @Nullable Credit handled(long messages, long size, Moment now) {
    return null;
  }

  @Override
  public void ask(long credits, long current, Moment now) {
    // There is no end of it.
  }

  @Override
  public @Nullable Credit answer(Moment now) {
    return null;
  }

  @Override
  public void reduce(long credits) {
    // There is nothing to lower.
  }

  @Override
  public @Nullable Credit resumed(Moment now) {
    return null;
  }

  @Override
  public @Nullable Credit widen(Moment now) {
    return null;
  }

  @Override
  public void narrow() {
    // There is no window.
  }

  @Override
  public long dueNanos() {
    return Long.MAX_VALUE;
  }

  @Override
  public @Nullable Credit tick(Moment now) {
    return null;
  }

  @Override
  public boolean waited() {
    return false;
  }

  @Override
  public boolean isDeep() {
    return false;
  }

  @Override
  public long messages() {
    return Credit.MAX;
  }

  @Override
  public long units() {
    return Credit.MAX;
  }

  @Override
  public long unhandled() {
    return 0;
  }

  @Override
  public long windowMessages() {
    return Credit.MAX;
  }

  @Override
  public long windowUnits() {
    return Credit.MAX;
  }

  @Override
  public long grantedTotal() {
    return Credit.MAX;
  }

  @Override
  public long usedTotal() {
    return 0;
  }
}
