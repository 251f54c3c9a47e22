package io.sluice.server.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Owner: one thread, while settings are read. Is asked for one key after another, answers with what
 * was given or the default, and remembers what it was asked for: that is the list of known keys.
 */
final class KeyReader {
  private final Map<String, String> flags;
  private final Environment environment;
  private final SettingsFile file;
  private final List<KnownKey> known = new ArrayList<>();
  private final List<String> trees = new ArrayList<>();

  KeyReader(Map<String, String> flags, Environment environment, SettingsFile file) {
    this.flags = flags;
    this.environment = environment;
    this.file = file;
  }

  /**
   * A key as documentation shows it.
   *
   * @param kind what may be written
   * @param fallback what holds if nothing is
   */
  record KnownKey(String name, String kind, String fallback, String meaning) {}

  /** A whole number within bounds. */
  int integer(String key, int fallback, int min, int max, String meaning) throws SettingsException {
    return integer(key, fallback, Integer.toString(fallback), min, max, meaning);
  }

  int integer(String key, int fallback, String words, int min, int max, String meaning)
      throws SettingsException {
    String kind = min + " to " + max;
    Given given = ask(key, kind, words, meaning);
    if (given == null) {
      return fallback;
    }
    String text = scalar(given);
    if (text.matches("\\d{1,10}") && Long.parseLong(text) >= min && Long.parseLong(text) <= max) {
      return Integer.parseInt(text);
    }
    throw wrong(given, text, "a whole number, " + kind);
  }

  /** A number of bytes within bounds. */
  long size(String key, long fallback, long min, long max, String meaning)
      throws SettingsException {
    return size(key, fallback, Quantity.print(fallback), min, max, meaning);
  }

  long size(String key, long fallback, String words, long min, long max, String meaning)
      throws SettingsException {
    String kind = Quantity.print(min) + " to " + Quantity.print(max);
    Given given = ask(key, kind, words, meaning);
    if (given == null) {
      return fallback;
    }
    String text = scalar(given);
    Long bytes = Quantity.bytes(text);
    if (bytes == null || bytes < min || bytes > max) {
      throw wrong(given, text, "a size such as 64KiB, " + kind);
    }
    return bytes;
  }

  /** A number of bytes that one array can hold. */
  int smallSize(String key, int fallback, int min, int max, String meaning)
      throws SettingsException {
    return (int) size(key, fallback, min, max, meaning);
  }

  /** A duration within bounds. */
  Duration duration(String key, Duration fallback, Duration min, Duration max, String meaning)
      throws SettingsException {
    String kind = Quantity.print(min) + " to " + Quantity.print(max);
    Given given = ask(key, kind, Quantity.print(fallback), meaning);
    if (given == null) {
      return fallback;
    }
    String text = scalar(given);
    Duration duration = Quantity.duration(text);
    if (duration == null || duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw wrong(given, text, "a duration such as 30s, " + kind);
    }
    return duration;
  }

  /** Yes or no, no by default. */
  boolean flag(String key, String meaning) throws SettingsException {
    return flag(key, false, meaning);
  }

  boolean flag(String key, boolean fallback, String meaning) throws SettingsException {
    Given given = ask(key, "true or false", Boolean.toString(fallback), meaning);
    if (given == null) {
      return fallback;
    }
    String text = scalar(given);
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(given, text, "true or false");
    };
  }

  /** Text; null if nothing was given. */
  @Nullable String text(String key, String kind, String fallback, String meaning)
      throws SettingsException {
    Given given = ask(key, kind, fallback, meaning);
    if (given == null) {
      return null;
    }
    if (given instanceof Given.Node(String origin, JsonNode node) && !node.isString()) {
      // YAML reads 0123 as a number and no as a truth value; what was meant is lost by then.
      throw new SettingsException(origin + ": not text; put it in quotes");
    }
    String text = scalar(given);
    if (text.isEmpty()) {
      throw new SettingsException(given.origin() + ": it is empty");
    }
    return text;
  }

  /** Several, as a YAML list, or with commas between them. */
  List<String> list(String key, String kind, String meaning) throws SettingsException {
    Given given = ask(key, kind, "none", meaning);
    if (given == null) {
      return List.of();
    }
    if (given instanceof Given.Node(String origin, JsonNode node) && node.isArray()) {
      List<String> all = new ArrayList<>();
      for (JsonNode one : node) {
        if (!one.isString()) {
          throw new SettingsException(origin + ": an entry is not text; put it in quotes");
        }
        all.add(one.stringValue());
      }
      return all;
    }
    return Arrays.stream(scalar(given).split(",", -1)).map(String::strip).toList();
  }

  /** A tree, with names of its own below the key; null if nothing was given. */
  @Nullable Given tree(String key, String kind, String meaning) throws SettingsException {
    trees.add(key);
    known.add(new KnownKey(key, kind, "none", meaning));
    Given given = find(key);
    if (given == null) {
      given = file.findTree(key);
    }
    return given instanceof Given.Text(String origin, String text)
        ? new Given.Node(origin, SettingsFile.tree(origin, text))
        : given;
  }

  /** Where the key was given, for a message about it; the key itself if it was not. */
  String origin(String key) {
    Given given = find(key);
    return given == null ? key : given.origin();
  }

  /** Whether anything was given. */
  boolean isGiven(String key) {
    return find(key) != null;
  }

  private @Nullable Given ask(String key, String kind, String fallback, String meaning) {
    known.add(new KnownKey(key, kind, fallback, meaning));
    return find(key);
  }

  private @Nullable Given find(String key) {
    String flag = flags.get(key);
    if (flag != null) {
      return new Given.Text("--" + key, flag);
    }
    Given variable = environment.find(key);
    return variable == null ? file.find(key) : variable;
  }

  private static String scalar(Given given) throws SettingsException {
    return switch (given) {
      case Given.Text(String _, String text) -> text.strip();
      case Given.Node(String origin, JsonNode node) -> {
        if (node.isContainer() || node.isNull()) {
          throw new SettingsException(origin + ": needs one value");
        }
        yield node.asString().strip();
      }
    };
  }

  private static SettingsException wrong(Given given, String text, String wanted) {
    String shown = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    return new SettingsException(given.origin() + ": '" + shown + "' is not " + wanted);
  }

  List<KnownKey> known() {
    return List.copyOf(known);
  }

  /** Refuses what was given and never asked for. */
  void refuseUnknown() throws SettingsException {
    List<String> names = known.stream().map(KnownKey::name).toList();
    environment.refuseUnknown(names);
    file.refuseUnknown(names, trees);
  }
}
