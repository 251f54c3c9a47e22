package io.sluice.services.graph.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OctreeTest {
  private static final float SOFTNESS = 4;

  private static float[] places(SplittableRandom random, int count) {
    float[] places = new float[count];
    for (int i = 0; i < count; i++) {
      places[i] = (float) random.nextDouble(-200, 200);
    }
    return places;
  }

  @Test
  void manyThatAreFarAwayCountAlmostAsTheyDoOneByOne() {
    SplittableRandom random = new SplittableRandom(7);
    float[] x = places(random, 2_000);
    float[] y = places(random, 2_000);
    float[] z = places(random, 2_000);
    Octree octree = new Octree(SOFTNESS);
    octree.build(x, y, z);
    double wrong = 0;
    double right = 0;
    for (int body = 0; body < x.length; body++) {
      double[] exact = new double[3];
      for (int other = 0; other < x.length; other++) {
        double dx = x[body] - x[other];
        double dy = y[body] - y[other];
        double dz = z[body] - z[other];
        double strength = 1 / (dx * dx + dy * dy + dz * dz + SOFTNESS);
        exact[0] += strength * dx;
        exact[1] += strength * dy;
        exact[2] += strength * dz;
      }
      octree.repel(body);
      wrong +=
          Math.hypot(
              octree.forceX() - exact[0],
              Math.hypot(octree.forceY() - exact[1], octree.forceZ() - exact[2]));
      right += Math.hypot(exact[0], Math.hypot(exact[1], exact[2]));
    }
    assertThat(wrong / right).isLessThan(0.06);
  }

  @Test
  void thousandsInOnePlaceArePushedApart() {
    float[] zero = new float[5_000];
    Octree octree = new Octree(SOFTNESS);
    octree.build(zero, zero, zero);
    for (int body = 0; body < zero.length; body++) {
      octree.repel(body);
      assertThat(octree.forceX()).isFinite().isNotZero();
    }
  }

  @Test
  void aBodyAloneIsPushedByNobody() {
    Octree octree = new Octree(SOFTNESS);
    octree.build(new float[] {5}, new float[] {6}, new float[] {-7});
    octree.repel(0);
    assertThat(octree.forceX()).isZero();
    assertThat(octree.forceY()).isZero();
    assertThat(octree.forceZ()).isZero();
  }
}
