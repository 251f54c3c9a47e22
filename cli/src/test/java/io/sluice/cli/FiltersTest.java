package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiltersTest {
  @Test
  void differentFieldsMakeOneFilterAndTheSameFieldSeveralValues() {
    assertThat(Filters.of(List.of("agent=a-1", "n=2", "n=3", "done=false")))
        .containsExactly("{\"agent\":\"a-1\",\"n\":[2,3],\"done\":false}");
  }

  @Test
  void whatReadsAsJsonIsJsonAndQuotesMakeText() {
    assertThat(Filters.of(List.of("a=7", "b=\"7\"", "c=null", "d=", "e=x=y", "f=[1]", "g=01")))
        .containsExactly(
            "{\"a\":7,\"b\":\"7\",\"c\":null,\"d\":\"\",\"e\":\"x=y\",\"f\":\"[1]\",\"g\":\"01\"}");
  }

  @Test
  void anObjectIsAFilterOfItsOwn() {
    assertThat(Filters.of(List.of("{\"a\":1}", "b=2", "{\"c\":3}")))
        .containsExactly("{\"a\":1}", "{\"c\":3}", "{\"b\":2}");
    assertThat(Filters.of(List.of())).isEmpty();
  }

  @Test
  void withoutAFieldItIsNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> Filters.of(List.of("=1")));
    assertThatIllegalArgumentException().isThrownBy(() -> Filters.of(List.of("a")));
  }
}
