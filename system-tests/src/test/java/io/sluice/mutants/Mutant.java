package io.sluice.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One way to break the house.
 *
 * @param name of its file
 * @param module the room it breaks
 * @param red the test that must notice, as {@code class#method}
 * @param patch what is changed
 */
record Mutant(String name, String module, String red, Patch patch) {
  private static final String SUFFIX = ".patch";
  private static final String RED = "Red: ";

  /** Those in a folder, by name. */
  static List<Mutant> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .sorted()
          .map(Mutant::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Mutant read(Path file) {
    try {
      return parse(file.getFileName().toString().replace(SUFFIX, ""), Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Mutant parse(String name, List<String> lines) {
    List<String> red =
        lines.stream()
            .filter(line -> line.startsWith(RED))
            .map(line -> line.substring(RED.length()))
            .toList();
    Patch patch = Patch.parse(lines);
    Set<String> modules =
        patch.hunks().stream()
            .map(hunk -> hunk.file().substring(0, hunk.file().indexOf('/')))
            .collect(Collectors.toSet());
    if (red.size() != 1 || modules.size() != 1) {
      throw new IllegalArgumentException(name + " names " + red + " and touches " + modules);
    }
    return new Mutant(name, modules.iterator().next(), red.getFirst(), patch);
  }

  @Override
  public String toString() {
    return name;
  }
}
