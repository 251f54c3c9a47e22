package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The playground's scripts against their own types and the JavaScript client's. */
class PageTypesTest {
  @Test
  void theTypesOfThePlaygroundHold() throws Exception {
    try (Terminal check = Terminal.node("node_modules/typescript/bin/tsc", "--project", ".")) {
      assertThat(check.exitCode(60)).as(() -> check.seen().toString()).isZero();
    }
  }
}
