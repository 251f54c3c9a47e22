package io.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.Frame;
import io.sluice.model.Inbound;
import io.sluice.model.Publication;
import io.sluice.protocol.nexus.NexusCodec;
import io.sluice.protocol.nexus.NexusConversation;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Owner: the benchmark's thread. One message in, and one publication out in both grammars. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NexusBenchmark {
  private final NexusConversation conversation =
      new NexusConversation(new NexusCodec(Samples.LIMITS), NexusGrammar.EXTENDED);
  private final ByteBuf publish = Unpooled.directBuffer().writeBytes(Samples.publish());
  private final Publication publication = Samples.publication();

  /** A publish of 300 bytes becomes a command. */
  @Benchmark
  public void decodePublish(Blackhole blackhole) {
    Consumer<Inbound> sink = blackhole::consume;
    conversation.read(publish, sink);
  }

  /** A publication of 256 bytes becomes the seed's message. */
  @Benchmark
  public Frame encodeSeed() {
    return Samples.SEED.encode(publication);
  }

  /** The same with our fields. */
  @Benchmark
  public Frame encodeExtended() {
    return Samples.EXTENDED.encode(publication);
  }
}
