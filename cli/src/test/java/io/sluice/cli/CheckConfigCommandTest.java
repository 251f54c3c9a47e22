package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckConfigCommandTest {
  @TempDir private Path folder;

  @Test
  void goodSettingsAreOk() {
    assertThat(Hands.run("check-config", "--port", "0")).isEqualTo(new Hands(0, "ok\n", ""));
  }

  @Test
  void everyMistakeIsALineWithTheNearestName() throws Exception {
    Path file = Files.writeString(folder.resolve("f.yaml"), "prot: 1\n");
    Hands hands =
        Hands.run(
            Map.of("SLUICE_PROT", "1", "SLUICE_LOG", "inof"),
            "check-config",
            "--config",
            file.toString(),
            "--port",
            "-1");
    assertThat(hands.exit()).isEqualTo(1);
    assertThat(hands.out()).isEmpty();
    assertThat(hands.err().lines())
        .containsExactlyInAnyOrder(
            "sluice: --port: '-1' is not a whole number, 0 to 65535",
            "sluice: SLUICE_PROT: there is no such setting; did you mean SLUICE_PORT?",
            "sluice: " + file + ": prot: there is no such setting; did you mean port?",
            "sluice: SLUICE_LOG: there is no such level; did you mean info?");
  }

  @Test
  void asJsonItIsOneObject() {
    assertThat(Hands.run("check-config", "--json").out())
        .isEqualTo("{\"ok\":true,\"errors\":[]}\n");
    Hands wrong = Hands.run("check-config", "--json", "--port", "x");
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.out()).contains("\"ok\":false", "--port: 'x' is not").hasLineCount(1);
    assertThat(wrong.err()).isEmpty();
  }

  @Test
  void aKeyFileThatIsNoneIsFound() throws Exception {
    Path keys = Files.writeString(folder.resolve("keys.pem"), "not a key");
    Hands hands = Hands.run(Map.of("SLUICE_KEYS", keys.toString()), "check-config");
    assertThat(hands.exit()).isEqualTo(1);
    assertThat(hands.err()).startsWith("sluice: keys: " + keys + ": ").hasLineCount(1);
  }

  @Test
  void aFlagThatDoesNotExistIsWrongUsage() {
    Hands hands = Hands.run("check-config", "--confg", "x");
    assertThat(hands.exit()).isEqualTo(2);
    assertThat(hands.err()).contains("did you mean --config?");
  }
}
