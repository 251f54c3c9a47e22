package io.sluice.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A unified diff. It is applied by its text alone: what a hunk wants to see must stand in the file
 * exactly once, wherever that is. So a patch lives on while lines move around it, and fails loudly
 * when its own lines change.
 *
 * @param hunks at least one
 */
record Patch(List<Hunk> hunks) {
  /**
   * One change.
   *
   * @param file relative to the repository
   * @param before the lines it wants to see
   * @param after the lines it leaves
   */
  record Hunk(String file, List<String> before, List<String> after) {}

  static Patch parse(List<String> diff) {
    List<Hunk> hunks = new ArrayList<>();
    String file = "";
    for (String line : diff) {
      if (line.startsWith("--- a/")) {
        file = line.substring("--- a/".length());
      } else if (line.startsWith("+++ ")) {
        check(line.equals("+++ b/" + file), "a patch changes files, it does not move them", line);
      } else if (line.startsWith("@@ ")) {
        check(!file.isEmpty(), "a hunk without a file", line);
        hunks.add(new Hunk(file, new ArrayList<>(), new ArrayList<>()));
      } else if (!hunks.isEmpty()) {
        add(hunks.getLast(), line);
      }
    }
    check(!hunks.isEmpty(), "no hunk", "in " + diff.size() + " lines");
    return new Patch(List.copyOf(hunks));
  }

  private static void add(Hunk hunk, String line) {
    String text = line.isEmpty() ? "" : line.substring(1);
    switch (line.isEmpty() ? ' ' : line.charAt(0)) {
      case ' ' -> {
        hunk.before().add(text);
        hunk.after().add(text);
      }
      case '-' -> hunk.before().add(text);
      case '+' -> hunk.after().add(text);
      default -> throw new IllegalArgumentException("not a line of a hunk: " + line);
    }
  }

  /** Changes the files under this copy of the repository. */
  void apply(Path root) throws IOException {
    for (Hunk hunk : hunks) {
      Path file = root.resolve(hunk.file());
      check(Files.exists(file), "the source has moved: there is no", hunk.file());
      Files.write(file, replaced(Files.readAllLines(file), hunk));
    }
  }

  private static List<String> replaced(List<String> lines, Hunk hunk) {
    int at = Collections.indexOfSubList(lines, hunk.before());
    check(at >= 0, "the source has moved: a hunk does not fit", hunk.file());
    int last = Collections.lastIndexOfSubList(lines, hunk.before());
    check(at == last, "a hunk fits more than once", hunk.file());
    List<String> changed = new ArrayList<>(lines.subList(0, at));
    changed.addAll(hunk.after());
    changed.addAll(lines.subList(at + hunk.before().size(), lines.size()));
    check(!changed.equals(lines), "a hunk changes nothing", hunk.file());
    return changed;
  }

  private static void check(boolean holds, String what, String where) {
    if (!holds) {
      throw new IllegalArgumentException(what + ": " + where);
    }
  }
}
