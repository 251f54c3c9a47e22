package io.sluice.cli;

import io.sluice.server.config.SettingsTable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code config-doc}: prints the reference of all settings. */
@Command(
    name = "config-doc",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = {
      "Prints every setting with its variables, bounds and default, as Markdown:",
      "the same text as docs/configuration.md."
    },
    footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage."})
final class ConfigDocCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--json", description = "Prints one object a line, one for each setting.")
  private boolean json;

  ConfigDocCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (json) {
      SettingsTable.rows().forEach(row -> surroundings.out().println(Lines.of(fields(row))));
    } else {
      surroundings.out().print(SettingsTable.print());
      surroundings.out().flush();
    }
    return 0;
  }

  private static Map<String, Object> fields(SettingsTable.Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("key", row.key());
    fields.put("variables", row.variables());
    fields.put("takes", row.takes());
    fields.put("default", row.fallback());
    fields.put("meaning", row.meaning());
    return fields;
  }
}
