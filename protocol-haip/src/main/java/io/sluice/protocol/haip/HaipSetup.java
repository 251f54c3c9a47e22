package io.sluice.protocol.haip;

import org.jspecify.annotations.Nullable;

/**
 * What one end is told about itself.
 *
 * @param role which end it is
 * @param session a client's: the session it proposes
 * @param dialect a client's: {@link HaipDialect#OFFICIAL} announces both grammars and takes what
 *     the server has, {@link HaipDialect#SEED} announces the seed's only, {@link HaipDialect#NONE}
 *     none
 * @param messageBytes the largest message, text or binary, that either end takes
 * @param queueMessages a client's: so many may wait on a channel; more are refused
 * @param queueBytes a client's: so many bytes of them
 * @param binaryFrames whether binary frames can travel: not over SSE
 * @param creditThreshold a client's: below this part of what it began with it asks for more credit,
 *     in the seed's grammar
 * @param auth a client's: {@code payload.auth} of its HAI, as JSON
 */
public record HaipSetup(
    HaipRole role,
    String session,
    HaipDialect dialect,
    int messageBytes,
    int queueMessages,
    int queueBytes,
    boolean binaryFrames,
    double creditThreshold,
    @Nullable String auth) {
  /** So much of a balance, unless somebody wants it otherwise. */
  public static final double CREDIT_THRESHOLD = 0.2;

  /** A server's end of a line. */
  public static HaipSetup server(int messageBytes, boolean binaryFrames) {
    return new HaipSetup(
        HaipRole.SERVER, "", HaipDialect.OFFICIAL, messageBytes, 0, 0, binaryFrames, 0, null);
  }

  /** A client's end: 1 MiB messages, 1,000 of which and as many bytes wait on a channel. */
  public static HaipSetup client(String session, HaipDialect dialect) {
    return new HaipSetup(
        HaipRole.CLIENT, session, dialect, 1 << 20, 1_000, 1 << 20, true, CREDIT_THRESHOLD, null);
  }
}
