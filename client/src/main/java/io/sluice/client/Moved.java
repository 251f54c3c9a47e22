package io.sluice.client;

import io.sluice.model.Position;

/**
 * A subscription's position moved without a publication: everything up to it has come, did not pass
 * the filters, or was left out for newer publications of the same key.
 *
 * @param channel the channel, or the pattern
 * @param position where it stands now; store it like an offset
 * @param conflated how many were left out since this was last said
 */
public record Moved(String channel, Position position, long conflated) {}
