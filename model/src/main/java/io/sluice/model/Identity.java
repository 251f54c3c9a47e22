package io.sluice.model;

import org.jspecify.annotations.Nullable;

/**
 * Who a connection speaks for, as its token says.
 *
 * @param user the subject, never empty: {@code from} of everything it publishes
 * @param role the role, if the token names one
 * @param grants what it may do
 * @param expiresAtMillis when the token ends, in milliseconds since 1970 UTC; {@link
 *     Long#MAX_VALUE} where configuration allows tokens without an end
 */
public record Identity(String user, @Nullable String role, Grants grants, long expiresAtMillis) {}
