package io.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuantityTest {
  @Test
  void durationsReadAsTheyPrint() {
    for (String text : List.of("0", "1ms", "1500ms", "30s", "5m", "90m", "23h", "1d", "400d")) {
      Duration duration = Quantity.duration(text);
      assertThat(duration).isNotNull();
      assertThat(Quantity.print(duration)).isEqualTo(text);
    }
    assertThat(Quantity.duration("3600s")).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void sizesReadAsTheyPrint() {
    for (String text : List.of("0", "1", "1000", "64KiB", "1025KiB", "1MiB", "3GiB")) {
      Long bytes = Quantity.bytes(text);
      assertThat(bytes).isNotNull();
      assertThat(Quantity.print(bytes)).isEqualTo(text);
    }
    assertThat(Quantity.bytes("7B")).isEqualTo(7);
  }

  @Test
  void anythingElseIsNothing() {
    for (String text :
        List.of("", "s", "-1s", "1.5s", "1 s", "1S", "10", "1w", "999999999999999999d")) {
      assertThat(Quantity.duration(text)).as(text).isNull();
    }
    for (String text : List.of("", "KiB", "-1", "1.5MiB", "1KB", "1kib", "999999999999999999GiB")) {
      assertThat(Quantity.bytes(text)).as(text).isNull();
    }
  }
}
