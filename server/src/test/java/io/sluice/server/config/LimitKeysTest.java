package io.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The keys of the limits are the names of the records' components, found by reflection. */
class LimitKeysTest {
  private static Map<String, Object> components(Settings settings) throws Exception {
    Map<String, Object> all = new LinkedHashMap<>();
    collect("limits", Limits.class, settings.limits(), all);
    return all;
  }

  private static void collect(String prefix, Class<?> type, Object value, Map<String, Object> into)
      throws Exception {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = prefix + "." + component.getName();
      Object part = component.getAccessor().invoke(value);
      if (component.getType().isRecord()) {
        collect(name, component.getType(), part, into);
      } else {
        into.put(name, part);
      }
    }
  }

  @Test
  void everyComponentHasAKeyAndEveryKeyAComponent() throws Exception {
    assertThat(SettingsTable.keys().stream().map(KeyReader.KnownKey::name).distinct())
        .filteredOn(name -> name.startsWith("limits."))
        .containsExactlyInAnyOrderElementsOf(
            components(Settings.load(Map.of(), null, Map.of())).keySet());
  }

  @Test
  void eachKeySetsItsOwnComponentAndNoOther() throws Exception {
    Map<String, Object> defaults = components(Settings.load(Map.of(), null, Map.of()));
    for (Map.Entry<String, Object> one : defaults.entrySet()) {
      Object changed =
          switch (one.getValue()) {
            case Integer number -> number + 1;
            case Long number -> number + 1;
            case Duration duration -> duration.plusSeconds(1);
            default -> throw new AssertionError(one);
          };
      String text = changed instanceof Duration d ? d.toMillis() + "ms" : changed.toString();
      Map<String, Object> expected = new LinkedHashMap<>(defaults);
      expected.put(one.getKey(), changed);
      Map<String, String> variable = Map.of(Environment.nameOf(one.getKey()), text);
      assertThat(components(Settings.load(Map.of(), null, variable))).isEqualTo(expected);
    }
  }

  @Test
  void theTablesOfCodesNameOnlyLimitsThatExist() {
    List<String> names = SettingsTable.keys().stream().map(KeyReader.KnownKey::name).toList();
    List<String> texts = new ArrayList<>();
    for (Code code : Code.values()) {
      texts.addAll(List.of(code.cause(), code.cure()));
    }
    for (CloseReason reason : CloseReason.values()) {
      texts.addAll(List.of(reason.cause(), reason.cure()));
    }
    for (Refusal refusal : Refusal.values()) {
      texts.addAll(List.of(refusal.cause(), refusal.cure()));
    }
    Pattern limit = Pattern.compile("limits(\\.[A-Za-z]+)+");
    List<String> named =
        texts.stream()
            .flatMap(text -> limit.matcher(text).results())
            .map(MatchResult::group)
            .toList();
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(
            text ->
                assertThat(names)
                    .anyMatch(name -> name.equals(text) || name.startsWith(text + ".")));
  }
}
