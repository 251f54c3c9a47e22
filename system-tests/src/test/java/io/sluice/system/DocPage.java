package io.sluice.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the documentation, as far as it can be run. Its fenced blocks are told apart by the
 * words behind the fence:
 *
 * <ul>
 *   <li>{@code sh}: run in one shell for the whole page, from the folder of the house, and must end
 *       with 0
 *   <li>{@code sh fails}: must not end with 0
 *   <li>{@code sh background}: goes on running while the rest of the page does; what follows waits
 *       until it has said something
 *   <li>{@code sh foreign}: needs software that is not ours, and is not run
 *   <li>{@code text output} and {@code json output}: what the {@code sh} block before it prints,
 *       where {@code …} stands for anything
 *   <li>all others are not run
 * </ul>
 *
 * <p>A comment {@code <!-- settings: … -->} holds the settings of the page's server, in YAML.
 */
record DocPage(Path path, String settings, List<Block> blocks) {
  private static final Pattern FENCE = Pattern.compile("^( *)(`{3,})(.*)$");
  private static final Pattern SETTINGS = Pattern.compile("(?s)<!-- settings:(.*?)-->");
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?m)^(\\$ )?(\\./sluice|curl|npx|npm|docker|java|node|mvn|openssl|bench/\\S+)( |$)");

  /** One fenced block, and the line it begins in. */
  record Block(int line, List<String> words, String text) {
    boolean is(String... wanted) {
      return words.equals(List.of(wanted));
    }

    boolean isRun() {
      return !words.isEmpty() && words.getFirst().equals("sh") && !words.contains("foreign");
    }

    boolean isOutput() {
      return words.contains("output");
    }

    /** Whether it shows a command and nothing says that it is run. */
    boolean isForgotten() {
      return (words.isEmpty() || words.getFirst().equals("text"))
          && !words.contains("output")
          && COMMAND.matcher(text).find();
    }
  }

  static DocPage read(Path path) throws IOException {
    List<String> lines = Files.readAllLines(path);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher fence = FENCE.matcher(lines.get(i));
      if (fence.matches()) {
        int end = i + 1;
        while (end < lines.size() && !lines.get(end).strip().equals(fence.group(2))) {
          end++;
        }
        String text = String.join("\n", lines.subList(i + 1, Math.min(end, lines.size())));
        blocks.add(new Block(i + 1, words(fence.group(3)), text.stripIndent()));
        i = end;
      }
    }
    Matcher settings = SETTINGS.matcher(String.join("\n", lines));
    return new DocPage(path, settings.find() ? settings.group(1).stripIndent() : "", blocks);
  }

  private static List<String> words(String info) {
    return Arrays.stream(info.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  /** Whether there is anything to run on it. */
  boolean isRun() {
    return blocks.stream().anyMatch(Block::isRun);
  }

  /** Whether it starts its server itself. */
  boolean servesItself() {
    return blocks.stream()
        .anyMatch(block -> block.is("sh", "background") && block.text().contains("sluice serve"));
  }

  @Override
  public String toString() {
    return path.getFileName().toString();
  }
}
