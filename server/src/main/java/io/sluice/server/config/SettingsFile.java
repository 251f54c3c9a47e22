package io.sluice.server.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A YAML file, flattened: nested names joined by dots. Immutable. */
final class SettingsFile {
  /** No file: it says nothing. */
  static final SettingsFile NONE = new SettingsFile("", Map.of(), Map.of());

  private static final int MAX_BYTES = 1 << 20;

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String name;
  private final Map<String, JsonNode> leaves;
  private final Map<String, JsonNode> branches;

  private SettingsFile(String name, Map<String, JsonNode> leaves, Map<String, JsonNode> branches) {
    this.name = name;
    this.leaves = leaves;
    this.branches = branches;
  }

  static SettingsFile read(Path path) throws SettingsException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new SettingsException(path + ": larger than 1MiB");
      }
      return parse(path.toString(), new String(bytes, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      throw new SettingsException(path + ": there is no such file");
    } catch (IOException e) {
      throw new SettingsException(path + ": cannot be read: " + e.getMessage());
    }
  }

  static SettingsFile parse(String name, String yaml) throws SettingsException {
    JsonNode root = tree(name, yaml);
    if (root instanceof ObjectNode object) {
      return of(name, object);
    }
    if (root.isMissingNode() || root.isNull()) {
      return new SettingsFile(name, Map.of(), Map.of());
    }
    throw new SettingsException(name + ": not a list of settings, one `key: value` a line");
  }

  /** Reads YAML, of which JSON is a part. The message of a mistake never repeats the text. */
  static JsonNode tree(String origin, String yaml) throws SettingsException {
    try {
      return MAPPER.readTree(yaml);
    } catch (JacksonException e) {
      TokenStreamLocation location = e.getLocation();
      String line = location == null ? "" : ", near line " + location.getLineNr();
      throw new SettingsException(origin + ": not good YAML, or a name comes twice" + line);
    }
  }

  /** A part of a file, as if it were one of its own. */
  static SettingsFile of(String name, ObjectNode part) {
    Map<String, JsonNode> leaves = new LinkedHashMap<>();
    Map<String, JsonNode> branches = new LinkedHashMap<>();
    flatten("", part, leaves, branches);
    return new SettingsFile(name, leaves, branches);
  }

  private static void flatten(
      String prefix,
      ObjectNode object,
      Map<String, JsonNode> leaves,
      Map<String, JsonNode> branches) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      String key = prefix + entry.getKey();
      if (entry.getValue() instanceof ObjectNode nested) {
        branches.put(key, nested);
        flatten(key + ".", nested, leaves, branches);
      } else {
        leaves.put(key, entry.getValue());
      }
    }
  }

  @Nullable Given find(String key) {
    JsonNode node = leaves.get(key);
    return node == null ? null : new Given.Node(name + ": " + key, node);
  }

  /** What stands at a key with names of its own below it. */
  @Nullable Given findTree(String key) {
    JsonNode node = branches.get(key);
    return node == null ? null : new Given.Node(name + ": " + key, node);
  }

  /**
   * Refuses a name that is no key's.
   *
   * @param trees keys that have names of their own below them, which their reader judges
   */
  void refuseUnknown(Collection<String> keys, Collection<String> trees) throws SettingsException {
    for (String key : leaves.keySet()) {
      boolean below = trees.stream().anyMatch(tree -> key.startsWith(tree + "."));
      if (!keys.contains(key) && !below) {
        throw new SettingsException(
            name + ": " + key + ": there is no such setting" + hint(key, keys));
      }
    }
  }

  /** What is near the name, or near the part of it that names a tree. */
  private static String hint(String key, Collection<String> keys) {
    String hint = Nearest.hint(key, keys);
    int dot = key.lastIndexOf('.');
    return hint.isEmpty() && dot > 0 ? hint(key.substring(0, dot), keys) : hint;
  }
}
