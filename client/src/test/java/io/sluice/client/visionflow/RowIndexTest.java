package io.sluice.client.visionflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Keys and their rows, against a map. */
class RowIndexTest {
  @Test
  void itKnowsWhatAMapKnowsWhateverComesAndGoes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RowIndex index = new RowIndex();
    Map<Long, Integer> map = new HashMap<>();
    for (int i = 0; i < 200_000; i++) {
      long key = random.nextInt(500) + ((long) random.nextInt(4) << 32);
      if (random.nextInt(5) < 2) {
        index.remove(key);
        map.remove(key);
      } else {
        index.put(key, i);
        map.put(key, i);
      }
      long asked = random.nextInt(500) + ((long) random.nextInt(4) << 32);
      assertThat(index.get(asked))
          .as("seed %d, step %d", seed, i)
          .isEqualTo(map.getOrDefault(asked, RowIndex.ABSENT));
    }
    map.forEach((key, row) -> assertThat(index.get(key)).isEqualTo(row));
    index.clear();
    map.keySet().forEach(key -> assertThat(index.get(key)).isEqualTo(RowIndex.ABSENT));
  }
}
