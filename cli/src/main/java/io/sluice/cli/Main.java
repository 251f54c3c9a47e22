package io.sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where {@code ./sluice} begins. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "A real-time messaging server.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Settings come from flags, then SLUICE_… variables, then the file; see"
          + " docs/configuration.md.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /** Runs one command and leaves with its exit code. */
  public static void main(String[] args) {
    System.exit(run(Surroundings.ofProcess(), args));
  }

  static int run(Surroundings surroundings, String... args) {
    return new CommandLine(new Main())
        .addSubcommand(new ServeCommand(surroundings))
        .addSubcommand(new TokenCommand(surroundings))
        .addSubcommand(new PubCommand(surroundings))
        .addSubcommand(new SubCommand(surroundings))
        .addSubcommand(new BenchCommand(surroundings))
        .addSubcommand(new CheckConfigCommand(surroundings))
        .addSubcommand(new ConfigDocCommand(surroundings))
        .setOut(surroundings.out())
        .setErr(surroundings.err())
        .setUsageHelpAutoWidth(false)
        .setParameterExceptionHandler(new UsageMistakes())
        .setExecutionExceptionHandler(new Failures())
        .execute(args);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"sluice " + (version == null ? "(unpacked classes)" : version)};
    }
  }
}
