package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.model.Form;
import io.sluice.model.Frame;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a turn leaves behind: nothing that is gone, and nobody unserved. */
class AfterTurnTest {
  private final Hub hub = new Hub(Answering.AT_ONCE, TestLimits.with(TestLimits.logOf(1)));

  @AfterEach
  void close() {
    hub.close();
  }

  private Peer subscriber(String channel, Form form) {
    Peer peer = hub.connect();
    peer.session.use(form);
    peer.subscribe(channel);
    peer.hear();
    return peer;
  }

  @Test
  void bugInOneChannelsFormLeavesNoOtherChannelUnserved() {
    Peer unlucky =
        subscriber(
            "a",
            publication -> {
              throw new IllegalStateException("a bug");
            });
    Peer second = subscriber("b", hub.form);
    Peer third = subscriber("c", hub.form);
    hub.append("a", TestPayload.of("1"));
    hub.append("b", TestPayload.of("2"));
    hub.append("c", TestPayload.of("3"));
    assertThatThrownBy(() -> hub.rig(0).turn(hub.time.now())).hasMessage("a bug");
    assertThat(second.stream()).containsExactly("2");
    assertThat(third.stream()).containsExactly("3");
    hub.publish("b", "4");
    assertThat(second.stream()).containsExactly("4");
    assertThat(unlucky.stream()).containsExactly("closed internal");
  }

  @Test
  void turnKeepsNoPublicationThatItsLogHasEvicted() {
    Peer peer = subscriber("c", hub.form);
    WeakReference<TestPayload> payload = publishOne();
    evict(peer);
    assertIsLetGo(payload);
  }

  @Test
  void turnKeepsNoFrameOfAPublicationThatItsLogHasEvicted() {
    List<WeakReference<Frame>> frames = new ArrayList<>();
    List<WeakReference<byte[]>> bytes = new ArrayList<>();
    Peer peer =
        subscriber(
            "c",
            publication -> {
              Frame frame = hub.form.encode(publication);
              frames.add(new WeakReference<>(frame));
              bytes.add(new WeakReference<>(frame.bytes()));
              return frame;
            });
    hub.publish("c", "one");
    assertThat(peer.stream()).containsExactly("one");
    evict(peer);
    assertThat(frames).hasSize(1);
    assertIsLetGo(frames.getFirst());
    assertIsLetGo(bytes.getFirst());
  }

  /** In a frame of its own, so that the test's stack does not hold what it looks for. */
  private WeakReference<TestPayload> publishOne() {
    TestPayload payload = TestPayload.of("one");
    hub.publish("c", payload);
    return new WeakReference<>(payload);
  }

  /**
   * Another publication takes the only place in the log, and the lane has nothing to do with it.
   */
  private void evict(Peer peer) {
    peer.unsubscribe("c", null);
    hub.settle();
    hub.publish("c", "two");
  }

  /** A collection that was asked for clears every weak reference to what nobody holds. */
  private static void assertIsLetGo(WeakReference<?> reference) {
    System.gc();
    assertThat(reference.refersTo(null)).as("is let go").isTrue();
  }
}
