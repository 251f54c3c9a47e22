package io.sluice.bench;

import io.sluice.core.Outlet;
import io.sluice.core.Shortfalls;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;

/** Owner: the benchmark's thread. Sockets that take everything at once; only counted. */
final class GreedyOutlet implements Outlet {
  private int batchBytes;
  private int frames;
  private long deliveries;

  long deliveries() {
    return deliveries;
  }

  @Override
  public void tell(int slot, Event event) {
    if (event instanceof Event.Failed failed) {
      throw new IllegalStateException(failed.toString());
    }
  }

  @Override
  public void heartbeat(int slot) {}

  @Override
  public void close(int slot, CloseReason reason) {
    throw new IllegalStateException(reason.toString());
  }

  @Override
  public void flush() {}

  @Override
  public boolean ready(int slot) {
    return true;
  }

  @Override
  public void beginBatch() {
    batchBytes = 0;
    frames = 0;
  }

  @Override
  public int append(byte[] frame) {
    frames++;
    batchBytes += frame.length;
    return batchBytes;
  }

  @Override
  public void fanOut(int[] slots, int count, Shortfalls shortfalls) {
    deliveries += (long) frames * count;
  }

  @Override
  public int send(int slot) {
    deliveries += frames;
    return batchBytes;
  }

  @Override
  public void finish(int slot, byte[] frame, int from) {
    throw new IllegalStateException("a socket that takes everything owes nothing");
  }
}
