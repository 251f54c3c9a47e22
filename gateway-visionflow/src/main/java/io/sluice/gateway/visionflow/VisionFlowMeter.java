package io.sluice.gateway.visionflow;

import io.sluice.protocol.visionflow.VisionFlowCode;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the sockets of positions and of voice have seen since the server started. Any thread: sums
 * that only rise.
 */
public final class VisionFlowMeter {
  private final LongAdder trips = new LongAdder();
  private final LongAdder tripNanos = new LongAdder();
  private final LongAdder packets = new LongAdder();
  private final Map<VisionFlowCode, LongAdder> errors = new EnumMap<>(VisionFlowCode.class);

  /** Nothing yet. */
  public VisionFlowMeter() {
    for (VisionFlowCode code : VisionFlowCode.values()) {
      errors.put(code, new LongAdder());
    }
  }

  /** A peer has answered a ping, so long after it. */
  void roundTrip(long nanos) {
    trips.increment();
    tripNanos.add(nanos);
  }

  private LongAdder of(VisionFlowCode code) {
    return Objects.requireNonNull(errors.get(code));
  }

  /** A packet of voice has come, whether or not its peer may speak. */
  void packet() {
    packets.increment();
  }

  /** A peer is told what is wrong. */
  void failed(VisionFlowCode code) {
    of(code).increment();
  }

  /** Pings that were answered. */
  public long roundTrips() {
    return trips.sum();
  }

  /** How long all their answers took, in nanoseconds. */
  public long roundTripNanos() {
    return tripNanos.sum();
  }

  /** Packets of voice that have come, of a length that may be. */
  public long packets() {
    return packets.sum();
  }

  /** How often peers were told this. */
  public long errors(VisionFlowCode code) {
    return of(code).sum();
  }

  /** How often peers were told that something is wrong. */
  public long errors() {
    return errors.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
