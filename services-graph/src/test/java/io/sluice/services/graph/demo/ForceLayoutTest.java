package io.sluice.services.graph.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ForceLayoutTest {
  private static final float STEP = 1f / 30;

  private static ForceLayout layout(long seed, int nodes, int most) {
    return new ForceLayout(seed, nodes, new SmallWorld(seed, nodes, most).links());
  }

  private static void run(ForceLayout layout, int steps) {
    for (int i = 0; i < steps; i++) {
      layout.step(STEP);
    }
  }

  private static double fastest(ForceLayout layout) {
    double fastest = 0;
    for (int node = 0; node < layout.size(); node++) {
      fastest = Math.max(fastest, layout.speed(node));
    }
    return fastest;
  }

  @Test
  void itComesToRestAndItsEnergyFalls() {
    Seeds.forEach(
        3,
        seed -> {
          ForceLayout layout = layout(seed, 300, 600);
          double energy = layout.energy();
          double first = energy;
          for (int i = 0; i < 30; i++) {
            run(layout, 60);
            double now = layout.energy();
            assertThat(now).isLessThan(energy + Math.abs(energy) * 1e-3);
            energy = now;
          }
          assertThat(energy).isLessThan(first);
          assertThat(fastest(layout)).isLessThan(1);
        });
  }

  @Test
  void linkedNodesEndNearerThanOthers() {
    ForceLayout layout = layout(1, 300, 600);
    Links links = new SmallWorld(1, 300, 600).links();
    run(layout, 600);
    double linked = 0;
    for (int i = 0; i < links.size(); i++) {
      linked += apart(layout, links.from(i), links.to(i)) / links.size();
    }
    double any = 0;
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000; i++) {
      any += apart(layout, random.nextInt(300), random.nextInt(300)) / 1_000;
    }
    assertThat(linked).isLessThan(any * 0.7);
  }

  private static double apart(ForceLayout layout, int one, int other) {
    double dx = layout.x(one) - layout.x(other);
    double dy = layout.y(one) - layout.y(other);
    double dz = layout.z(one) - layout.z(other);
    return Math.sqrt(dx * dx + dy * dy + dz * dz);
  }

  @Test
  void theSameSeedAndStepsGiveTheSamePlaces() {
    ForceLayout one = layout(5, 200, 400);
    ForceLayout other = layout(5, 200, 400);
    run(one, 50);
    run(other, 50);
    for (int node = 0; node < one.size(); node++) {
      assertThat(one.x(node)).isEqualTo(other.x(node));
      assertThat(one.vz(node)).isEqualTo(other.vz(node));
    }
  }

  private static void isSane(ForceLayout layout) {
    for (int node = 0; node < layout.size(); node++) {
      assertThat(layout.speed(node)).isLessThanOrEqualTo(ForceLayout.MOST_SPEED * 1.001);
      for (float place : new float[] {layout.x(node), layout.y(node), layout.z(node)}) {
        assertThat(Math.abs(place)).isLessThanOrEqualTo(ForceLayout.MOST_DISTANCE);
      }
    }
  }

  @Test
  void whateverIsDoneToItNothingIsNowhereOrTooFast() {
    float[] bad = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -0f, 1e20f
    };
    float[] steps = {STEP, 0, -1, Float.NaN, Float.POSITIVE_INFINITY, 1e9f, Float.MIN_VALUE};
    Seeds.forEach(
        20,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          ForceLayout layout = layout(seed, 80, 160);
          for (int i = 0; i < 100; i++) {
            int node = random.nextInt(80);
            float value = bad[random.nextInt(bad.length)];
            if (random.nextBoolean()) {
              layout.push(node, value, 1, value);
            } else {
              layout.place(node, 1, value, value);
            }
            layout.step(steps[random.nextInt(steps.length)]);
            isSane(layout);
          }
        });
  }

  @Test
  void nodesInOnePlaceComeApart() {
    ForceLayout layout = layout(3, 100, 200);
    for (int node = 0; node < 100; node++) {
      layout.place(node, 0, 0, 0);
    }
    run(layout, 300);
    isSane(layout);
    for (int node = 1; node < 100; node++) {
      for (int other = 0; other < node; other++) {
        assertThat(apart(layout, node, other)).isGreaterThan(0.01);
      }
    }
  }

  @Test
  void aStarOfThousandsDoesNotExplode() {
    Links links = new Links(2_000);
    for (int leaf = 1; leaf <= 2_000; leaf++) {
      links.add(0, leaf, 10);
    }
    ForceLayout layout = new ForceLayout(9, 2_001, links);
    run(layout, 300);
    isSane(layout);
    assertThat(layout.speed(0)).isLessThan(5);
  }
}
