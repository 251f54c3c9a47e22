package io.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Grants;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Priority;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private static Settings load(Map<String, String> flags, Map<String, String> environment)
      throws SettingsException {
    return Settings.load(flags, null, environment);
  }

  private Settings file(String yaml) throws Exception {
    return Settings.load(Map.of(), write(yaml), Map.of());
  }

  private Path write(String yaml) throws Exception {
    return Files.writeString(folder.resolve("sluice.yaml"), yaml);
  }

  private void assertFileRefused(String yaml, String message) throws Exception {
    Path path = write(yaml);
    assertThatThrownBy(() -> Settings.load(Map.of(), path, Map.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1);
  }

  private static void assertRefused(
      Map<String, String> flags, Map<String, String> environment, String message) {
    assertThatThrownBy(() -> load(flags, environment))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1)
        .doesNotContain("hunter2");
  }

  @Test
  void nothingGivenIsDevelopmentOnLoopback() throws Exception {
    Settings settings = load(Map.of(), Map.of());
    assertThat(settings.host()).isEqualTo("127.0.0.1");
    assertThat(settings.port()).isEqualTo(8_080);
    assertThat(settings.auth().isDevelopment()).isTrue();
    assertThat(settings.limits()).isEqualTo(Limits.defaults(Runtime.getRuntime().maxMemory()));
    assertThat(settings.namespaces().of(new ChannelName("any")).log())
        .isEqualTo(Limits.Log.DEFAULTS);
  }

  @Test
  void flagsComeBeforeVariablesBeforeTheFileBeforeDefaults() throws Exception {
    Path yaml = write("port: 1\nlanes: 3\nissuer: file\naudience: [file]\n");
    Map<String, String> variables =
        Map.of("SLUICE_PORT", "2", "PORT", "9", "SLUICE_ISSUER", "variable");
    Settings settings = Settings.load(Map.of("port", "3"), yaml, variables);
    assertThat(settings.port()).isEqualTo(3);
    assertThat(settings.auth().rules().issuer()).isEqualTo("variable");
    assertThat(settings.auth().rules().audiences()).containsExactly("file");
    assertThat(Settings.load(Map.of(), yaml, variables).port()).isEqualTo(2);
    assertThat(Settings.load(Map.of(), yaml, Map.of("PORT", "9")).port()).isEqualTo(9);
    assertThat(Settings.load(Map.of(), yaml, Map.of()).port()).isEqualTo(1);
  }

  @Test
  void theNamesOfTheFoundingDocumentsAreUnderstood() throws Exception {
    Settings settings = load(Map.of(), Map.of("PORT", "9000", "NEXUS_JWT_SECRET", SECRET));
    assertThat(settings.port()).isEqualTo(9_000);
    assertThat(settings.auth().secrets()).hasSize(1);
    assertRefused(Map.of(), Map.of("REDIS_URL", "redis://hunter2@h"), "REDIS_URL: this release");
    assertRefused(Map.of(), Map.of("SLUICE_REDIS", "redis://h"), "SLUICE_REDIS: this release");
  }

  @Test
  void theFileMayBeNamedByAVariable() throws Exception {
    Path yaml = write("port: 77");
    assertThat(load(Map.of(), Map.of("SLUICE_CONFIG", yaml.toString())).port()).isEqualTo(77);
    assertRefused(Map.of(), Map.of("SLUICE_CONFIG", folder + "/none"), "there is no such file");
  }

  @Test
  void anEmptyVariableCountsAsNone() throws Exception {
    assertThat(load(Map.of(), Map.of("SLUICE_SECRET", "", "PORT", "")).auth().isDevelopment())
        .isTrue();
  }

  @Test
  void aFileSetsTheTreeAndTheRulesOfChannels() throws Exception {
    Settings settings =
        file(
            """
            secret: 0123456789abcdef0123456789abcdef
            host: 0.0.0.0
            limits:
              session: {subscriptions: 5, heartbeat: 2s}
              log.messages: 7
            channels:
              - pattern: "big.*"
                log: {messages: 100000, bytes: 256MiB, age: 1h}
              - pattern: big.>
                log: {age: 1d}
            """);
    assertThat(settings.limits().session().subscriptions()).isEqualTo(5);
    assertThat(settings.limits().session().heartbeat()).isEqualTo(Duration.ofSeconds(2));
    Limits.Log log = settings.namespaces().of(new ChannelName("big.one")).log();
    assertThat(log.messages()).isEqualTo(100_000);
    assertThat(log.bytes()).isEqualTo(256L << 20);
    assertThat(log.age()).isEqualTo(Duration.ofHours(1));
    Limits.Log deep = settings.namespaces().of(new ChannelName("big.one.two")).log();
    assertThat(deep.age()).isEqualTo(Duration.ofDays(1));
    assertThat(deep.messages()).isEqualTo(7);
    assertThat(settings.namespaces().of(new ChannelName("small")).log().messages()).isEqualTo(7);
  }

  @Test
  void aNamespaceSaysEverythingThatItsChannelsDoDifferently() throws Exception {
    Settings settings =
        file(
            """
            channels:
              - pattern: a.>
                policy: latest
                policies: [lossless]
                conflateBy: id
                latest: {keys: 5}
                drop-oldest: {messages: 6}
                disconnect: {messages: 7}
                hold: {enabled: true, bytes: 8KiB, readers: 9, patience: 10s}
                feed: {enabled: true, messages: 11}
                presence: false
                publish: [agent, admin]
                clients: {payloadBytes: 12, subscribers: 13}
                priority: high
            """);
    ChannelSettings a = settings.namespaces().of(new ChannelName("a.b"));
    assertThat(a.delivery())
        .isEqualTo(
            new ChannelSettings.Delivery(
                Policy.LATEST, Set.of(Policy.LATEST, Policy.LOSSLESS), "id", 5, 6, 7));
    assertThat(a.hold()).isEqualTo(new ChannelSettings.Hold(8 << 10, 9, Duration.ofSeconds(10)));
    assertThat(a.feed()).isNotNull();
    assertThat(a.feed().messages()).isEqualTo(11);
    assertThat(a.presence()).isFalse();
    assertThat(a.rights()).isEqualTo(new ChannelSettings.Rights(Set.of("agent", "admin"), null));
    assertThat(a.clients()).isEqualTo(new ChannelSettings.Clients(12, 13));
    assertThat(a.priority()).isEqualTo(Priority.HIGH);
    assertThat(settings.namespaces().of(new ChannelName("a")))
        .isEqualTo(ChannelSettings.of(Limits.Log.DEFAULTS));
  }

  @Test
  void noneButAGraphSpeaksInItsChannelsWhateverIsSaid() throws Exception {
    for (String rules :
        List.of(
            "port: 1",
            "channels: [{pattern: '>'}]",
            "channels: [{pattern: 'graph.>', publish: [admin]}]")) {
      Namespaces namespaces = file(rules).namespaces();
      for (String own : List.of("graph.city.5", "graph.city.changes")) {
        ChannelName channel = new ChannelName(own);
        assertThat(namespaces.mayPublish(Grants.ADMIN, "admin", channel)).isFalse();
        assertThat(namespaces.mayBroadcast(Grants.ADMIN, channel)).isFalse();
        assertThat(namespaces.maySubscribe(Grants.ADMIN, "admin", channel)).isTrue();
      }
      for (String other : List.of("graph.city", "voice.hall", "news")) {
        ChannelName channel = new ChannelName(other);
        assertThat(namespaces.mayPublish(Grants.ADMIN, "admin", channel)).isTrue();
        assertThat(namespaces.mayBroadcast(Grants.ADMIN, channel)).isTrue();
      }
    }
  }

  @Test
  void telemetryIsForWhoWantsTheNewestUnlessToldOtherwise() throws Exception {
    ChannelName telemetry = new ChannelName("telemetry");
    ChannelSettings.Delivery built = file("port: 1").namespaces().of(telemetry).delivery();
    assertThat(built.policy()).isEqualTo(Policy.LATEST);
    assertThat(built.conflateBy()).isEqualTo(ChannelSettings.Delivery.BY_KEY);
    assertThat(built.allowed()).contains(Policy.values());
    Settings told = file("channels: [{pattern: telemetry, policy: lossless}]");
    assertThat(told.namespaces().of(telemetry).delivery().policy()).isEqualTo(Policy.LOSSLESS);
    assertThat(file("port: 1").namespaces().of(new ChannelName("tasks")).delivery().policy())
        .isEqualTo(Policy.LOSSLESS);
  }

  @Test
  void rulesOfChannelsFitIntoAVariable() throws Exception {
    Settings settings =
        load(Map.of(), Map.of("SLUICE_CHANNELS", "[{pattern: 'a.>', log: {messages: 3}}]"));
    assertThat(settings.namespaces().of(new ChannelName("a.b.c")).log().messages()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prot: 80 | prot: there is no such setting; did you mean port?",
        "limits: {socket: {message-bytes: 1}} | did you mean limits.socket.messageBytes?",
        "limits: {sessions: {filters: 1}} | did you mean limits.session.filters?",
        "zzzzzzzzzzzzzzzz: 1 | zzzzzzzzzzzzzzzz: there is no such setting",
        "port: {number: 1} | port.number: there is no such setting",
        "channels: {a: 1} | channels: not a list",
        "channels: 7 | channels: not a list",
        "channels: [7] | channels[0]: not a namespace",
        "channels: [{log: {age: 1h}}] | channels[0]: pattern is not",
        "channels: [{pattern: 'a*'}] | channels[0]: pattern is not",
        "channels: [{pattern: a, logs: {age: 1h}}] | channels[0]: logs.age: there is no such",
        "channels: [{pattern: a, log: {mesages: 1}}] | did you mean log.messages?",
        "channels: [{pattern: a, log: {messages: 0}}] | channels[0]: log.messages: '0' is not",
        "channels: [{pattern: a, policy: fast}] | channels[0].policy: there is no policy 'fast'",
        "channels: [{pattern: a, policies: [latest, no]}] | channels[0].policies: there is no",
        "channels: [{pattern: a, priority: top}] | channels[0].priority: 'top' is not one of",
        "channels: [{pattern: a, latest: {keys: 0}}] | channels[0]: latest.keys: '0' is not",
        "channels: [{pattern: a, drop-oldest: {messages: x}}] | drop-oldest.messages: 'x' is not",
        "channels: [{pattern: a, disconnect: {messages: -1}}] | disconnect.messages: '-1' is not",
        "channels: [{pattern: a, hold: {enabled: true, bytes: 2MiB}}] | hold.bytes: more than log",
        "channels: [{pattern: a, policy: latest, policies: [latest], hold: {enabled: true}}] | only"
            + " lossless readers hold",
        "channels: [{pattern: a, hold: {patience: 1ms}}] | channels[0]: hold.patience: '1ms' is",
        "channels: [{pattern: a, hold: {readers: 0}}] | channels[0]: hold.readers: '0' is not",
        "channels: [{pattern: a, feed: {enabled: maybe}}] | channels[0]: feed.enabled: 'maybe' is",
        "channels: [{pattern: a, clients: {payloadBytes: 0}}] | clients.payloadBytes: '0' is not",
        "channels: [{pattern: a, publish: [7]}] | publish: an entry is not text",
        "secret: 11234567890123456789012345678901 | secret: not text; put it in quotes",
        "audience: [1] | audience: an entry is not text",
        "port: | port: needs one value",
        "port: [1] | port: needs one value",
        "[1, 2] | not a list of settings",
        "hello | not a list of settings",
        "port: 1\u2028port: 2 | not good YAML",
        "'a: b: c' | not good YAML",
        "{ | not good YAML",
      })
  void aMistakeInTheFileIsOneClearLine(String yaml, String message) throws Exception {
    assertFileRefused(yaml.replace('\u2028', '\n'), message);
  }

  @Test
  void aHugeFileIsRefused() throws Exception {
    assertFileRefused("#".repeat((1 << 20) + 1), "larger than 1MiB");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port | -1 | --port: '-1' is not a whole number, 0 to 65535",
        "port | 65536 | is not a whole number, 0 to 65535",
        "port | 80.0 | is not a whole number",
        "port | 99999999999999999999 | is not a whole number",
        "limits.socket.messageBytes | 1MB | is not a size such as 64KiB",
        "limits.socket.messageBytes | 9999999999GiB | is not a size",
        "limits.socket.messageBytes | 2GiB | is not a size",
        "limits.session.heartbeat | 30 | is not a duration such as 30s",
        "limits.session.heartbeat | 1ms | is not a duration such as 30s, 1s to 1h",
        "limits.session.heartbeat | 99999999999999999d | is not a duration",
        "allow-no-expiry | yes | is not true or false",
        "lanes | 0 | is not a whole number",
        "secret | hunter2 | --secret: 7 bytes are too few for a secret; give 32 or more",
        "previous-secret | 0123456789abcdef0123456789abcdef | needs a current secret",
        "issuer | '' | --issuer: it is empty",
        "host | 0.0.0.0 | --host: without a secret, keys or jwks",
        "host | db.internal | --host: without a secret",
        "jwks | http://example.org/keys | must be https",
        "jwks | ftp://127.0.0.1/keys | must be https",
        "jwks | keys.json | not an https address",
        "allowed-origins | https://a.example/ | an origin is scheme://host",
        "allowed-origins | a.example | an origin is scheme://host",
        "allowed-origins | https://user@a.example | an origin is scheme://host",
        "allowed-origins | 'https://a.example,' | an origin is scheme://host",
      })
  void aValueOutOfItsRangeIsOneClearLine(String key, String value, String message) {
    assertRefused(Map.of(key, value), Map.of(), message);
  }

  @Test
  void aKeyFileAndAKeyServerExcludeEachOther() {
    assertRefused(
        Map.of("keys", "f"), Map.of("SLUICE_JWKS", "https://h/k"), "--keys and SLUICE_JWKS");
  }

  @Test
  void anUnknownVariableOfOursIsAnErrorAndOthersAreNot() throws Exception {
    assertRefused(
        Map.of(),
        Map.of("SLUICE_PROT", "1"),
        "SLUICE_PROT: there is no such setting; did you mean SLUICE_PORT?");
    load(Map.of(), Map.of("OTHER_PORT", "x", "SLUICE_LOG", "debug", "SLUICE_JAVA_OPTS", "-Xmx1g"));
  }

  @Test
  void whatKubernetesSetsBesideAServiceCalledSluiceIsNotOurs() throws Exception {
    Map<String, String> links =
        Map.of(
            "SLUICE_PORT", "tcp://10.0.0.1:8080",
            "SLUICE_SERVICE_HOST", "10.0.0.1",
            "SLUICE_SERVICE_PORT", "8080",
            "SLUICE_SERVICE_PORT_HTTP", "8080",
            "SLUICE_PORT_8080_TCP", "tcp://10.0.0.1:8080",
            "SLUICE_PORT_8080_TCP_ADDR", "10.0.0.1");
    assertThat(load(Map.of(), links).port()).isEqualTo(8_080);
  }

  @Test
  void withASecretAnyAddressMayBeListenedOn() throws Exception {
    Settings settings = load(Map.of("host", "0.0.0.0", "secret", SECRET), Map.of());
    assertThat(settings.auth().isDevelopment()).isFalse();
    assertThat(load(Map.of("host", "0.0.0.0", "jwks", "https://h/k"), Map.of()).auth().jwks())
        .isEqualTo(URI.create("https://h/k"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost", "::1", "127.9.9.9"})
  void developmentListensOnAnyNameOfLoopback(String host) throws Exception {
    assertThat(load(Map.of("host", host), Map.of()).host()).isEqualTo(host);
  }

  @Test
  void twoSecretsAreKeptInTheirOrderAndNeverPrinted() throws Exception {
    Settings settings =
        load(Map.of("secret", SECRET), Map.of("SLUICE_PREVIOUS_SECRET", SECRET + "before"));
    assertThat(settings.auth().secrets()).hasSize(2);
    assertThat(settings.auth().secrets().getFirst().length()).isEqualTo(32);
    assertThat(settings.toString()).doesNotContain(SECRET);
  }

  @Test
  void listsAreWrittenWithCommasOrAsLists() throws Exception {
    assertThat(
            load(Map.of(), Map.of("SLUICE_ALLOWED_ORIGINS", "https://A.example, http://b:81"))
                .allowedOrigins())
        .isEqualTo(List.of("https://a.example", "http://b:81"));
    assertThat(file("allowed-origins: ['*']").allowedOrigins()).containsExactly("*");
  }
}
