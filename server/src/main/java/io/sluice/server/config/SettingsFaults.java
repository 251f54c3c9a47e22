package io.sluice.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Owner: one thread, during one call. Finds every mistake of the settings at once. Reading stops at
 * the first, so what it names is taken away, and they are read again, until nothing is wrong.
 */
public final class SettingsFaults {
  private static final int MAX = 100;

  /** Instead of a secret that was no good, lest its absence be told as a second mistake. */
  private static final String STAND_IN = "stands in for a secret that was no good";

  private static final List<String> TRUST = List.of("secret", "keys", "jwks");

  private final Map<String, String> flags;
  private final Map<String, String> variables;
  private final List<String> lines = new ArrayList<>();
  private @Nullable Blame file;

  private SettingsFaults(Map<String, String> flags, Map<String, String> variables) {
    this.flags = new HashMap<>(flags);
    this.variables = new HashMap<>(variables);
  }

  /** One line for each mistake in what {@link Settings#load} would be given; none if it is good. */
  public static List<String> of(
      Map<String, String> flags, @Nullable Path file, Map<String, String> environment) {
    SettingsFaults faults = new SettingsFaults(flags, environment);
    faults.open(Settings.fileOf(file, environment));
    faults.search();
    return faults.lines;
  }

  private void open(@Nullable Path path) {
    if (path == null) {
      return;
    }
    try {
      SettingsFile.read(path);
      if (SettingsFile.tree(path.toString(), Files.readString(path)) instanceof ObjectNode tree) {
        file = new Blame(path.toString(), tree);
      }
    } catch (SettingsException e) {
      lines.add(String.valueOf(e.getMessage()));
      flags.putIfAbsent("secret", STAND_IN);
    } catch (IOException e) {
      lines.add(path + ": cannot be read: " + e.getMessage());
    }
  }

  private void search() {
    while (lines.size() < MAX) {
      SettingsFile read = file == null ? SettingsFile.NONE : file.read();
      try {
        new SettingsKeys(new KeyReader(flags, new Environment(variables), read)).read();
        return;
      } catch (SettingsException e) {
        String line = String.valueOf(e.getMessage());
        if (!lines.contains(line)) {
          lines.add(line);
        }
        String key = takeAway(line);
        if (key == null) {
          return;
        }
        if (TRUST.contains(key)) {
          flags.putIfAbsent("secret", STAND_IN);
        }
      }
    }
  }

  /** Takes away what the line begins with, and says which key it was of; null if nothing was. */
  private @Nullable String takeAway(String line) {
    for (String key : List.copyOf(flags.keySet())) {
      if (Blame.begins(line, "--" + key)) {
        flags.remove(key);
        return key;
      }
    }
    for (String name : List.copyOf(variables.keySet())) {
      if (Blame.begins(line, name)) {
        variables.remove(name);
        return keyOf(name);
      }
    }
    return file == null ? null : file.takeAway(line);
  }

  private static String keyOf(String variable) {
    for (String key : TRUST) {
      if (variable.equals(Environment.nameOf(key))
          || variable.equals(Environment.seedNameOf(key))) {
        return key;
      }
    }
    return variable;
  }
}
