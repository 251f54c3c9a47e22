package io.sluice.cli.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Owner: the command. A server in a process of its own, with this JVM's options. */
public final class OwnServer implements AutoCloseable {
  private static final String READY = "sluice ready http://";
  private static final int PATIENCE_SECONDS = 10;

  private final Process process;
  private final URI socket;

  private OwnServer(Process process, URI socket) {
    this.process = process;
    this.socket = socket;
  }

  /**
   * Starts one on a free port.
   *
   * @param main the class with the command {@code serve}
   * @param secret what its tokens are signed with
   */
  public static OwnServer start(Class<?> main, String secret) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(ProcessHandle.current().info().command().orElse("java"));
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // The launcher's cache of classes is for its own command line.
      boolean cache = option.startsWith("-XX:AOT") || option.startsWith("-Xlog");
      if (!cache && (option.startsWith("-X") || option.startsWith("--enable-native-access"))) {
        line.add(option);
      }
    }
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    line.addAll(List.of("serve", "--host", "127.0.0.1", "--port", "0"));
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("SLUICE_SECRET", secret);
    builder.environment().putIfAbsent("SLUICE_LOG", "warn");
    Process process = builder.start();
    try {
      return new OwnServer(process, address(process));
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static URI address(Process process) throws IOException {
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith(READY)) {
        return URI.create("ws://" + line.substring(READY.length()) + "/ws");
      }
    }
    throw new IOException("the server did not start");
  }

  /** Where its WebSocket is. */
  public URI socket() {
    return socket;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}
