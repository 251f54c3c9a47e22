package io.sluice.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NodeBatchTest {
  private static NodeBatch one() {
    NodeBatch batch = new NodeBatch(10);
    int at = batch.add(5, NodeKind.AGENT);
    batch.setPosition(at, 1, 2, 3);
    batch.setVelocity(at, 0.5f, -0.25f, -0f);
    batch.setPath(at, 0, NodeBatch.NO_PARENT);
    return batch;
  }

  @Test
  void itGrowsUpToItsLimit() {
    NodeBatch batch = new NodeBatch(1_000, 1);
    for (int i = 0; i < 1_000; i++) {
      assertThat(batch.isFull()).isFalse();
      assertThat(batch.add(i, NodeKind.of(i % 3))).isEqualTo(i);
      batch.setPosition(i, i, 0, 0);
    }
    assertThat(batch.isFull()).isTrue();
    assertThatThrownBy(() -> batch.add(1_000, NodeKind.PLAIN))
        .isInstanceOf(IllegalStateException.class);
    assertThat(batch.size()).isEqualTo(1_000);
    assertThat(batch.id(999)).isEqualTo(999);
    assertThat(batch.x(998)).isEqualTo(998);
    assertThat(batch.kind(2)).isEqualTo(NodeKind.AGENT);
    assertThatThrownBy(() -> new NodeBatch(0).add(1, NodeKind.PLAIN))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void itIsFilledAgainWithoutARestOfWhatWas() {
    NodeBatch batch = one();
    batch.clear();
    int at = batch.add(7, NodeKind.PLAIN);
    assertThat(batch.size()).isEqualTo(1);
    assertThat(batch.x(at)).isZero();
    assertThat(batch.vy(at)).isZero();
    assertThat(batch.distance(at)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(batch.parent(at)).isEqualTo(NodeBatch.NO_PARENT);
  }

  @Test
  void sealedItIsNeverWrittenAgain() {
    NodeBatch batch = one();
    NodeBatch copy = batch.seal().copy();
    assertThatThrownBy(() -> batch.add(1, NodeKind.PLAIN))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.setPosition(0, 1, 1, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.setVelocity(0, 1, 1, 1))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.setPath(0, 1, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.set(0, copy, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(batch::clear).isInstanceOf(IllegalStateException.class);
    copy.setPosition(0, 9, 9, 9);
    assertThat(batch.x(0)).isEqualTo(1);
    assertThat(copy.vy(0)).isEqualTo(-0.25f);
    assertThat(Float.floatToRawIntBits(copy.vz(0))).isEqualTo(0x80000000);
  }

  @Test
  void whatIsNotFiniteIsFound() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int axis = 0; axis < 6; axis++) {
        NodeBatch batch = one();
        float[] v = {1, 2, 3, 4, 5, 6};
        v[axis] = bad;
        batch.setPosition(0, v[0], v[1], v[2]);
        batch.setVelocity(0, v[3], v[4], v[5]);
        assertThat(batch.isFinite(0)).as("%s at %s", bad, axis).isFalse();
      }
    }
    NodeBatch far = one();
    far.setPosition(0, Float.MAX_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE);
    far.setVelocity(0, Float.MAX_VALUE, Float.MIN_VALUE, -0f);
    assertThat(far.isFinite(0)).isTrue();
    assertThat(one().isFinite(0)).isTrue();
  }

  @Test
  void asAPayloadItIsJsonForWhoAsksForBytes() {
    NodeBatch batch = one();
    int at = batch.add(NodeBatch.MAX_ID, NodeKind.KNOWLEDGE);
    batch.setPosition(at, 1e10f, -1e-5f, 100.25f);
    NodesPayload payload = new NodesPayload(batch);
    assertThat(new String(payload.bytes(), UTF_8))
        .isEqualTo(
            "{\"nodes\":[{\"id\":5,\"kind\":\"agent\","
                + "\"position\":{\"x\":1.0,\"y\":2.0,\"z\":3.0},"
                + "\"velocity\":{\"x\":0.5,\"y\":-0.25,\"z\":-0.0},"
                + "\"sssp_distance\":0.0,\"sssp_parent\":-1},"
                + "{\"id\":1073741823,\"kind\":\"knowledge\","
                + "\"position\":{\"x\":1.0E10,\"y\":-1.0E-5,\"z\":100.25},"
                + "\"velocity\":{\"x\":0.0,\"y\":0.0,\"z\":0.0},"
                + "\"sssp_distance\":null,\"sssp_parent\":-1}]}");
    assertThat(payload.readFields()).isEqualTo(Fields.NONE);
    assertThatThrownBy(() -> batch.add(1, NodeKind.PLAIN))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void inItsLogItCountsAsItsColumns() {
    NodesPayload payload = new NodesPayload(one());
    Draft draft =
        new Draft(new ChannelName("graph.g.5"), Draft.Kind.BROADCAST, null, payload, null, null);
    assertThat(Publication.retainedBytes(draft))
        .isEqualTo(Publication.OVERHEAD_BYTES + NodeBatch.NODE_BYTES);
    int before = payload.retainedBytes();
    assertThat(payload.bytes().length).isGreaterThan(before);
    assertThat(payload.retainedBytes()).isEqualTo(before);
  }
}
