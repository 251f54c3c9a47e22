package io.sluice.cli.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Owner: the command's thread. Watches one load from its warm-up to its last delivery. */
final class Measurement {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LEAD = SECOND / 20;
  private static final long DRAIN = 5 * SECOND;
  private static final long STEP = SECOND / 50;

  /** A thread or a machine that is busier than this may be what was measured. */
  private static final double BUSY = 0.85;

  /** With fewer connections what they need is lost in what the server does meanwhile. */
  private static final int ENOUGH_CONNECTIONS = 100;

  /** How things stood at one moment. */
  private record Mark(
      long at, long deliveries, long reader, long sender, @Nullable Sample server) {}

  private final Plan plan;
  private final Target target;
  private final Tally tally;
  private final Swarm swarm;
  private final Sender sender;
  private final Progress progress;
  private final CountDownLatch stopped;
  private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(10), 3);
  private final OperatingSystemMXBean machine =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private Thread reading = Thread.currentThread();
  private Thread sending = Thread.currentThread();
  private long begin;
  private @Nullable Mark first;
  private @Nullable Mark last;
  private double machineLoad;
  private int loads;

  Measurement(
      Plan plan,
      Target target,
      Tally tally,
      Swarm swarm,
      Sender sender,
      Progress progress,
      CountDownLatch stopped) {
    this.plan = plan;
    this.target = target;
    this.tally = tally;
    this.swarm = swarm;
    this.sender = sender;
    this.progress = progress;
    this.stopped = stopped;
  }

  void run() throws InterruptedException {
    long from = tally.now() + LEAD;
    begin = from + plan.warmup().toNanos();
    long end = begin + plan.duration().toNanos();
    tally.beginAt(begin);
    reading = Thread.ofPlatform().daemon().name("sluice-bench-read").start(swarm::run);
    sending =
        Thread.ofPlatform().daemon().name("sluice-bench-send").start(() -> sender.run(from, end));
    awaitUntil(begin);
    latency.reset();
    first = mark();
    last = first;
    for (long second = begin + SECOND; isGoing() && tally.now() < end; second += SECOND) {
      long before = tally.deliveries();
      long start = tally.now();
      awaitUntil(Math.min(second, end));
      second(before, start);
    }
    drain();
    sender.stop();
    sending.join();
    last = mark();
    latency.add(tally.interval());
    swarm.stop();
    reading.join();
  }

  private boolean isGoing() {
    return stopped.getCount() > 0 && swarm.lost() == 0 && sender.trouble() == null;
  }

  private boolean awaitUntil(long time) throws InterruptedException {
    long now = tally.now();
    while (now < time && isGoing()) {
      if (stopped.await(Math.min(time - now, STEP), TimeUnit.NANOSECONDS)) {
        return false;
      }
      now = tally.now();
    }
    return isGoing();
  }

  private void second(long deliveriesBefore, long start) {
    Histogram interval = tally.interval();
    latency.add(interval);
    double load = machine.getCpuLoad();
    if (load >= 0) {
      machineLoad += load;
      loads++;
    }
    last = mark();
    long now = tally.now();
    double rate = (tally.deliveries() - deliveriesBefore) * (double) SECOND / (now - start);
    progress.second((now - begin) / (double) SECOND, rate, interval);
  }

  /** What was sent last is on its way, and what is late counts most. */
  private void drain() throws InterruptedException {
    long deadline = tally.now() + DRAIN;
    while (isGoing()
        && tally.now() < deadline
        && (sending.isAlive() || tally.deliveries() < tally.expected())) {
      awaitUntil(tally.now() + STEP);
    }
  }

  private Mark mark() {
    var threads = ManagementFactory.getThreadMXBean();
    Sample sample = target.samples().take();
    Mark before = last;
    Sample known = sample == null && before != null ? before.server() : sample;
    return new Mark(
        tally.now(),
        tally.allDeliveries(),
        Math.max(0, threads.getThreadCpuTime(reading.threadId())),
        Math.max(0, threads.getThreadCpuTime(sending.threadId())),
        known);
  }

  Outcome outcome(double memory) {
    Mark start = first;
    Mark stop = last;
    if (start == null || stop == null) {
      throw new IllegalStateException("it has not run");
    }
    double wall = Math.max(1, stop.at() - start.at());
    Sample from = start.server();
    Sample to = stop.server();
    boolean known = from != null && to != null;
    double cpu = from != null && to != null ? to.cpuNanos() - from.cpuNanos() : -1;
    long deliveries = stop.deliveries() - start.deliveries();
    double reader = Math.max(0, stop.reader() - start.reader()) / wall;
    double sends = Math.max(0, stop.sender() - start.sender()) / wall;
    boolean enough = plan.subscribers() >= ENOUGH_CONNECTIONS;
    return new Outcome(
        plan,
        Math.min(plan.duration().toNanos(), stop.at() - begin) / (double) SECOND,
        tally.publications(),
        tally.expected(),
        tally.deliveries(),
        latency,
        to == null ? null : to.source(),
        known && deliveries > 0 ? cpu / deliveries : -1,
        known ? cpu / wall : -1,
        enough ? memory : -1,
        reader,
        sends,
        isWhole(),
        remarks(reader, sends));
  }

  private boolean isWhole() {
    boolean cut = stopped.getCount() == 0;
    return tally.refusals() == 0
        && swarm.lost() == 0
        && sender.trouble() == null
        && (cut || tally.deliveries() >= tally.expected());
  }

  private List<String> remarks(double reader, double sends) {
    List<String> remarks = new ArrayList<>();
    if (reader > BUSY || sends > BUSY) {
      remarks.add("client-bound: a thread of this command was busy all the time");
    }
    double load = loads == 0 ? 0 : machineLoad / loads;
    if (target.local() && load > BUSY) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "machine-bound: server and client share %d processors, which were %.0f %% busy",
              machine.getAvailableProcessors(),
              load * 100));
    }
    if (sender.worstDelay() > SECOND / 10) {
      remarks.add(
          "the publisher fell behind its schedule by up to %d ms; the latencies have it in them"
              .formatted(TimeUnit.NANOSECONDS.toMillis(sender.worstDelay())));
    }
    trouble(remarks);
    return remarks;
  }

  private void trouble(List<String> remarks) {
    long missing = tally.expected() - tally.deliveries();
    if (missing > 0) {
      remarks.add(missing + " deliveries had not come when it ended");
    }
    if (tally.refusals() > 0) {
      remarks.add(tally.refusals() + " errors from the server, the first: " + tally.firstRefusal());
    }
    if (swarm.lost() > 0) {
      remarks.add(swarm.lost() + " connections lost, the first: " + swarm.trouble());
    }
    if (sender.trouble() != null) {
      remarks.add("could not go on publishing: " + sender.trouble());
    }
  }
}
