package io.sluice.services.agents;

import io.sluice.model.Fields;
import io.sluice.model.Limits;
import io.sluice.model.Payload;
import io.sluice.model.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The bytes of an envelope, as a log keeps them. Filters see its fields. Immutable. */
final class Said implements Payload {
  private static final int DEPTH = Limits.Json.DEFAULTS.pathDepth();

  /** What one field costs in the log's count beside its characters, roughly. */
  private static final int FIELD_BYTES = 96;

  private final byte[] bytes;

  Said(Envelope envelope) {
    this(envelope.bytes());
  }

  /** Of the bytes of an envelope. */
  Said(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public Fields readFields() {
    Map<String, Scalar> found = new LinkedHashMap<>();
    if (Json.read(bytes) instanceof ObjectNode object) {
      collect(object, "", DEPTH, found);
    }
    return found.isEmpty() ? Fields.NONE : new Found(found);
  }

  /** Those of an object before those of the objects in it: a name with a dot in it goes first. */
  private static void collect(ObjectNode object, String prefix, int depth, Map<String, Scalar> to) {
    object
        .properties()
        .forEach(
            member -> {
              Scalar scalar = scalar(member.getValue());
              if (scalar != null) {
                to.putIfAbsent(prefix + member.getKey(), scalar);
              }
            });
    if (depth > 1) {
      object
          .properties()
          .forEach(
              member -> {
                if (member.getValue() instanceof ObjectNode inner) {
                  collect(inner, prefix + member.getKey() + ".", depth - 1, to);
                }
              });
    }
  }

  private static @Nullable Scalar scalar(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> new Scalar.Text(value.stringValue());
      case NUMBER -> new Scalar.Numeric(value.decimalValue());
      case BOOLEAN -> new Scalar.Bool(value.booleanValue());
      case NULL -> Scalar.Null.NULL;
      case ARRAY, BINARY, MISSING, OBJECT, POJO -> null;
    };
  }

  private record Found(Map<String, Scalar> values) implements Fields {
    @Override
    public @Nullable Scalar get(String path) {
      return values.get(path);
    }

    @Override
    public int retainedBytes() {
      int bytes = 0;
      for (Map.Entry<String, Scalar> value : values.entrySet()) {
        bytes += FIELD_BYTES + 2 * value.getKey().length();
        bytes += value.getValue() instanceof Scalar.Text text ? 2 * text.value().length() : 0;
      }
      return bytes;
    }
  }
}
