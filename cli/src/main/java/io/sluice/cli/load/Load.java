package io.sluice.cli.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the command's thread; {@link #stop} is for any. One run: connects, warms up, measures, and
 * waits for what is still under way, so that the slowest deliveries are among those counted.
 */
public final class Load {
  private static final int CONNECT_STEP = 512;

  private final Plan plan;
  private final Target target;
  private final Progress progress;
  private final Tally tally = new Tally();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<String> channels;

  /** A run that {@link #run} makes. */
  public Load(Plan plan, Target target, Progress progress) {
    this.plan = plan;
    this.target = target;
    this.progress = progress;
    // A log that an earlier run has filled would be another load.
    String run = Long.toString(System.nanoTime() & 0xffffffL, Character.MAX_RADIX);
    this.channels =
        IntStream.range(0, plan.channels()).mapToObj(i -> "bench." + run + "." + i).toList();
  }

  /** The shortest payload there is. */
  public static int minSize() {
    return Frames.minSize();
  }

  /** Ends it early; what was measured so far is the outcome. */
  public void stop() {
    stopped.countDown();
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  /**
   * Does it.
   *
   * @return what was measured; null if it was stopped before anything was
   * @throws IOException if the server cannot be reached or refuses
   */
  public @Nullable Outcome run() throws IOException, InterruptedException {
    try (Swarm swarm = new Swarm(target.socket(), plan.size(), tally)) {
      Sample before = target.samples().take();
      List<Peer> readers = connect(swarm);
      if (isStopped()) {
        return null;
      }
      double memory = perConnection(before, target.samples().take(), readers.size());
      Sender sender = new Sender(plan, tally, publishers(swarm, readers), channels);
      Measurement measurement =
          new Measurement(plan, target, tally, swarm, sender, progress, stopped);
      measurement.run();
      return measurement.outcome(memory);
    }
  }

  private List<Peer> connect(Swarm swarm) throws IOException {
    List<Peer> readers = new ArrayList<>();
    while (readers.size() < plan.subscribers() && !isStopped()) {
      int base = readers.size();
      readers.addAll(
          swarm.open(
              Math.min(CONNECT_STEP, plan.subscribers() - base),
              i -> target.tokens().apply(base + i),
              i -> channels.get(plan.channelOf(base + i)),
              this::isStopped));
      progress.connecting(readers.size(), plan.subscribers());
    }
    return readers;
  }

  /** Who publishes to each channel. */
  private List<Peer> publishers(Swarm swarm, List<Peer> readers) throws IOException {
    return switch (plan.shape()) {
      case FANOUT ->
          swarm.open(1, i -> target.tokens().apply(readers.size()), i -> null, () -> false);
      case ECHO -> readers;
      case ROOMS ->
          IntStream.range(0, plan.channels()).mapToObj(i -> readers.get(i * Plan.ROOM)).toList();
    };
  }

  private static double perConnection(
      @Nullable Sample before, @Nullable Sample after, int connections) {
    if (before == null || after == null || before.residentBytes() == 0) {
      return -1;
    }
    return (double) (after.residentBytes() - before.residentBytes()) / connections;
  }
}
