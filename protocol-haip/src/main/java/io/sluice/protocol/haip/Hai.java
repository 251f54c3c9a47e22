package io.sluice.protocol.haip;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a HAI: what one end is and takes.
 *
 * @param version the highest version it has
 * @param majors the MAJORs it accepts
 * @param events the types it takes, a bit for each
 * @param legacy whether it calls messages TEXT_MESSAGE_*
 * @param seed its flow control in the seed's grammar, if it speaks that
 * @param official its flow control in the official grammar, if it speaks that
 * @param binaryFrames whether it takes binary frames
 * @param runs so many runs at once
 * @param resumes whether it goes on in the session it names
 * @param lastReceived the last {@code seq} it has, if so; unsigned
 * @param auth its credentials as JSON, if it sends any here
 */
public record Hai(
    String version,
    List<Integer> majors,
    long events,
    boolean legacy,
    @Nullable Seed seed,
    @Nullable Official official,
    boolean binaryFrames,
    int runs,
    boolean resumes,
    long lastReceived,
    @Nullable String auth) {
  /** The version that is spoken here. */
  public static final String VERSION = "1.1.2";

  /** The MAJOR of it. */
  static final int MAJOR = 1;

  /** What somebody takes who does not say: all but what needs an answer. */
  static final long UNSAID =
      ~(HaipEvent.REPLAY_REQUEST.bit() | HaipEvent.PING.bit() | HaipEvent.PONG.bit());

  /**
   * The seed's block, directly in the payload.
   *
   * @param initial the balance the announcer begins to send with
   */
  public record Seed(long initial, boolean adaptive) {}

  /**
   * The official block, below {@code capabilities}: what the announcer is prepared to receive on
   * each channel.
   */
  public record Official(long messages, long bytes) {}

  /** Whether it takes messages of this type; HAI and ERROR everybody does. */
  public boolean accepts(HaipEvent event) {
    return (events & event.bit()) != 0 || event == HaipEvent.HAI || event == HaipEvent.ERROR;
  }

  /** The grammar that follows if a client says this. */
  HaipDialect dialect() {
    if (!accepts(HaipEvent.FLOW_UPDATE)) {
      return HaipDialect.NONE;
    }
    if (official != null) {
      return HaipDialect.OFFICIAL;
    }
    return seed == null ? HaipDialect.NONE : HaipDialect.SEED;
  }
}
