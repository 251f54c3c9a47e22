package io.sluice.protocol.haip;

import io.sluice.model.Moment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * The founding document's {@code HAIPFlowControl} as a model, with its defects: it drains its queue
 * by a stale balance and though it is paused, lets small messages pass older ones, asks for credit
 * with every message it queues, and answers back pressure with a PAUSE that it never takes back.
 */
class SampleClient implements CreditPeer {
  /** A message that waits. */
  private record Waiting(long number, int size) {}

  final Wire wire;
  final long initial;
  final long max;
  long credits;
  int queuedSince;
  int sentSince;
  private final long least;
  private final double threshold;
  private final double pressureThreshold;
  private final boolean asksInDrain;
  private final boolean drainsOnResume;
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private boolean paused;

  SampleClient(Wire wire, RandomGenerator random) {
    this.wire = wire;
    boolean example = random.nextBoolean();
    this.initial = example ? 2_000 : 1_000;
    this.least = example ? 200 : 100;
    this.max = example ? 20_000 : 10_000;
    this.threshold = example ? 0.3 : 0.2;
    this.pressureThreshold = example ? 0.15 : 0.1;
    this.asksInDrain = random.nextBoolean();
    this.drainsOnResume = random.nextBoolean();
    this.credits = initial;
  }

  @Override
  public void produce(long number, int size, Moment now) {
    if (paused || credits < size) {
      queue.add(new Waiting(number, size));
      queuedSince++;
      if (!paused) {
        ask(Math.min(max - credits, initial));
      }
      return;
    }
    credits -= size;
    send(number, size);
    askBelowThreshold();
  }

  private void send(long number, int size) {
    sentSince++;
    wire.say(new Said(Kind.DATA, number, size, 0));
  }

  private void askBelowThreshold() {
    if (credits < initial * threshold) {
      ask(Math.min(max - credits, initial));
    }
  }

  final void ask(long amount) {
    if (amount > 0) {
      wire.say(new Said(Kind.REQUEST, 0, amount, credits));
    }
  }

  private void drain() {
    long stale = credits;
    while (!queue.isEmpty() && stale >= queue.peek().size()) {
      Waiting next = queue.remove();
      send(next.number(), next.size());
      credits = stale - next.size();
      if (asksInDrain) {
        askBelowThreshold();
      }
    }
  }

  @Override
  public void hear(Said said, Moment now) {
    switch (said.kind()) {
      case GRANT -> {
        credits = Math.min(credits + said.b(), max);
        drain();
      }
      case REDUCE -> credits = Math.max(credits - said.a(), least);
      case BACK_PRESSURE -> {
        if (said.a() / 1_000.0 > pressureThreshold) {
          paused = true;
          wire.say(Said.of(Kind.PAUSE));
        }
      }
      case PAUSE -> paused = true;
      case RESUME -> {
        paused = false;
        if (drainsOnResume) {
          drain();
        }
      }
      case DATA, REQUEST -> throw new AssertionError(said);
    }
  }

  @Override
  public void pause(boolean wanted, Moment now) {
    paused = wanted;
    wire.say(Said.of(wanted ? Kind.PAUSE : Kind.RESUME));
    if (!wanted && drainsOnResume) {
      drain();
    }
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
  public final int pending() {
    return queue.size();
  }

  @Override
  public void check() {
    // It keeps to nothing.
  }

  @Override
  public String toString() {
    return "balance %d, %d wait, first %s, paused %s"
        .formatted(credits, queue.size(), queue.peek(), paused);
  }
}
