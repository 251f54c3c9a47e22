package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A client of the official specification as a model: it sends when both pools cover the message
 * whole, so nothing larger than what was announced, and it never asks.
 */
final class StrictClient implements CreditPeer {
  /** A message that waits. */
  private record Waiting(long number, int size) {}

  private final Wire wire;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private long messages;
  private long bytes;
  private boolean paused;

  StrictClient(Wire wire, HaipLimits.Official announced) {
    this.wire = wire;
    this.messages = announced.messages();
    this.bytes = announced.bytes();
  }

  @Override
  public void produce(long number, int size, Moment now) {
    queue.add(new Waiting(number, size));
    flow();
  }

  private void flow() {
    while (!paused && !queue.isEmpty() && messages > 0 && bytes >= queue.peek().size()) {
      Waiting next = queue.remove();
      messages--;
      bytes -= next.size();
      wire.say(new Said(Kind.DATA, next.number(), next.size(), 0));
    }
  }

  @Override
  public void hear(Said said, Moment now) {
    switch (said.kind()) {
      case GRANT -> {
        messages += said.a();
        bytes += said.b();
      }
      case PAUSE -> paused = true;
      case RESUME -> paused = false;
      case DATA, REQUEST, REDUCE, BACK_PRESSURE -> throw new AssertionError(said);
    }
    flow();
  }

  @Override
  public void pause(boolean wanted, Moment now) {
    wire.say(Said.of(wanted ? Kind.PAUSE : Kind.RESUME));
  }

  @Override
  public void tick(Moment now) {
    // It has no timer.
  }

  @Override
  public long dueNanos() {
    return Long.MAX_VALUE;
  }

  @Override
  public int pending() {
    return queue.size();
  }

  @Override
  public void check() {
    Holds.atLeast(messages, 0, "messages");
    Holds.atLeast(bytes, 0, "bytes");
  }

  @Override
  public String toString() {
    return "balance %d and %d, %d wait, first %s, paused %s"
        .formatted(messages, bytes, queue.size(), queue.peek(), paused);
  }
}
