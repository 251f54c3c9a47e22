package io.sluice.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.CountingForm;
import io.sluice.core.TestPayload;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import org.junit.jupiter.api.Test;

class MemoryRetentionTest extends RetentionContract {
  private int epochs;

  @Override
  protected Broker make(Limits.Hub hub, Namespaces namespaces) {
    return new MemoryBroker(hub, namespaces, () -> "e" + ++epochs);
  }

  @Test
  void oneTickLooksAfterABoundedNumberOfChannels() {
    Limits.Log log = new Limits.Log(10, 1_000, MINUTE, 1_000, 3, MINUTE);
    Limits.Hub hub = new Limits.Hub(20_000, 1 << 20, 20_000, HOUR);
    try (MemoryBroker broker = new MemoryBroker(hub, Namespaces.of(log), () -> "e")) {
      for (int i = 0; i < 15_000; i++) {
        openAndLeave(broker, "c" + i);
      }
      time.advance(MINUTE.plusMillis(1));
      broker.tick(time.now());
      assertThat(broker.channels()).isEqualTo(5_000);
      assertThat(broker.buried()).isEqualTo(10_000);
      broker.tick(time.now());
      assertThat(broker.channels()).isZero();
      assertThat(broker.buried()).isEqualTo(15_000);
      assertThat(broker.logBytes()).isZero();
    }
  }

  @Test
  void frameMadeForAReaderThatHeldItsPublicationPastTheEvictionIsNotRemembered() {
    Limits.Log bounds = new Limits.Log(1, 1_000, MINUTE, 1_000, 3, MINUTE);
    ChannelName channel = new ChannelName("a");
    Log log =
        new Log(channel, "e", 0, ChannelSettings.of(bounds), new LogBudget(1 << 20), time.now());
    Draft draft = new Draft(channel, Draft.Kind.BROADCAST, null, TestPayload.of("x"), null, null);
    log.append(draft, time.now());
    Entry held = log.entry(1);
    log.append(draft, time.now());
    assertThat(log.frame(held, new CountingForm(1))).isNotNull();
    assertThat(log.fields(held)).isNotNull();
    assertThat(log.derivedBytes()).isZero();
  }

  private void openAndLeave(Broker broker, String channel) {
    Signal signal = () -> {};
    broker.open(
        new ChannelName(channel),
        signal,
        time.now(),
        new Broker.Opening() {
          @Override
          public void opened(Log log, long head) {
            log.leave(signal, time.now());
          }

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault);
          }
        });
  }
}
