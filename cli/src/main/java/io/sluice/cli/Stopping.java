package io.sluice.cli;

import io.sluice.server.Sluice;

/**
 * Turns SIGTERM and Ctrl-C into an orderly stop and exit code 0.
 *
 * <p>A JVM that ends by a signal leaves with 128 plus its number, which an orchestrator reads as a
 * crash. Handlers of our own would need {@code sun.misc.Signal}, which javac warns of and may go
 * away. So the shutdown hook, which every JVM runs on these signals, stops the server and then
 * halts the JVM itself with 0. The hook is installed once the server runs: a start that fails ends
 * with its own code.
 */
final class Stopping {
  private Stopping() {}

  static void onSignal(Sluice sluice, Surroundings surroundings) {
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("sluice-stop")
                .unstarted(
                    () -> {
                      sluice.close();
                      surroundings.out().flush();
                      surroundings.err().flush();
                      Runtime.getRuntime().halt(0);
                    }));
  }
}
