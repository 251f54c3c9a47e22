package io.sluice.model;

/**
 * Now, as an argument. Limits, heartbeats and deadlines count on {@code nanos}, which never jumps;
 * {@code epochMillis} is only ever printed or compared with a token's claims.
 *
 * @param nanos monotonic time in nanoseconds, with an arbitrary origin
 * @param epochMillis wall-clock time in milliseconds since 1970 UTC
 */
public record Moment(long nanos, long epochMillis) {}
