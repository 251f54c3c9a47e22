package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilterSetTest {
  private static final Fields AGENT_1 = fields(Map.of("agent", text("a1"), "cpu", number("1.0")));

  @Test
  void withoutExplicitEntriesTheDefaultLetsEverythingPass() {
    assertThat(FilterSet.DEFAULT.matches(Fields.NONE)).isTrue();
    assertThat(FilterSet.EMPTY.matches(Fields.NONE)).isFalse();
    assertThat(FilterSet.EMPTY.isEmpty()).isTrue();
  }

  @Test
  void theDefaultCountsOnlyWhileThereIsNoExplicitEntry() {
    FilterSet set = FilterSet.DEFAULT.with(filter("agent", text("a2")));
    assertThat(set.matches(AGENT_1)).isFalse();
    assertThat(set.without(filter("agent", text("a2"))).matches(AGENT_1)).isTrue();
  }

  @Test
  void anExplicitEmptyFilterMeansEverything() {
    FilterSet set = FilterSet.EMPTY.with(filter("agent", text("a2"))).with(Filter.EVERYTHING);
    assertThat(set.passesEverything()).isTrue();
    assertThat(set.matches(Fields.NONE)).isTrue();
  }

  @Test
  void severalFiltersAreOneOrTheOther() {
    FilterSet set =
        FilterSet.EMPTY.with(filter("agent", text("a2"))).with(filter("cpu", number("1")));
    assertThat(set.matches(AGENT_1)).isTrue();
    assertThat(set.matches(fields(Map.of("agent", text("a3"))))).isFalse();
  }

  @Test
  void oneFilterIsAllOfItsTermsAndAnyOfEachTermsValues() {
    Filter filter =
        new Filter(
            new TreeMap<>(
                Map.of(
                    "agent", Set.of(text("a1"), text("a2")),
                    "cpu", Set.of(number("1")))));
    assertThat(filter.matches(AGENT_1)).isTrue();
    assertThat(filter.matches(fields(Map.of("agent", text("a1"))))).isFalse();
  }

  @Test
  void howAFilterWasWrittenSaysNothingAboutWhatItIs() {
    Filter plain = filter("cpu", number("1"));
    Filter written = new Filter(plain.terms(), "{\"cpu\": 1.0}");
    assertThat(written).isEqualTo(plain).hasSameHashCodeAs(plain);
    assertThat(FilterSet.EMPTY.with(plain).with(written).explicit()).hasSize(1);
    assertThat(FilterSet.EMPTY.with(plain).without(written).isEmpty()).isTrue();
    assertThat(written).isNotEqualTo(filter("cpu", number("2")));
  }

  @Test
  void aFilterIsAsLongAsItsCanonicalTextHoweverItWasWritten() {
    SortedMap<String, Set<Scalar>> terms =
        new TreeMap<>(
            Map.of(
                "größe", Set.of(number("1.50"), text("XL"), Scalar.Null.NULL),
                "new", Set.of(new Scalar.Bool(true))));
    String canonical = "{\"größe\":[1.5,\"XL\",null],\"new\":true}";
    Filter filter = new Filter(terms, canonical.replace(",", " ,   "));
    assertThat(filter.bytes()).isEqualTo(canonical.getBytes(StandardCharsets.UTF_8).length);
    assertThat(Filter.EVERYTHING.bytes()).isEqualTo("{}".length());
    FilterSet set = FilterSet.DEFAULT.with(filter).with(Filter.EVERYTHING);
    assertThat(set.bytes()).isEqualTo(filter.bytes() + 2);
    assertThat(set.without(filter).bytes()).isEqualTo(2);
    assertThat(set.explicit()).extracting(Filter::written).containsOnly("");
  }

  @Test
  void numbersCompareByValueAndNeverWithText() {
    assertThat(number("1")).isEqualTo(number("1.0")).isEqualTo(number("10e-1"));
    assertThat(number("0")).isEqualTo(number("-0.000"));
    assertThat(number("1")).isNotEqualTo(text("1"));
  }

  @Test
  void nullIsAValueAndAMissingFieldIsNot() {
    Filter filter = filter("x", Scalar.Null.NULL);
    assertThat(filter.matches(fields(Map.of("x", Scalar.Null.NULL)))).isTrue();
    assertThat(filter.matches(Fields.NONE)).isFalse();
  }

  @Test
  void setsThatSayTheSameAreEqual() {
    Filter one = filter("a", text("1"));
    Filter two = filter("b", text("2"));
    assertThat(FilterSet.EMPTY.with(one).with(two))
        .isEqualTo(FilterSet.EMPTY.with(two).with(one).with(one));
  }

  private static Scalar text(String value) {
    return new Scalar.Text(value);
  }

  private static Scalar number(String value) {
    return new Scalar.Numeric(new BigDecimal(value));
  }

  private static Filter filter(String field, Scalar value) {
    return new Filter(new TreeMap<>(Map.of(field, Set.of(value))));
  }

  private static Fields fields(Map<String, Scalar> values) {
    return new Fields() {
      @Override
      public @Nullable Scalar get(String path) {
        return values.get(path);
      }

      @Override
      public int retainedBytes() {
        return 0;
      }
    };
  }
}
