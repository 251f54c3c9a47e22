package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigDocCommandTest {
  @Test
  void itPrintsThePage() throws Exception {
    Path page = Path.of(System.getProperty("sluice.root"), "docs/configuration.md");
    assertThat(Hands.run("config-doc")).isEqualTo(new Hands(0, Files.readString(page), ""));
  }

  @Test
  void asJsonEverySettingIsALine() {
    Hands hands = Hands.run("config-doc", "--json");
    assertThat(hands.exit()).isZero();
    assertThat(hands.out().lines())
        .hasSizeGreaterThan(50)
        .allSatisfy(line -> assertThat(line).startsWith("{\"key\":\"").endsWith("\"}"))
        .contains(
            "{\"key\":\"port\",\"variables\":[\"SLUICE_PORT\",\"PORT\"],\"takes\":\"0 to 65535\","
                + "\"default\":\"8080\",\"meaning\":\"where to listen; 0 takes a free port\"}");
  }
}
