package io.sluice.protocol.visionflow;

import io.sluice.model.Limits;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.VisionFlowLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.json.JsonMapper;

/** {@code vectors/visionflow.json} and what its words mean. */
final class Vectors {
  static final VisionFlowLimits LIMITS = VisionFlowLimits.DEFAULTS;
  static final Limits.Json JSON = Limits.defaults(1L << 30).json();

  private static final Map<String, Object> ALL = load();

  private Vectors() {}

  private static Map<String, Object> load() {
    try (InputStream file = Vectors.class.getResourceAsStream("/vectors/visionflow.json")) {
      return map(JsonMapper.builder().build().readValue(Objects.requireNonNull(file), Map.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The vectors of a part, as {@code raw} and {@code good}. */
  static List<Map<String, Object>> of(String part, String kind) {
    return maps(map(ALL.get(part)).get(kind));
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> maps(Object value) {
    return (List<Map<String, Object>>) value;
  }

  static String name(Map<String, Object> vector) {
    return (String) vector.get("name");
  }

  static byte[] bytes(Map<String, Object> vector) {
    return HexFormat.of().parseHex((String) vector.get("hex"));
  }

  static int whole(Object value) {
    return ((Number) value).intValue();
  }

  static float number(Object value) {
    return value instanceof Number number
        ? (float) number.doubleValue()
        : Float.parseFloat((String) value);
  }

  /** The nodes of a vector. */
  static NodeBatch nodes(Map<String, Object> vector) {
    NodeBatch batch = new NodeBatch(100);
    for (Map<String, Object> node : maps(vector.get("nodes"))) {
      List<?> pos = (List<?>) node.get("pos");
      List<?> vel = (List<?>) node.get("vel");
      int row = batch.add(whole(node.get("id")), NodeKind.valueOf((String) node.get("kind")));
      batch.setPosition(row, number(pos.get(0)), number(pos.get(1)), number(pos.get(2)));
      batch.setVelocity(row, number(vel.get(0)), number(vel.get(1)), number(vel.get(2)));
      batch.setPath(row, number(node.get("dist")), whole(node.get("parent")));
    }
    return batch;
  }
}
