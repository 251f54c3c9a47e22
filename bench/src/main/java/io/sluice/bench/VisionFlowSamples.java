package io.sluice.bench;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.RawNodes;
import java.util.SplittableRandom;

/** Graphs to measure on. */
final class VisionFlowSamples {
  static final long SEED = 6;
  private static final double SPACE = 1_000;
  private static final double SPEED = 10;
  private static final double WAYS = 50;

  private VisionFlowSamples() {}

  /**
   * So many nodes with ids all over their 14 bits, somewhere within a thousand units of the origin,
   * under way, and each reached from another.
   */
  static NodeBatch nodes(int count) {
    SplittableRandom random = new SplittableRandom(SEED);
    NodeBatch batch = new NodeBatch(count);
    int step = RawNodes.MAX_ID / count;
    for (int i = 0; i < count; i++) {
      int row = batch.add(i * step + random.nextInt(step), NodeKind.of((byte) random.nextInt(3)));
      batch.setPosition(row, within(random, SPACE), within(random, SPACE), within(random, SPACE));
      batch.setVelocity(row, within(random, SPEED), within(random, SPEED), within(random, SPEED));
      int parent = random.nextInt(count) * step;
      batch.setPath(row, (float) random.nextDouble(WAYS), parent);
    }
    return batch;
  }

  private static float within(SplittableRandom random, double most) {
    return (float) random.nextDouble(-most, most);
  }
}
