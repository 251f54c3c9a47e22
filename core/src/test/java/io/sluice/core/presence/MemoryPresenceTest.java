package io.sluice.core.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelName;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import org.junit.jupiter.api.Test;

class MemoryPresenceTest extends PresenceContract {
  @Override
  protected Presence presence(Limits.Presence limits) {
    return new MemoryPresence(limits);
  }

  @Test
  void channelThatNobodyIsInOrWatchesIsForgotten() {
    Moment now = new Moment(0, 0);
    ChannelName channel = new ChannelName("c");
    MemoryPresence presence = new MemoryPresence(new Limits.Presence(0, 1, 1));
    assertThat(presence.join(channel, "beyond the bound", now)).isFalse();
    assertThat(presence.channels()).isZero();
    var _ = presence.watch(channel, () -> {}, now);
    assertThat(presence.channels()).isEqualTo(1);
  }
}
