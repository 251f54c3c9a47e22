package io.sluice.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The connection stands.
 *
 * @param userId the user of the token, the {@code from} of everything this client publishes
 * @param connectionId the server's name for the connection
 * @param expiresAt when the token ends; null if never
 */
public record Connected(String userId, String connectionId, @Nullable Instant expiresAt) {}
