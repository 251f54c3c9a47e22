package io.sluice.cli;

import io.sluice.server.config.Settings;
import io.sluice.server.config.SettingsException;
import io.sluice.server.config.SettingsFaults;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The flags of every command that reads the settings. */
final class SettingsOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in YAML; SLUICE_CONFIG names one too.")
  private @Nullable Path config;

  @Option(
      names = "--secret",
      paramLabel = "SECRET",
      description =
          "Signs and verifies tokens, 32 bytes or more. Other users of this machine can see it"
              + " here; SLUICE_SECRET hides it.")
  private @Nullable String secret;

  /** Reads the settings, with these flags and more. */
  Settings load(Surroundings surroundings, Map<String, String> more) throws SettingsException {
    return Settings.load(flags(more), config, surroundings.environment());
  }

  /** Says in one line each what is wrong with them. */
  List<String> faults(Surroundings surroundings, Map<String, String> more) {
    return SettingsFaults.of(flags(more), config, surroundings.environment());
  }

  private Map<String, String> flags(Map<String, String> more) {
    Map<String, String> flags = new HashMap<>(more);
    if (secret != null) {
      flags.put("secret", secret);
    }
    return flags;
  }
}
