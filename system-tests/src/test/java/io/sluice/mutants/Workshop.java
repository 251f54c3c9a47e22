package io.sluice.mutants;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Copies a room, breaks the copy, compiles it, and runs tests against it. */
final class Workshop {
  private static final long PATIENCE_SECONDS = 60;

  private final Path house;
  private final Path bench;

  /**
   * A workshop.
   *
   * @param house the repository; nothing is written there
   * @param bench an empty folder
   */
  Workshop(Path house, Path bench) {
    this.house = house;
    this.bench = bench;
  }

  /** How a test run ended, and what it said. */
  record Run(int exit, String said) {}

  /** Breaks a copy of the mutant's room and runs the test that must notice. */
  Run run(Mutant mutant) throws Exception {
    Path copy = bench.resolve(mutant.name());
    Path sources = Path.of(mutant.module(), "src", "main", "java");
    copy(house.resolve(sources), copy.resolve(sources));
    mutant.patch().apply(copy);
    Path classes = copy.resolve("classes");
    compile(copy.resolve(sources), classes);
    return test(List.of(classes.toString()), List.of(mutant.module()), List.of(mutant.red()));
  }

  /** Runs tests against the house as it is. */
  Run run(Collection<String> modules, Collection<String> tests) throws Exception {
    return test(List.of(), modules, tests);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IllegalStateException("tests must run on a JDK");
    }
    List<String> options =
        List.of(
            "-proc:none",
            "-nowarn",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, null);
        Stream<Path> all = Files.walk(sources)) {
      List<Path> java = all.filter(file -> file.toString().endsWith(".java")).toList();
      boolean compiled =
          compiler
              .getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(java))
              .call();
      if (!compiled) {
        throw new IllegalArgumentException("the mutant does not compile:\n" + said);
      }
    }
  }

  private Run test(List<String> first, Collection<String> modules, Collection<String> tests)
      throws Exception {
    List<String> classPath = new ArrayList<>(first);
    for (String module : modules) {
      classPath.add(house.resolve(module).resolve("target/test-classes").toString());
    }
    classPath.add(System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    command.add(NamedTests.class.getName());
    command.addAll(tests);
    return start(command);
  }

  private Run start(List<String> command) throws Exception {
    Path output = Files.createTempFile(bench, "run", ".txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return new Run(NamedTests.NOTHING, "hangs\n" + Files.readString(output));
      }
      return new Run(process.exitValue(), Files.readString(output));
    } finally {
      process.destroyForcibly();
    }
  }
}
