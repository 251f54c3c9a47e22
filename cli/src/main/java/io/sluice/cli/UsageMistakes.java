package io.sluice.cli;

import io.sluice.server.config.Nearest;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what was wrong with a command line, and what may have been meant. */
final class UsageMistakes implements IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + message(mistake, command));
    command.getErr().println("See " + name + " --help");
    return CommandLine.ExitCode.USAGE;
  }

  private static String message(ParameterException mistake, CommandLine command) {
    if (!(mistake instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return String.valueOf(mistake.getMessage());
    }
    String word = unmatched.getUnmatched().getFirst();
    String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    if (option.startsWith("-")) {
      List<String> known = new ArrayList<>(command.getCommandSpec().optionsMap().keySet());
      return "there is no option " + option + Nearest.hint(option, known);
    }
    List<String> known = new ArrayList<>(command.getSubcommands().keySet());
    return known.isEmpty()
        ? "'" + word + "' is one word too many"
        : "there is no command " + word + Nearest.hint(word, known);
  }
}
