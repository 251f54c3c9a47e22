package io.sluice.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a shell did: one script, run from the folder of the house as a person would.
 *
 * @param exit its exit code
 * @param out what it printed
 * @param err what it said beside
 */
record Sh(int exit, String out, String err) {
  private static final Path HOUSE = Path.of(System.getProperty("sluice.root"));
  private static final int PATIENCE_SECONDS = 120;

  /** Runs a script to its end, with this on its standard input and this in its environment. */
  static Sh run(String script, String typed, Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(List.of("bash", "-euc", "set -o pipefail\n" + script))
            .directory(HOUSE.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("SLUICE_.*|PORT|.*_(URL|SECRET)"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      CompletableFuture<String> out = read(process.getInputStream());
      CompletableFuture<String> err = read(process.getErrorStream());
      try (var keyboard = process.outputWriter(StandardCharsets.UTF_8)) {
        keyboard.write(typed);
      }
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("still running after " + PATIENCE_SECONDS + " s: " + script);
      }
      // A child that was left behind may hold them open: what it says belongs to nobody.
      return new Sh(
          process.exitValue(),
          out.completeOnTimeout("", 10, TimeUnit.SECONDS).join(),
          err.completeOnTimeout("", 10, TimeUnit.SECONDS).join());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<String> read(java.io.InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            return e.toString();
          }
        },
        task -> Thread.ofVirtual().start(task));
  }
}
