package io.sluice.services.agents;

import org.jspecify.annotations.Nullable;

/**
 * Something the person has said. Immutable.
 *
 * @param channel where, within the session, as {@code USER}
 * @param id of the message
 * @param author as the person's client says; null if it does not
 * @param text all of it, or what it began with
 * @param runId the run it belongs to, if it says
 * @param threadId the thread it belongs to, if it says
 */
public record Message(
    String channel,
    String id,
    @Nullable String author,
    String text,
    @Nullable String runId,
    @Nullable String threadId) {}
