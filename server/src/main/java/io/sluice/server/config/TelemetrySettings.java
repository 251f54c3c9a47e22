package io.sluice.server.config;

import java.time.Duration;

/**
 * Whether and how often the server speaks on the channel {@code telemetry}.
 *
 * @param enabled whether it does
 * @param every the time from one pair of lines to the next
 */
public record TelemetrySettings(boolean enabled, Duration every) {
  static TelemetrySettings read(KeyReader keys) throws SettingsException {
    return new TelemetrySettings(
        keys.flag(
            "telemetry.enabled",
            true,
            "broadcast the server's own figures on the channel `telemetry`; see channels.md"),
        keys.duration(
            "telemetry.every",
            Duration.ofSeconds(5),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            "how often"));
  }
}
