package io.sluice.races;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jcstress.Main;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/** Runs jcstress in a JVM of its own and reads what it wrote. */
final class Harness {
  private static final long PATIENCE_MINUTES = 60;

  private final Path folder;

  Harness(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /** Runs every race with these options, and gives one result per race and JVM configuration. */
  List<TestResult> run(List<String> options) throws Exception {
    empty();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Before this JVM knows what its forks are called, it would complain of jcstress's use of JNA.
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("-r", folder.resolve("report").toString()));
    command.addAll(options);
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        throw new IllegalStateException("jcstress hangs, see " + output);
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return read(output);
  }

  private List<TestResult> read(Path output) throws Exception {
    InProcessCollector results = new InProcessCollector();
    DiskReadCollector reader = new DiskReadCollector(blob(output).toString(), results);
    try {
      reader.dump();
    } finally {
      reader.close();
    }
    return List.copyOf(results.getTestResults());
  }

  private Path blob(Path output) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".bin.gz"))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("jcstress did not run, see " + output));
    }
  }

  private void empty() throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(folder);
  }
}
