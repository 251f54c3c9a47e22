package io.sluice.client.visionflow;

import io.sluice.client.ClientLimits;
import java.time.Duration;

/**
 * How a client of a room behaves. Immutable; made by changing {@link #DEFAULTS}.
 *
 * @param framed whether it speaks in frames, which bring a time of sending; else in bare packets
 * @param maxPacketBytes a packet to send has at most so many bytes; beyond it {@code
 *     invalid_option}. The server's {@code visionflow.voice.packetBytes}
 * @param maxUnheard at most so many packets wait for a slow listener; beyond it the newest is left
 *     out
 * @param pingEvery how often it measures the way to the server and back
 * @param client the bounds of any client; {@code silence} means nothing here, as in {@link
 *     GraphOptions}
 */
public record VoiceOptions(
    boolean framed, int maxPacketBytes, int maxUnheard, Duration pingEvery, ClientLimits client) {
  /** Bare packets of 4,000 bytes; a hundred wait, which are two seconds; a ping a second. */
  public static final VoiceOptions DEFAULTS =
      new VoiceOptions(false, 4_000, 100, Duration.ofSeconds(1), ClientLimits.DEFAULTS);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public VoiceOptions {
    if (maxPacketBytes < 1 || maxUnheard < 1) {
      throw new IllegalArgumentException("bounds are positive");
    }
    GraphOptions.checkTime(pingEvery);
  }

  /** In frames, or not. */
  public VoiceOptions withFramed(boolean inFrames) {
    return new VoiceOptions(inFrames, maxPacketBytes, maxUnheard, pingEvery, client);
  }

  /** With other bounds on the length of a packet, and on what waits for a slow listener. */
  public VoiceOptions withPackets(int bytes, int unheard) {
    return new VoiceOptions(framed, bytes, unheard, pingEvery, client);
  }

  /** Measuring so often. */
  public VoiceOptions withPing(Duration every) {
    return new VoiceOptions(framed, maxPacketBytes, maxUnheard, every, client);
  }

  /** With other bounds of the client. */
  public VoiceOptions withClient(ClientLimits limits) {
    return new VoiceOptions(framed, maxPacketBytes, maxUnheard, pingEvery, limits);
  }
}
