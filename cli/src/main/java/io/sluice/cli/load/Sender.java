package io.sluice.cli.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the sending thread. Sends each publication when it is due, or as soon after as it can:
 * what was due is never left out, and it is the due time that travels with it.
 */
final class Sender {
  /** So many are sent in one write, if so many are due. */
  private static final int BATCH = 64;

  private static final long SLICE_NANOS = 50_000_000;

  private final Plan plan;
  private final Tally tally;
  private final List<Peer> publishers;
  private final byte[][] frames;
  private final int[] stamps;
  private volatile boolean stopped;
  private volatile long worstDelay;
  private volatile @Nullable String trouble;

  /**
   * A sender.
   *
   * @param publishers one for each channel
   */
  Sender(Plan plan, Tally tally, List<Peer> publishers, List<String> channels) {
    this.plan = plan;
    this.tally = tally;
    this.publishers = publishers;
    this.frames = new byte[channels.size()][];
    this.stamps = new int[channels.size()];
    for (int i = 0; i < channels.size(); i++) {
      frames[i] = Frames.publication(channels.get(i), plan.size());
      stamps[i] = Frames.stampAt(frames[i]);
    }
  }

  /** Sends from one time to another. */
  void run(long from, long to) {
    int longest = 0;
    for (byte[] frame : frames) {
      longest = Math.max(longest, frame.length);
    }
    ByteBuffer batch = ByteBuffer.allocateDirect(longest * BATCH);
    long total = (long) ((to - from) / plan.interval());
    try {
      long next = 0;
      while (next < total && !stopped) {
        if (awaitDue(due(from, next))) {
          next = sendDue(batch, from, next, total);
        }
      }
    } catch (IOException e) {
      trouble = e.getMessage();
    }
  }

  private long due(long from, long number) {
    return from + (long) (number * plan.interval());
  }

  private boolean awaitDue(long due) {
    long now = tally.now();
    while (now < due && !stopped) {
      LockSupport.parkNanos(Math.min(due - now, SLICE_NANOS));
      now = tally.now();
    }
    return !stopped;
  }

  /** Sends what is due by now to one channel, and says which is next. */
  private long sendDue(ByteBuffer batch, long from, long first, long total) throws IOException {
    long now = tally.now();
    int channel = (int) (first % frames.length);
    long number = first;
    batch.clear();
    long delay = now - due(from, first);
    if (delay > worstDelay) {
      worstDelay = delay;
    }
    do {
      long due = due(from, number);
      int start = batch.position();
      batch.put(frames[channel]);
      Frames.stamp(batch, start + stamps[channel], due);
      tally.published(due, plan.readersOf(channel));
      number++;
    } while (frames.length == 1
        && number < total
        && number - first < BATCH
        && due(from, number) <= now);
    publishers.get(channel).send(batch.flip());
    return number;
  }

  void stop() {
    stopped = true;
  }

  /** How long after it was due a publication was sent at worst, in nanoseconds. */
  long worstDelay() {
    return worstDelay;
  }

  /** Why it could not go on. */
  @Nullable String trouble() {
    return trouble;
  }
}
