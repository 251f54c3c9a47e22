package io.sluice.gateway.websocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The tables of {@code docs/protocols/websocket.md}. */
final class ProtocolPage {
  private ProtocolPage() {}

  /** The rows, as trimmed cells, of the table whose header line is {@code header}. */
  static List<List<String>> table(String header) {
    return lines().stream()
        .dropWhile(line -> !line.equals(header))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(ProtocolPage::cells)
        .toList();
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.substring(1).split("\\|")).map(String::strip).toList();
  }

  private static List<String> lines() {
    try {
      return Files.readAllLines(
          Path.of(System.getProperty("sluice.root"), "docs/protocols/websocket.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
