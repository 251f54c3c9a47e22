package io.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsFaultsTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private List<String> faults(String yaml) throws Exception {
    Path file = Files.writeString(folder.resolve("f.yaml"), yaml);
    return SettingsFaults.of(Map.of(), file, Map.of()).stream()
        .map(line -> line.replace(file.toString(), "f.yaml"))
        .toList();
  }

  @Test
  void goodSettingsHaveNone() throws Exception {
    assertThat(SettingsFaults.of(Map.of(), null, Map.of())).isEmpty();
    assertThat(faults("port: 1\nhost: 0.0.0.0\nsecret: " + SECRET + "\n")).isEmpty();
    assertThat(faults("")).isEmpty();
  }

  @Test
  void everyMistakeIsFoundWhereverItStands() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("f.yaml"), "prot: 3\nlimits:\n  log: {messages: 0, mesages: 1}\n");
    Map<String, String> environment = Map.of("SLUICE_LANES", "0", "SLUICE_DATE", "x");
    assertThat(SettingsFaults.of(Map.of("port", "x"), file, environment))
        .containsExactlyInAnyOrder(
            "--port: 'x' is not a whole number, 0 to 65535",
            "SLUICE_LANES: '0' is not a whole number, 1 to 256",
            "SLUICE_DATE: there is no such setting; did you mean SLUICE_DATA?",
            file + ": limits.log.messages: '0' is not a whole number, 1 to 1048576",
            file
                + ": limits.log.mesages: there is no such setting; did you mean"
                + " limits.log.messages?",
            file + ": prot: there is no such setting; did you mean port?");
  }

  @Test
  void everyEntryOfAListIsLookedAt() throws Exception {
    assertThat(
            faults(
                """
                channels:
                  - {pattern: a, log: {messages: x}}
                  - {patern: b}
                  - {pattern: "c d", log: {age: soon}}
                """))
        .hasSize(5)
        .anySatisfy(line -> assertThat(line).startsWith("f.yaml: channels[0]: log.messages: 'x'"))
        .anySatisfy(line -> assertThat(line).contains("channels[1]: patern: there is no such"))
        .anySatisfy(line -> assertThat(line).startsWith("f.yaml: channels[1]: pattern is not"))
        .anySatisfy(line -> assertThat(line).startsWith("f.yaml: channels[2]: log.age: 'soon'"))
        .anySatisfy(line -> assertThat(line).startsWith("f.yaml: channels[2]: pattern is not"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "api-keys: {a: {secret: short}}",
        "api-keys: {a: {secret: short, role: admin}}",
        "api-keys: {a: {secret: short}, b: {secret: 0123456789abcdef0123456789abcdef}}",
        "api-keys: {a: {sha256: short}}",
        "roles: {a: {publsh: [b]}}"
      })
  void whatIsWrongInsideAnEntryIsToldAlone(String line) throws Exception {
    assertThat(faults(line)).hasSize(1);
  }

  @Test
  void everyKeyOfAProgramIsLookedAt() throws Exception {
    assertThat(faults("api-keys: {a: {secret: short}, b: {secret: brief, role: nobody}}"))
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).startsWith("f.yaml: api-keys.a: secret: must have"))
        .anySatisfy(line -> assertThat(line).startsWith("f.yaml: api-keys.b: secret: must have"))
        .anySatisfy(line -> assertThat(line).startsWith("f.yaml: api-keys.b: role: there is no"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secret: short", "keys: 4", "jwks: 'http://elsewhere'"})
  void aWrongSecretIsNotToldTwice(String line) throws Exception {
    assertThat(faults("host: 0.0.0.0\n" + line)).hasSize(1);
  }

  @Test
  void ofAFileThatIsNoYamlTheRestIsStillLookedAt() throws Exception {
    Path file = Files.writeString(folder.resolve("f.yaml"), "a: [");
    assertThat(SettingsFaults.of(Map.of("host", "0.0.0.0", "port", "x"), file, Map.of()))
        .hasSize(2)
        .first()
        .asString()
        .startsWith(file + ": not good YAML");
  }

  @Test
  void aMissingFileIsOne() {
    Map<String, String> environment = Map.of("SLUICE_CONFIG", "/no/such/file");
    assertThat(SettingsFaults.of(Map.of(), null, environment))
        .containsExactly("/no/such/file: there is no such file");
  }
}
