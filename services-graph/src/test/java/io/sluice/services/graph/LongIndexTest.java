package io.sluice.services.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Seeds;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LongIndexTest {
  @Test
  void itFindsWhatAMapFinds() {
    Seeds.forEach(
        100,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          LongIndex index = new LongIndex();
          Map<Long, Integer> map = new HashMap<>();
          int keys = 1 + random.nextInt(200);
          for (int i = 0; i < 2_000; i++) {
            long key = random.nextInt(keys) * 0x1_0000_0001L;
            if (random.nextInt(3) == 0) {
              Integer removed = map.remove(key);
              assertThat(index.remove(key)).isEqualTo(removed == null ? -1 : removed);
            } else {
              Integer before = map.put(key, i);
              assertThat(index.put(key, i)).isEqualTo(before == null ? -1 : before);
            }
            long asked = random.nextInt(keys) * 0x1_0000_0001L;
            assertThat(index.get(asked)).isEqualTo(map.getOrDefault(asked, -1));
          }
          index.clear();
          map.keySet().forEach(key -> assertThat(index.get(key)).isEqualTo(LongIndex.ABSENT));
        });
  }
}
