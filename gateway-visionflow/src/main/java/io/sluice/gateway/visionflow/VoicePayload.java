package io.sluice.gateway.visionflow;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.model.Fields;
import io.sluice.model.Moment;
import io.sluice.model.Payload;
import io.sluice.protocol.visionflow.FrameWriter;
import java.util.Base64;

/**
 * One packet of somebody's voice. Immutable, for any thread; what listeners get is made once for
 * all of them, and JSON for those who watch through Nexus each time they ask.
 */
final class VoicePayload implements Payload {
  private static final int WORD = 2;

  private final int speaker;
  private final int sequence;
  private final long saidNanos;
  private final byte[] opus;
  private final byte[] raw;
  private final byte[] framed;

  /**
   * A packet.
   *
   * @param speaker whose, 16 bits
   * @param sequence the speaker's count, 16 bits
   * @param opus opaque; nobody writes to it any more
   * @param said when it came
   */
  VoicePayload(int speaker, int sequence, byte[] opus, Moment said) {
    this.speaker = speaker;
    this.sequence = sequence;
    this.opus = opus;
    this.framed = FrameWriter.voice(speaker, sequence, opus, said.epochMillis());
    this.saidNanos = said.nanos();
    this.raw = new byte[2 * WORD + opus.length];
    put(raw, 0, speaker);
    put(raw, WORD, sequence);
    System.arraycopy(opus, 0, raw, 2 * WORD, opus.length);
  }

  private static void put(byte[] into, int at, int word) {
    into[at] = (byte) word;
    into[at + 1] = (byte) (word >>> Byte.SIZE);
  }

  /** How long ago it was said. */
  long ageNanos(Moment now) {
    return now.nanos() - saidNanos;
  }

  /** Speaker, sequence, packet. */
  byte[] raw() {
    return raw;
  }

  /** The same as a VOICE_FRAME. */
  byte[] framed() {
    return framed;
  }

  @Override
  public byte[] bytes() {
    String text =
        "{\"speaker\":%d,\"sequence\":%d,\"opus\":\"%s\"}"
            .formatted(speaker, sequence, Base64.getEncoder().encodeToString(opus));
    return text.getBytes(US_ASCII);
  }

  @Override
  public int retainedBytes() {
    return opus.length + raw.length + framed.length;
  }

  @Override
  public Fields readFields() {
    return Fields.NONE;
  }
}
