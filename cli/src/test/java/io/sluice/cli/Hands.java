package io.sluice.cli;

import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;

/** Runs a command in this process, and keeps what it said. */
record Hands(int exit, String out, String err) {
  static Hands run(Map<String, String> environment, String... args) {
    return typing("", environment, args);
  }

  /** The same, with this on standard input. */
  static Hands typing(String typed, Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Main.run(
            new Surroundings(
                environment,
                new BufferedReader(new StringReader(typed)),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                closed -> {}),
            args);
    return new Hands(exit, out.toString(), err.toString());
  }

  static Hands run(String... args) {
    return run(Map.of(), args);
  }
}
