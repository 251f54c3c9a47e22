package io.sluice.model;

import java.time.Duration;

/**
 * What holds on VisionFlow's sockets beside its messages: {@code visionflow.heartbeat.every} in
 * configuration is {@code every()} here.
 *
 * @param requestsPerMinute what a client is told that it may send
 * @param every the server asks a peer for a sign of life so often
 * @param timeout who has given none for so long is let go
 * @param speakers so many are in one room; beyond it {@code busy}
 * @param packetBytes a packet of voice has at most so many; beyond it {@code invalid_length}
 */
public record PositionLimits(
    int requestsPerMinute, Duration every, Duration timeout, int speakers, int packetBytes) {
  /** 300 a minute; every 15 s, within 30 s; a hundred in a room, packets of 4,000 bytes. */
  public static final PositionLimits DEFAULTS =
      new PositionLimits(300, Duration.ofSeconds(15), Duration.ofSeconds(30), 100, 4_000);
}
