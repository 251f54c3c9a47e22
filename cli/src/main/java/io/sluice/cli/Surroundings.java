package io.sluice.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a command sees of the process it runs in.
 *
 * @param environment the variables
 * @param in what is typed or piped in
 * @param out for what was asked for
 * @param err for everything else
 * @param unread calls what it is given once nobody reads {@code out} any more
 */
record Surroundings(
    Map<String, String> environment,
    BufferedReader in,
    PrintWriter out,
    PrintWriter err,
    Consumer<Runnable> unread) {
  /** The real ones. */
  static Surroundings ofProcess() {
    return new Surroundings(
        System.getenv(),
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        ClosedPipe::watch);
  }
}
