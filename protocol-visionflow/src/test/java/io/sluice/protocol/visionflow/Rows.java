package io.sluice.protocol.visionflow;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Batches as they can be compared, and made up. */
final class Rows {
  private Rows() {}

  /** Every row as its id, kind, the bits of its numbers, and its parent. */
  static List<List<Integer>> of(NodeBatch batch) {
    List<List<Integer>> rows = new ArrayList<>();
    for (int row = 0; row < batch.size(); row++) {
      rows.add(of(batch, row));
    }
    return rows;
  }

  static List<Integer> of(NodeBatch batch, int row) {
    return List.of(
        batch.ids()[row],
        (int) batch.kinds()[row],
        bits(batch.x()[row]),
        bits(batch.y()[row]),
        bits(batch.z()[row]),
        bits(batch.vx()[row]),
        bits(batch.vy()[row]),
        bits(batch.vz()[row]),
        bits(batch.distances()[row]),
        batch.parents()[row]);
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  /** So many nodes with numbers of any bits that are allowed, and ids that rise. */
  static NodeBatch random(RandomGenerator random, int count, int maxId) {
    NodeBatch batch = new NodeBatch(Math.max(count, 1));
    int step = Math.max(1, maxId / Math.max(1, count));
    for (int i = 0; i < count; i++) {
      int id = i * step + random.nextInt(step);
      int row = batch.add(id, NodeKind.of((byte) random.nextInt(3)));
      batch.setPosition(row, finite(random), finite(random), finite(random));
      batch.setVelocity(row, finite(random), finite(random), finite(random));
      float distance = random.nextInt(4) == 0 ? NodeBatch.UNREACHABLE : Math.abs(finite(random));
      batch.setPath(row, distance, random.nextInt());
    }
    return batch;
  }

  /** A finite number of any bits. */
  private static float finite(RandomGenerator random) {
    float value = Float.intBitsToFloat(random.nextInt());
    return Float.isFinite(value) ? value : random.nextBoolean() ? 0f : -0f;
  }
}
