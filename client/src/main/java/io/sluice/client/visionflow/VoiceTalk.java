package io.sluice.client.visionflow;

import io.sluice.client.line.Trouble;
import io.sluice.model.ClientCode;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.visionflow.FrameReader;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.PositionText;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.protocol.visionflow.VisionFlowFrame;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import io.sluice.protocol.visionflow.VoiceEvent;
import io.sluice.protocol.visionflow.VoiceReader;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Owner: its turnstile. What is spoken in a room: packets both ways, and who is there. */
final class VoiceTalk implements Talk {
  private static final int WORD = 2;

  private final boolean framed;
  private final Tally tally;
  private final VisionFlowHands hands;
  private final VoiceEars ears;
  private final VoiceReader text = new VoiceReader(Limits.Json.DEFAULTS);
  private final FrameReader frames =
      new FrameReader(VisionFlowLimits.DEFAULTS, Limits.Json.DEFAULTS);
  private final OtherFrames others;
  private final NodeBatch nobody = new NodeBatch(VisionFlowLimits.DEFAULTS.nodes());

  private VoiceRoom room = new VoiceRoom("", 0, Map.of());
  private boolean stands;
  private int sequence;

  VoiceTalk(VoiceOptions options, Tally tally, VisionFlowHands hands, VoiceEars ears) {
    this.framed = options.framed();
    this.tally = tally;
    this.hands = hands;
    this.ears = ears;
    this.others = new OtherFrames(new PositionText(Limits.Json.DEFAULTS), hands);
  }

  @Override
  public void begin(Moment now) {
    // The server speaks first.
  }

  @Override
  public void cut() {
    stands = false;
  }

  @Override
  public void leave(Moment now) {
    // Nothing waits.
  }

  @Override
  public void text(byte[] message, Moment now, Steps steps) throws VisionFlowRefused {
    tally.message(message.length);
    VoiceEvent event;
    try {
      event = text.event(message, 0, message.length);
    } catch (VisionFlowRefused refused) {
      if (refused.fault().code() == VisionFlowCode.UNKNOWN_TYPE) {
        // A newer server's word.
        return;
      }
      throw refused;
    }
    switch (event) {
      case VoiceEvent.Room(String name, int speaker, Map<Integer, String> there) -> {
        know(new VoiceRoom(name, speaker, there));
        stands = true;
        steps.stand();
        ears.entered(room);
      }
      case VoiceEvent.Joined(int speaker, String name) -> {
        others(speaker, name);
        ears.joined(speaker, name);
      }
      case VoiceEvent.Left(int speaker) -> {
        others(speaker, null);
        ears.left(speaker);
      }
      case VoiceEvent.Common common -> steps.common(common.event());
    }
  }

  private void others(int speaker, @Nullable String name) {
    Map<Integer, String> now = new HashMap<>(room.others());
    if (name == null) {
      now.remove(speaker);
    } else {
      now.put(speaker, name);
    }
    know(new VoiceRoom(room.name(), room.speaker(), now));
  }

  private void know(VoiceRoom now) {
    room = now;
    ears.knows(now);
  }

  @Override
  public void binary(byte[] message, Moment now, Steps steps) throws VisionFlowRefused {
    tally.message(message.length);
    if (framed) {
      VisionFlowFrame frame = frames.read(message, 0, message.length, nobody);
      if (frame instanceof VisionFlowFrame.VoiceFrame voice) {
        hear(voice.speaker(), voice.sequence(), voice.opus(), 0);
      } else {
        others.take(frame, now, steps);
      }
    } else if (message.length <= 2 * WORD) {
      steps.giveUp(new Trouble(ClientCode.BAD_MESSAGE, "A packet without a byte of voice"));
    } else {
      hear(word(message, 0), word(message, WORD), message, 2 * WORD);
    }
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) | ((bytes[at + 1] & 0xFF) << Byte.SIZE);
  }

  private void hear(int speaker, int number, byte[] bytes, int from) {
    tally.frame(1);
    ears.packet(speaker, number, bytes, from);
  }

  /** Says something now, or never: its number is spent either way, so that a hole is heard. */
  void speak(byte[] opus, Moment now) {
    int number = sequence;
    sequence = (sequence + 1) & 0xFFFF;
    if (!stands || !hands.isReady()) {
      tally.refused();
      return;
    }
    if (framed) {
      hands.sendBinary(FrameWriter.voice(0, number, opus, now.epochMillis()));
    } else {
      byte[] packet = new byte[WORD + opus.length];
      packet[0] = (byte) number;
      packet[1] = (byte) (number >>> Byte.SIZE);
      System.arraycopy(opus, 0, packet, WORD, opus.length);
      hands.sendBinary(packet);
    }
    tally.sent(1);
  }

  @Override
  public void writable(Moment now) {
    // What could not go is gone.
  }

  @Override
  public long dueNanos() {
    return Long.MAX_VALUE;
  }

  @Override
  public void tick(Moment now) {
    // Nothing is due.
  }
}
