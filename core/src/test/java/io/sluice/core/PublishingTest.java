package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.DeferredBroker;
import io.sluice.core.log.Later;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Limits;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Answering.class)
@ExtendWith(NamesSeed.class)
class PublishingTest {
  @Parameter Answering answering;
  private Hub hub;

  @BeforeEach
  void open() {
    hub = new Hub(answering);
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static Command.Publish publish(String text, boolean acknowledge, String key) {
    return new Command.Publish(
        Peer.id(text), Hub.channel("c"), TestPayload.of(text), acknowledge, null, key);
  }

  /** Behind a broker that answers in its own time: else nothing would be in flight for long. */
  private void restart(int inFlight, long bytesInFlight) {
    hub.close();
    hub = new Hub(Answering.IN_STEPS, inFlight(inFlight, bytesInFlight));
  }

  private static Limits inFlight(int publishes, long bytes) {
    return TestLimits.with(
        new Limits.Session(
            10,
            64,
            10,
            4_096,
            1 << 18,
            100,
            publishes,
            bytes,
            64,
            1 << 18,
            4,
            1_000,
            Duration.ofSeconds(30)));
  }

  @Test
  void receiptComesOnlyIfItIsAskedFor() {
    Peer peer = hub.connect();
    peer.say(publish("quiet", false, null));
    peer.say(publish("loud", true, null));
    assertThat(peer.stream()).containsExactly("published e1/2");
    assertThat(hub.meter.publications()).isEqualTo(2);
  }

  @Test
  void receiptGoesBeforeTheData() {
    Peer peer = hub.connect();
    peer.subscribe("c");
    hub.settle();
    peer.hear();
    peer.publish("c", "mine");
    List<String> stream = peer.stream();
    // Another thread may have appended, and raised the signal, a turn before it says so.
    assertThat(stream).containsExactlyInAnyOrder("published e1/1", "mine");
    if (answering != Answering.ON_ANOTHER_THREAD) {
      assertThat(stream).startsWith("published e1/1");
    }
  }

  @Test
  void repetitionIsAnsweredWithTheFirstPositionAndAppendsNothing() {
    Peer reader = hub.connect();
    reader.subscribe("c");
    hub.settle();
    Peer peer = hub.connect();
    peer.say(publish("once", true, "k"));
    peer.say(publish("twice", true, "k"));
    assertThat(peer.stream()).containsExactly("published e1/1", "published e1/1");
    assertThat(reader.stream()).containsExactly("subscribed at e1/0", "once");
  }

  @Test
  void publishesBeyondTheLimitInFlightAreBusyAndNotAppended() {
    restart(2, 1_000);
    Peer peer = hub.connect();
    peer.publish("c", "1");
    peer.publish("c", "2");
    peer.publish("c", "3");
    assertThat(peer.stream()).containsExactly("busy", "published e1/1", "published e1/2");
    peer.publish("c", "4");
    assertThat(peer.stream()).containsExactly("published e1/3");
    assertThat(hub.meter.faults(Code.BUSY)).isEqualTo(1);
  }

  @Test
  void bytesBeyondTheLimitInFlightAreBusyButOnePublishAlonePasses() {
    restart(100, 10);
    Peer peer = hub.connect();
    peer.publish("c", "longer than ten");
    peer.publish("c", "1");
    assertThat(peer.stream()).containsExactly("busy", "published e1/1");
    peer.publish("c", "12345");
    peer.publish("c", "67890");
    peer.publish("c", "!");
    assertThat(peer.stream()).containsExactly("busy", "published e1/2", "published e1/3");
  }

  @Test
  void whatTheBrokerHasAnsweredInsideTheCallIsNotInFlight() {
    hub.close();
    hub = new Hub(Answering.AT_ONCE, inFlight(2, 10));
    Peer peer = hub.connect();
    for (int i = 1; i <= 5; i++) {
      peer.publish("c", "longer than ten");
    }
    assertThat(peer.stream())
        .containsExactly(
            "published e1/1",
            "published e1/2",
            "published e1/3",
            "published e1/4",
            "published e1/5");
    peer.publish("c", "again");
    assertThat(peer.stream()).containsExactly("published e1/6");
    assertThat(peer.session.outgoing().isInFlight()).isFalse();
  }

  @Test
  void publishesThatWaitForTheirChannelCountAsInFlight() {
    restart(1, 1_000);
    Peer peer = hub.connect();
    peer.subscribe("c");
    peer.publish("c", "1");
    peer.publish("c", "2");
    assertThat(peer.stream()).containsExactly("busy", "subscribed at e1/0", "published e1/1", "1");
    peer.publish("c", "3");
    assertThat(peer.stream()).containsExactly("published e1/2", "3");
  }

  @Test
  void failureOfTheBrokerIsAlwaysAnswered() {
    Later.Steps later = Later.inSteps(1);
    Meter meter = new Meter();
    try (DeferredBroker failing = new DeferredBroker(hub.memory, later, 1, 100)) {
      Rig rig = new Rig(1, hub.limits, failing, meter, new FakeOutlet.Watch() {});
      Peer peer = hub.connect(rig, 0, "u");
      peer.say(publish("quiet", false, null));
      peer.subscribe("c");
      peer.subscribe("c");
      peer.grant("c", 1, 1);
      peer.publish("c", "waits");
      while (later.settle() || rig.isDue()) {
        rig.turn(hub.time.now());
      }
      assertThat(peer.stream())
          .containsExactlyInAnyOrder(
              "connected u",
              "broker_unavailable",
              "broker_unavailable",
              "broker_unavailable",
              "not_subscribed",
              "broker_unavailable");
    }
    assertThat(meter.faults(Code.BROKER_UNAVAILABLE)).isEqualTo(4);
    assertThat(hub.memory.channels()).isZero();
  }
}
