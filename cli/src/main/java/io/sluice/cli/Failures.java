package io.sluice.cli;

import io.sluice.client.SluiceException;
import io.sluice.server.config.SettingsException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says the world's failures in one line; a bug keeps its stack trace. */
final class Failures implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    switch (failure) {
      case SettingsException wrong -> {
        command.getErr().println("sluice: " + wrong.getMessage());
        boolean flag = String.valueOf(wrong.getMessage()).startsWith("--");
        return flag ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
      }
      case IOException world -> command.getErr().println("sluice: " + world.getMessage());
      case SluiceException refused -> command.getErr().println("sluice: " + Link.why(refused));
      default -> failure.printStackTrace(command.getErr());
    }
    return CommandLine.ExitCode.SOFTWARE;
  }
}
