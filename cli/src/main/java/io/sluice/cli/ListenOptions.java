package io.sluice.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings that {@code serve} takes as flags, beside those of {@link SettingsOptions}. */
final class ListenOptions {
  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "Where to listen, 127.0.0.1 unless given.")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Where to listen, 8080 unless given; 0 takes a free port.")
  private @Nullable String port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where data that must last lives, ./data unless given.")
  private @Nullable String data;

  @Option(
      names = "--redis",
      paramLabel = "URI",
      description = "Not built yet: refused, rather than keep messages in memory unsaid.")
  private @Nullable String redis;

  @Option(
      names = "--demo",
      description = "With a graph that lives by itself: ws://…/ws/positions?graph=demo.")
  private boolean demo;

  /** Those that were given, by their keys. */
  Map<String, String> flags() {
    Map<String, String> flags = new HashMap<>();
    put(flags, "host", host);
    put(flags, "port", port);
    put(flags, "data", data);
    put(flags, "redis", redis);
    put(flags, "visionflow.demo", demo ? "true" : null);
    return flags;
  }

  private static void put(Map<String, String> flags, String key, @Nullable String value) {
    if (value != null) {
      flags.put(key, value);
    }
  }
}
