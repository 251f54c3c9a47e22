package io.sluice.client.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientState;
import io.sluice.client.haip.HaipOptions.Flow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random walks of a client through a world in which lines are cut, agents and listeners are slow,
 * and channels are paused: whatever was admitted arrives once and in order, both ways, and nothing
 * stalls. {@code -Dsluice.seed=N} replays one, {@code -Dsluice.seeds=N} tries so many.
 */
class HaipWalkTest {
  private static final int STEPS = 300;

  @ParameterizedTest
  @EnumSource(Flow.class)
  void everythingArrivesOnceAndInOrder(Flow flow) {
    Long one = Long.getLong("sluice.seed");
    long first = one == null ? 1 : one;
    long seeds = one == null ? Long.getLong("sluice.seeds", 60) : 1;
    for (long seed = first; seed < first + seeds; seed++) {
      try {
        walk(flow, new Random(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "replay with -Dsluice.seed=" + seed + " (" + flow + "): " + e.getMessage(), e);
      }
    }
  }

  /** Of two long lists, the place where they part. */
  private static void same(List<String> are, List<String> expected, HaipWorld world) {
    int at = 0;
    while (at < are.size() && at < expected.size() && are.get(at).equals(expected.get(at))) {
      at++;
    }
    String where =
        "%d instead of %d, the same up to %d; %s, %s"
            .formatted(are.size(), expected.size(), at, world.errors, world.sessions);
    assertThat(are.subList(at, are.size()))
        .as(where)
        .isEqualTo(expected.subList(at, expected.size()));
  }

  private static void walk(Flow flow, Random random) {
    HaipWorld world = new HaipWorld(HaipOptions.DEFAULTS.withFlow(flow), random);
    List<String> said = new ArrayList<>();
    List<String> answered = new ArrayList<>();
    List<HaipSend> sends = new ArrayList<>();
    world.connect();
    world.pass(100);
    world.latency = (1 + random.nextInt(50)) * HaipWorld.MILLI;
    for (int step = 0; step < STEPS; step++) {
      int dice = random.nextInt(100);
      if (dice < 50) {
        String text = "u" + said.size() + "x".repeat(random.nextInt(dice < 3 ? 9_000 : 200));
        said.add(text);
        sends.add(world.text("USER", text));
      } else if (dice < 60) {
        answered.add("a" + answered.size());
        world.agentSays("AGENT", answered.getLast());
      } else if (dice < 62) {
        world.cut();
      } else if (dice < 66) {
        world.handling = random.nextInt(300) * HaipWorld.MILLI;
      } else if (dice < 68) {
        world.engine.pause("USER", world.now());
      } else if (dice < 72) {
        world.engine.resume("USER", world.now());
      } else {
        world.pass(random.nextInt(dice < 75 ? 20_000 : 100));
      }
    }
    world.engine.resume("USER", world.now());
    world.pass(600_000);
    assertThat(world.engine.state()).isEqualTo(ClientState.CONNECTED);
    assertThat(sends.stream().map(HaipSend::state).distinct())
        .as("%s, %s", world.errors, world.channels)
        .containsExactly(HaipSend.State.SENT);
    same(world.heardTexts(), said, world);
    same(world.toldTexts(), answered, world);
  }
}
