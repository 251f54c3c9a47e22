package io.sluice.client.visionflow;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Owner: its client's turnstile, and whoever is telling. Tells a listener of a room: for a slow one
 * so many packets wait at most, and what is newer is left out.
 */
final class VoiceReports implements VoiceEars {
  private final VisionFlowDriver<VoiceTalk> driver;
  private final VoiceListener listener;
  private final Tally tally;
  private final int most;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Consumer<VoiceRoom> known;

  /**
   * To a listener.
   *
   * @param most so many packets wait
   * @param known told of the room at once, on the turnstile
   */
  VoiceReports(
      VisionFlowDriver<VoiceTalk> driver,
      VoiceListener listener,
      Tally tally,
      int most,
      Consumer<VoiceRoom> known) {
    this.driver = driver;
    this.listener = listener;
    this.tally = tally;
    this.most = most;
    this.known = known;
  }

  @Override
  public void knows(VoiceRoom room) {
    known.accept(room);
  }

  @Override
  public void entered(VoiceRoom room) {
    driver.tell(() -> listener.onRoom(room));
  }

  @Override
  public void joined(int speaker, String name) {
    driver.tell(() -> listener.onJoin(speaker, name));
  }

  @Override
  public void left(int speaker) {
    driver.tell(() -> listener.onLeave(speaker));
  }

  @Override
  public void packet(int speaker, int sequence, byte[] bytes, int from) {
    if (waiting.get() >= most) {
      tally.dropped(1);
      return;
    }
    waiting.incrementAndGet();
    ByteBuffer opus = ByteBuffer.wrap(bytes, from, bytes.length - from).slice();
    driver.tell(
        () -> {
          waiting.decrementAndGet();
          listener.onPacket(speaker, sequence, opus);
        });
  }
}
