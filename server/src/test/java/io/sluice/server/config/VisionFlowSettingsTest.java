package io.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelName;
import io.sluice.model.Namespaces;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of VisionFlow's settings: as many as components, each for one of its own. */
class VisionFlowSettingsTest {
  private static Map<String, Object> components(Map<String, String> environment) throws Exception {
    Map<String, Object> all = new LinkedHashMap<>();
    collect(
        "", VisionFlowSettings.class, Settings.load(Map.of(), null, environment).visionFlow(), all);
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

  private static List<String> keys() {
    return SettingsTable.keys().stream()
        .map(KeyReader.KnownKey::name)
        .filter(name -> name.startsWith("visionflow."))
        .distinct()
        .toList();
  }

  @Test
  void eachKeySetsOneComponentAndAllAreSet() throws Exception {
    Map<String, Object> defaults = components(Map.of());
    Set<String> set = new HashSet<>();
    for (String key : keys()) {
      Map<String, Object> changed = components(Map.of(Environment.nameOf(key), other(key)));
      List<String> differing =
          defaults.keySet().stream()
              .filter(name -> !defaults.get(name).equals(changed.get(name)))
              .toList();
      assertThat(differing).as(key).hasSize(1);
      set.addAll(differing);
    }
    assertThat(set).isEqualTo(defaults.keySet());
  }

  @ParameterizedTest
  @CsvSource({"5m, 2000", "1s, 1000"})
  void roomsKeepForTwoSecondsAtMostWhatGraphsKeepAsLongAsAll(String all, long voiceMillis)
      throws Exception {
    Namespaces channels = Settings.load(Map.of("limits.log.age", all), null, Map.of()).namespaces();
    assertThat(channels.of(new ChannelName("voice.r")).log().age())
        .isEqualTo(Duration.ofMillis(voiceMillis));
    assertThat(channels.of(new ChannelName("graph.default.20")).log().age())
        .isEqualTo(channels.fallback().log().age());
  }

  /** A value that no default has. */
  private static String other(String key) {
    return switch (key) {
      case "visionflow.demo" -> "true";
      case "visionflow.heartbeat.every", "visionflow.heartbeat.timeout" ->
          Duration.ofMinutes(7).toMillis() + "ms";
      case "visionflow.graph.changeBytes", "visionflow.inflatedBytes" -> "5KiB";
      case "visionflow.graph.nameCharacters" -> "77";
      default -> "12345";
    };
  }
}
