package io.sluice.core;

import io.sluice.model.CloseReason;
import io.sluice.model.Event;

/** Sockets that take everything, and keep nothing. Owned by its test. */
final class Sink implements Outlet {
  private long sends;
  private int bytes;

  /** How many batches have gone to somebody. */
  long sends() {
    return sends;
  }

  @Override
  public void tell(int slot, Event event) {}

  @Override
  public void heartbeat(int slot) {}

  @Override
  public void close(int slot, CloseReason reason) {}

  @Override
  public void flush() {}

  @Override
  public boolean ready(int slot) {
    return true;
  }

  @Override
  public void beginBatch() {
    bytes = 0;
  }

  @Override
  public int append(byte[] frame) {
    return bytes += frame.length;
  }

  @Override
  public void fanOut(int[] slots, int count, Shortfalls shortfalls) {
    sends += count;
  }

  @Override
  public int send(int slot) {
    sends++;
    return bytes;
  }

  @Override
  public void finish(int slot, byte[] frame, int from) {}
}
