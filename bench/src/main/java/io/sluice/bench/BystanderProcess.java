package io.sluice.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Owner: the program's thread. A {@link Bystander} in a process of its own, so that it is not held
 * up by whatever the clients of the storm do to theirs.
 */
final class BystanderProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final Writer input;
  private final String user;

  BystanderProcess(String url, String token, String channel) throws IOException {
    process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Bystander.class.getName(),
                url,
                token,
                channel)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    output = process.inputReader(StandardCharsets.UTF_8);
    input = process.outputWriter(StandardCharsets.UTF_8);
    user = output.readLine();
  }

  /** Whose it is. */
  String user() {
    return user;
  }

  /** What it measured until now was one part, and the next begins. */
  void mark() throws IOException {
    input.write('\n');
    input.flush();
  }

  /** Ends the last part, prints what it measured, and says whether it kept its connection. */
  boolean finish() throws IOException, InterruptedException {
    mark();
    output.lines().forEach(System.out::println);
    return process.waitFor() == 0;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
