package io.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** A client as the founding document's integration test has it, with Node's ws. */
class SeedClientTest {
  @Test
  void aClientOnTheBarePortWithATokenSubscribesAndReceives() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        Terminal test =
            Terminal.node(
                "seed-client.mjs",
                "ws://127.0.0.1:" + server.port() + "/?token=" + server.token("ada"))) {
      assertThat(test.exitCode(30)).as(() -> test.seen().toString()).isZero();
      assertThat(test.seen()).contains("received {\"value\":42}");
    }
  }

  @Test
  void aClientThatOffersCompressionIsSpokenToAndUnderstoodCompressed() throws Exception {
    try (TestServer server = TestServer.start(Map.of());
        Terminal test =
            Terminal.node(
                "deflate-client.mjs",
                "ws://127.0.0.1:" + server.port() + "/ws?token=" + server.token("ada"))) {
      assertThat(test.exitCode(30)).as(() -> test.seen().toString()).isZero();
      assertThat(test.seen()).contains("the same 8192 characters, in fewer bytes");
    }
  }
}
