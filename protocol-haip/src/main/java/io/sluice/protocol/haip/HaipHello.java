package io.sluice.protocol.haip;

import org.jspecify.annotations.Nullable;

/**
 * What a peer said in its HAI, and what follows from it.
 *
 * @param session the session it named, or, if the server had to speak first, the one that the
 *     server's HAI named; null if it named none, or {@code "null"}
 * @param peer its HAI
 * @param dialect the grammar of flow control that both ends speak from now on
 * @param resumes whether it wants to go on in that session behind {@link #lastReceived}
 * @param lastReceived the last {@code seq} of ours that it has; unsigned
 * @param keeps whether what is sent must be kept after the line is cut: it can ask for it again
 * @param auth {@code payload.auth} as JSON, if it is there: must be checked before it is adopted
 */
public record HaipHello(
    @Nullable String session,
    Hai peer,
    HaipDialect dialect,
    boolean resumes,
    long lastReceived,
    boolean keeps,
    @Nullable String auth) {}
