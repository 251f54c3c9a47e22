package io.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.admin.ApiKey;
import io.sluice.model.ChannelName;
import io.sluice.model.Grants;
import io.sluice.server.auth.Roles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessSettingsTest {
  private static final String SECRET = "0123456789-api-key-0123456789-abc";
  private static final String DIGEST = "ab".repeat(32);

  @TempDir private Path folder;

  private Settings file(String yaml) throws Exception {
    return Settings.load(
        Map.of(), Files.writeString(folder.resolve("sluice.yaml"), yaml), Map.of());
  }

  private static Roles roles(Settings settings) {
    return settings.auth().rules().roles();
  }

  @Test
  void rolesAreReadWithTheirPatterns() throws Exception {
    Settings settings =
        file(
            """
            roles:
              writer: {publish: [tasks, "tasks.>"], subscribe: tasks}
              speaker: {broadcast: ["news.*"], disconnect: true}
              idle: {}
            """);
    Grants writer = roles(settings).of("writer");
    assertThat(writer.mayPublish(new ChannelName("tasks.a"))).isTrue();
    assertThat(writer.maySubscribe(new ChannelName("tasks"))).isTrue();
    assertThat(writer.mayBroadcast(new ChannelName("tasks"))).isFalse();
    assertThat(writer.disconnect()).isFalse();
    Grants speaker = roles(settings).of("speaker");
    assertThat(speaker.mayBroadcast(new ChannelName("news.a"))).isTrue();
    assertThat(speaker.mayPublish(new ChannelName("news.a"))).isFalse();
    assertThat(speaker.disconnect()).isTrue();
    assertThat(roles(settings).of("idle")).isEqualTo(Grants.NONE);
    assertThat(roles(settings).of("somebody")).isEqualTo(Grants.NONE);
  }

  @Test
  void rolesFitIntoAVariable() throws Exception {
    Settings settings =
        Settings.load(
            Map.of(), null, Map.of("SLUICE_ROLES", "{reader: {subscribe: [news], publish: []}}"));
    assertThat(roles(settings).of("reader").maySubscribe(new ChannelName("news"))).isTrue();
  }

  @Test
  void aRolesNameMayHaveDots() throws Exception {
    assertThat(roles(file("roles: {a.b: {publish: [x]}}")).has("a.b")).isTrue();
  }

  @Test
  void apiKeysAreKeptAsDigests() throws Exception {
    Settings settings =
        file(
            """
            roles:
              reader: {subscribe: [news]}
            api-keys:
              billing: {secret: %s}
              reports: {sha256: %s, role: reader}
              relay: {secret: x%s, publish: [in], role: gone}
              boss: {secret: y%s, role: admin}
            """
                .formatted(SECRET, DIGEST, SECRET, SECRET));
    List<ApiKey> keys = settings.apiKeys().all();
    assertThat(keys)
        .extracting(ApiKey::name)
        .containsExactly("billing", "reports", "relay", "boss");
    assertThat(keys.get(0).digest()).isEqualTo(ApiKey.digestOf(SECRET));
    assertThat(keys.get(0).grants()).isEqualTo(Grants.ADMIN);
    assertThat(keys.get(1).digest()).isEqualTo(ApiKey.digestFrom(DIGEST));
    assertThat(keys.get(1).role()).isEqualTo("reader");
    assertThat(keys.get(1).grants().maySubscribe(new ChannelName("news"))).isTrue();
    assertThat(keys.get(1).grants().mayPublish(new ChannelName("news"))).isFalse();
    assertThat(keys.get(2).grants().mayPublish(new ChannelName("in"))).isTrue();
    assertThat(keys.get(2).grants().maySubscribe(new ChannelName("in"))).isFalse();
    assertThat(keys.get(3).grants()).isEqualTo(Grants.ADMIN);
    assertThat(settings.toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "roles: [] | roles: not a map",
        "roles: {} | roles: not a map",
        "roles: reader | roles: not a map",
        "roles: {reader: [news]} | roles.reader: needs settings of its own",
        "roles: {'': {publish: [a]}} | roles: a name has 1 to 256 characters",
        "roles: {reader: {publish: [a*]}} | roles.reader: publish: an entry is not a channel",
        "roles: {reader: {publish: [7]}} | an entry is not text",
        "roles: {reader: {publsh: [a]}} | publsh: there is no such setting; did you mean publish?",
        "roles: {reader: {disconnect: maybe}} | maybe' is not true or false",
        "role: {reader: {publish: [a]}} | role.reader.publish: there is no such setting; did you"
            + " mean roles?",
        "api-keys: [] | api-keys: not a map",
        "api-key: {a: {secret: x}} | there is no such setting; did you mean api-keys?",
        "api-keys: {a: {}} | api-keys.a: give one of secret and sha256",
        "api-keys: {a: {secret: hunter2, sha256: hunter2}} | api-keys.a: give one of",
        "api-keys: {a: {secret: hunter2}} | api-keys.a: secret: must have 32 to 256 characters",
        "api-keys: {a: {secret: 7}} | put it in quotes",
        "api-keys: {a: {sha256: hunter2}} | api-keys.a: sha256: not 64 hexadecimal digits",
        "api-keys: {a: {secrets: hunter2}} | secrets: there is no such setting; did you mean"
            + " secret?",
        "api-keys: {a: {sha256: DIGEST, role: raeder}} | there is no role raeder in roles",
        "api-keys: {a: {sha256: DIGEST}, b: {sha256: DIGEST}} | api-keys.b: has the secret of a",
        "telemetry: {enabled: perhaps} | perhaps' is not true or false",
        "telemetry: {every: 10ms} | telemetry.every",
        "telemetry: {evry: 1s} | telemetry.evry: there is no such setting; did you mean"
            + " telemetry.every?",
      })
  void aMistakeIsOneClearLineAndQuotesNoSecret(String yaml, String message) throws Exception {
    Path path =
        Files.writeString(folder.resolve("sluice.yaml"), yaml.replace("DIGEST", DIGEST) + "\n");
    assertThatThrownBy(() -> Settings.load(Map.of(), path, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1)
        .doesNotContain("hunter2", DIGEST);
  }

  @Test
  void anUnknownVariableNamesTheNearest() {
    assertThatThrownBy(() -> Settings.load(Map.of(), null, Map.of("SLUICE_APIKEYS", "{}")))
        .hasMessageContaining("did you mean SLUICE_API_KEYS?");
  }

  @Test
  void telemetrySpeaksEveryFiveSecondsUnlessToldOtherwise() throws Exception {
    assertThat(file("port: 1").telemetry())
        .isEqualTo(new TelemetrySettings(true, Duration.ofSeconds(5)));
    assertThat(file("telemetry: {enabled: false, every: 1m}").telemetry())
        .isEqualTo(new TelemetrySettings(false, Duration.ofMinutes(1)));
  }
}
