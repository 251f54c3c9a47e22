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
      `2GiB`. In a variable a list has commas between its entries, and `channels`, `roles` and `api-keys` are YAML on one
      line. An empty variable counts as none.

      Without `secret`, `keys` and `jwks` the server is in development mode: it listens on loopback
      only, makes up a secret for as long as it runs, and prints a token.

      A token must carry `exp` (unless `allow-no-expiry`) and name its user in `userId`, `user_id`
      or `sub`, the first of them that is there.

      ## Roles

      What a token may do is decided once, when it is checked, by the first of these that is there:

      1. its own claims `publish`, `subscribe`, `broadcast` (lists of patterns) and `disconnect`
         (true or false): with any of them it may do what they name, and nothing else;
      2. the entry of its role in `roles`; the role `admin` may do everything unless it has one;
      3. the entry `default` in `roles`;
      4. nothing, if there are `roles`; else publishing and subscribing everywhere.

      ```yaml
      roles:
        editor: {publish: ["news.>"], subscribe: ["news.>", chat], broadcast: [news]}
        warden: {subscribe: [">"], disconnect: true}
        default: {subscribe: [lobby]}
      ```

      To subscribe also means to read history and presence, to broadcast means to speak in the
      server's own name, to disconnect means to end the connections of others. In a pattern `*`
      stands for one segment between dots and a closing `>` for one or more; what is left out of an
      entry is not allowed. [examples/nexus-roles.yaml](../examples/nexus-roles.yaml) is the table
      of the founding document, ready to use.

      ## Channels

      Every channel works without being configured. `channels` is a list of namespaces, each with a
      `pattern` and what its channels do differently; the first that covers a channel counts, and
      what it leaves out is as everywhere. [channels.md](channels.md) and
      [delivery.md](delivery.md) tell what each of it means for those who publish and subscribe.

      ```yaml
      channels:
        - pattern: telemetry.>
          policy: latest
          conflateBy: agent_id
          log: {messages: 10000, bytes: 16MiB}
        - pattern: agent.*.text
          policies: [lossless]
          hold: {enabled: true, bytes: 64KiB, patience: 1m}
        - pattern: task.>
          feed: {enabled: true, messages: 10000}
          publish: [agent, admin]
          clients: {payloadBytes: 16KiB}
          priority: high
      ```

      Two namespaces stand behind the list, where it may have others before them: `telemetry` is
      `latest`, and in development mode `playground.>` has hold (32 KiB) and a feed, for the page to
      show them.

      CHANNEL_KEYS
      ## API keys

      A key is for a program that uses the REST API without a user: `Authorization: Bearer` or
      `X-API-Key`. It is given as a secret of 32 to 256 characters, or as the SHA-256 of one in
      hexadecimal, so that the file holds nothing to steal. It may do what it names itself, else
      what its role may, else everything. Its name is the `from` of what it publishes.

      ```yaml
      api-keys:
        billing: {sha256: 5f7f2a6e0c1d4b3a98e7d6c5b4a39281706f5e4d3c2b1a0918273645546372ff}
        reports: {secret: 9d1c0b7f3e5a48269b8e7d6c5f4a3b2c, role: editor}
      ```

      ## All settings

      `SLUICE_LOG` sets the log's level: `error`, `warn`, `info` (the default), `debug`, `trace`.
      The log goes to standard error. The commands `pub`, `sub` and `bench` take the server's
      address from `SLUICE_URL` and a token from `SLUICE_TOKEN`.

      This page is printed by a test; `mvn -pl server -am test -Dsluice.docs.update=true` renews it.

      | key | variable | takes | default | meaning |
      |---|---|---|---|---|
      """;

  private SettingsTable() {}

  /** The page, as Markdown. */
  public static String print() {
    StringBuilder page = new StringBuilder(HEAD.replace("CHANNEL_KEYS\n", channelKeys()));
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

  private static String channelKeys() {
    StringBuilder table =
        new StringBuilder("| key | takes | default | meaning |\n|---|---|---|---|\n");
    for (KeyReader.KnownKey key : knownOfChannels()) {
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(key.name(), key.kind(), key.fallback(), key.meaning()));
    }
    return table.append('\n').toString();
  }

  private static List<KeyReader.KnownKey> knownOfChannels() {
    try {
      return ChannelRules.known();
    } catch (SettingsException e) {
      throw new IllegalStateException("the defaults are not good settings", e);
    }
  }

  /**
   * A key, as the page shows it.
   *
   * @param variables its names in the environment, ours first
   * @param takes what may be written
   * @param fallback what holds if nothing is
   */
  public record Row(
      String key, List<String> variables, String takes, String fallback, String meaning) {}

  /** The rows of the page. */
  public static List<Row> rows() {
    return keys().stream().map(SettingsTable::row).toList();
  }

  private static Row row(KeyReader.KnownKey key) {
    String ours = Environment.nameOf(key.name());
    String seed = Environment.seedNameOf(key.name());
    List<String> variables = seed == null ? List.of(ours) : List.of(ours, seed);
    return new Row(key.name(), variables, key.kind(), key.fallback(), key.meaning());
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
