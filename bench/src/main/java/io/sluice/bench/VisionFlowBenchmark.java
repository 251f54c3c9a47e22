package io.sluice.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.NodeBatch;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.NodeReader;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.util.concurrent.TimeUnit;
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
 * Owner: the benchmark's thread. Frames of a thousand nodes, written and read. An operation is one
 * node, of 34 bytes in {@code RAW} and of 36 in {@code V2}: megabytes a second are the figure times
 * the width.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class VisionFlowBenchmark {
  private static final int NODES = 1_000;

  /** Which form. */
  @Param({"RAW", "V2"})
  public NodeForm form = NodeForm.RAW;

  private final NodeReader reader = new NodeReader(VisionFlowLimits.DEFAULTS);
  private final NodeBatch batch = VisionFlowSamples.nodes(NODES);
  private final NodeBatch into = new NodeBatch(NODES);
  private final int[] rows = new int[NODES / 2];
  private byte[] frame = {};
  private ByteBuf direct = Unpooled.EMPTY_BUFFER;

  /** Writes what is read. */
  @Setup
  public void prepare() throws VisionFlowRefused {
    frame = new byte[form.size(NODES)];
    form.write(batch, 0, frame, 0);
    direct = Unpooled.directBuffer(frame.length).writeBytes(frame);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = 2 * i;
    }
  }

  /** All rows into an array. */
  @Benchmark
  @OperationsPerInvocation(NODES)
  public byte[] encode() throws VisionFlowRefused {
    form.write(batch, 0, frame, 0);
    return frame;
  }

  /** Every second row, as a tick sends those that have moved. */
  @Benchmark
  @OperationsPerInvocation(NODES / 2)
  public byte[] encodeHalf() throws VisionFlowRefused {
    form.write(batch, rows, rows.length, 0, frame, 0);
    return frame;
  }

  /** A frame in an array into columns. */
  @Benchmark
  @OperationsPerInvocation(NODES)
  public NodeBatch decode() throws VisionFlowRefused {
    if (form == NodeForm.RAW) {
      reader.raw(frame, 0, frame.length, into);
    } else {
      reader.v2(frame, 0, frame.length, into);
    }
    return into;
  }

  /** A frame outside the heap into columns, as a socket brings it. */
  @Benchmark
  @OperationsPerInvocation(NODES)
  public NodeBatch decodeDirect() throws VisionFlowRefused {
    if (form == NodeForm.RAW) {
      reader.raw(direct, into);
    } else {
      reader.v2(direct, into);
    }
    return into;
  }
}
