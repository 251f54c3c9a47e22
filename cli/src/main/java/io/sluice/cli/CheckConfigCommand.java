package io.sluice.cli;

import io.sluice.server.Sluice;
import io.sluice.server.config.Settings;
import io.sluice.server.config.SettingsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code check-config}: says everything that is wrong with the settings, and starts nothing. */
@Command(
    name = "check-config",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Checks the settings as serve would read them: flags, environment and file.",
      "Prints ok, or one line for each mistake with the nearest known name."
    },
    footer = {"", "Exit codes: 0 the settings are good, 1 they are not, 2 wrong usage."})
final class CheckConfigCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private ListenOptions listen = new ListenOptions();
  @Mixin private SettingsOptions options = new SettingsOptions();

  @Option(names = "--json", description = "Prints one object: {\"ok\":…,\"errors\":[…]}.")
  private boolean json;

  CheckConfigCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    List<String> mistakes = mistakes(listen.flags());
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("ok", mistakes.isEmpty());
      fields.put("errors", mistakes);
      surroundings.out().println(Lines.of(fields));
    } else if (mistakes.isEmpty()) {
      surroundings.out().println("ok");
    } else {
      mistakes.forEach(line -> surroundings.err().println("sluice: " + line));
    }
    return mistakes.isEmpty() ? 0 : 1;
  }

  private List<String> mistakes(Map<String, String> flags) {
    List<String> mistakes = new ArrayList<>(options.faults(surroundings, flags));
    try {
      Logging.check(surroundings.environment());
    } catch (SettingsException e) {
      mistakes.add(String.valueOf(e.getMessage()));
    }
    if (mistakes.isEmpty()) {
      try {
        Settings settings = options.load(surroundings, flags);
        Sluice.check(settings);
      } catch (SettingsException e) {
        mistakes.add(String.valueOf(e.getMessage()));
      }
    }
    return mistakes;
  }
}
