package io.sluice.server.config;

import java.util.List;
import java.util.Map;

/** Prints the page of all settings from what a reader is asked for. */
public final class SettingsTable {
  private static final String HEAD =
      """
      # Configuration

      Flags come before environment variables, these before the file (`--config FILE` or
      `SLUICE_CONFIG`, YAML), and the file before the defaults. Nested names of the file are joined
      by dots here: `limits.socket.messageBytes` is written

      ```yaml
      port: 9000
      limits:
        socket:
          messageBytes: 2MiB
      channels:
        - pattern: "big.*"
          log: {messages: 100000, bytes: 256MiB, age: 1h}
      ```

      An unknown name is an error that names the nearest known one, and so is a value out of its
      range. Durations are written `500ms`, `30s`, `5m`, `1h`, `1d`; sizes `512`, `64KiB`, `1MiB`,
      `2GiB`. In a variable a list has commas between its entries, and `channels` is YAML on one
      line. An empty variable counts as none.

      Without `secret`, `keys` and `jwks` the server is in development mode: it listens on loopback
      only, makes up a secret for as long as it runs, and prints a token.

      A token must carry `exp` (unless `allow-no-expiry`) and name its user in `userId`, `user_id`
      or `sub`, the first of them that is there. Without `publish` and `subscribe`, lists of
      patterns, it may do everything; with either it may do what they name, and nothing else.

      `SLUICE_LOG` sets the log's level: `error`, `warn`, `info` (the default), `debug`, `trace`.
      The log goes to standard error.

      This page is printed by a test; `mvn -pl server -am test -Dsluice.docs.update=true` renews it.

      | key | variable | takes | default | meaning |
      |---|---|---|---|---|
      """;

  private SettingsTable() {}

  /** The page, as Markdown. */
  public static String print() {
    StringBuilder page = new StringBuilder(HEAD);
    for (KeyReader.KnownKey key : keys()) {
      String seed = Environment.seedNameOf(key.name());
      page.append(
          "| `%s` | `%s`%s | %s | %s | %s |%n"
              .formatted(
                  key.name(),
                  Environment.nameOf(key.name()),
                  seed == null ? "" : ", `" + seed + "`",
                  key.kind(),
                  key.fallback(),
                  key.meaning())
              .replace(System.lineSeparator(), "\n"));
    }
    return page.toString();
  }

  /** Every key there is. */
  static List<KeyReader.KnownKey> keys() {
    KeyReader reader = new KeyReader(Map.of(), new Environment(Map.of()), SettingsFile.NONE);
    try {
      new SettingsKeys(reader).read();
    } catch (SettingsException e) {
      throw new IllegalStateException("the defaults are not good settings", e);
    }
    return reader.known();
  }
}
