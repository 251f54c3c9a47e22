package io.sluice.system;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A foreign program, typed to and read line by line. Owned by one thread. */
final class Terminal implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;
  private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");
  private static final String END = "(the program has ended)";

  private final Process process;
  private final BufferedWriter keyboard;
  private final Thread watcher;
  private final LinkedBlockingQueue<String> screen = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();

  private Terminal(ProcessBuilder program) throws IOException {
    process = program.redirectErrorStream(true).start();
    keyboard = process.outputWriter();
    watcher = Thread.ofVirtual().start(() -> watch(process.inputReader()));
  }

  /** Runs a program. */
  static Terminal run(Path folder, String... command) throws IOException {
    return new Terminal(new ProcessBuilder(command).directory(folder.toFile()));
  }

  /** Runs {@code ./sluice serve} on a free port, with more in its environment. */
  static Terminal serve(Map<String, String> environment, String... options) throws IOException {
    Path house = Path.of(System.getProperty("sluice.root"));
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/env")) && IS_LINUX) {
      // A build that was put into the background ignores Ctrl-C, and so would what it starts.
      command.addAll(List.of("/usr/bin/env", "--default-signal=INT"));
    }
    command.addAll(List.of(house.resolve("sluice").toString(), "serve"));
    command.addAll(List.of(options));
    ProcessBuilder program = new ProcessBuilder(command).directory(house.toFile());
    program.environment().putAll(environment);
    return new Terminal(program);
  }

  /** Runs wscat against a URL. */
  static Terminal wscat(String url) throws IOException {
    return node("node_modules/wscat/bin/wscat", "--no-color", "--connect", url);
  }

  /** Runs a script of the system tests with Node. */
  static Terminal node(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("node"));
    command.addAll(List.of(arguments));
    return new Terminal(new ProcessBuilder(command).directory(scripts().toFile()));
  }

  private static Path scripts() {
    return Path.of(System.getProperty("sluice.root"), "system-tests/src/test/node");
  }

  private void watch(BufferedReader output) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        screen.add(line);
      }
    } catch (IOException e) {
      screen.add(e.toString());
    }
    screen.add(END);
  }

  /** Types a line. */
  void type(String line) throws IOException {
    keyboard.write(line);
    keyboard.newLine();
    keyboard.flush();
  }

  /** The next line that has this in it; fails with all that was seen instead. */
  String await(String part) throws InterruptedException {
    while (true) {
      String line = screen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError("no " + part + " in " + seen + (line == null ? "" : line));
      }
      seen.add(line);
      if (line.contains(part)) {
        return line;
      }
    }
  }

  /** Everything seen so far. */
  List<String> seen() {
    screen.drainTo(seen);
    seen.remove(END);
    return seen;
  }

  /** Sends it the signal to end. */
  void terminate() {
    process.destroy();
  }

  /** Its exit code, once it has ended by itself; {@link #seen} has all of its words then. */
  int exitCode(int seconds) throws InterruptedException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after " + seconds + " s: " + seen());
    }
    // Something it has left behind may hold its output open: what that says is not waited for.
    watcher.join(Duration.ofSeconds(10));
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
