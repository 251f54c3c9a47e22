package io.sluice.bench;

import io.sluice.core.Lane;
import io.sluice.core.Meter;
import io.sluice.core.Ports;
import io.sluice.core.Session;
import io.sluice.core.Tokens;
import io.sluice.core.log.MemoryBroker;
import io.sluice.core.presence.Presence;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Namespaces;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Owner: the benchmark's thread. One publication through a lane to 1,000 subscribers, whose sockets
 * take everything at no cost: what is left is what the core adds to a send. The numbers are per
 * delivery.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FanoutBenchmark {
  private static final int SUBSCRIBERS = 1_000;
  private static final Credit ENDLESS = new Credit(Credit.MAX, Credit.MAX);

  /** Whether the subscribers have credit, which lasts for ever. */
  @Param({"false", "true"})
  public boolean metered;

  private final MemoryBroker broker =
      new MemoryBroker(Samples.LIMITS.hub(), Namespaces.of(Samples.LIMITS.log()), () -> "epoch");
  private final GreedyOutlet outlet = new GreedyOutlet();
  private final Lane lane =
      new Lane(
          0,
          Samples.LIMITS,
          new Ports(
              broker, Presence.NONE, Tokens.NONE, Namespaces.of(Samples.LIMITS.log()), new Meter()),
          outlet,
          () -> {});
  private final Draft draft = Samples.publication().draft();

  /** Subscribes everybody. */
  @Setup
  public void subscribe() {
    Credit credit = metered ? ENDLESS : null;
    for (int slot = 0; slot < SUBSCRIBERS; slot++) {
      Session session = lane.open(slot, Samples.IDENTITY, Samples.EXTENDED, "bench", Samples.NOW);
      session.accept(subscription(credit), Samples.NOW);
    }
    lane.turn(Samples.NOW);
    deliver();
    if (outlet.deliveries() != SUBSCRIBERS) {
      throw new IllegalStateException(outlet.deliveries() + " deliveries");
    }
  }

  private static Command subscription(@Nullable Credit credit) {
    return new Command.Subscribe(
        null, Samples.CHANNEL, null, credit, null, null, null, null, false, false);
  }

  /** Appends, signals, takes a turn. */
  @Benchmark
  @OperationsPerInvocation(SUBSCRIBERS)
  public long deliver() {
    broker.publish(draft, Samples.NOW, IgnoredReceipt.INSTANCE);
    lane.turn(Samples.NOW);
    return outlet.deliveries();
  }
}
