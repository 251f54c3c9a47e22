package io.sluice.gateway.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The page says what the code does. */
final class ProtocolPageTest {
  @Test
  void thePageListsEveryViolationWithItsCode() {
    List<String> written =
        ProtocolPage.table("| reason | code | what the peer did |").stream()
            .map(row -> row.get(0) + " " + row.get(1))
            .toList();
    List<String> real =
        Arrays.stream(Violation.values())
            .map(v -> "`" + v.reason() + "` " + v.closeCode())
            .toList();
    assertThat(written).isEqualTo(real);
  }

  @Test
  void thePageListsTheLimitsAsTheyAre() {
    Limits.Socket limits = Limits.Socket.DEFAULTS;
    assertThat(ProtocolPage.table("| limit | default | counts |"))
        .extracting(row -> row.get(1))
        .containsExactly(
            limits.messageBytes() / 1024 / 1024 + " MiB",
            String.format(Locale.ROOT, "%,d", limits.framesPerMessage()),
            limits.unfinishedMessage().toSeconds() + " s",
            limits.controlFramesPerSecond() + " per second",
            MessageInflater.BLOCK_BYTES / 1024 + " KiB kept per event loop",
            String.valueOf(limits.streamsPerMessage()));
  }
}
