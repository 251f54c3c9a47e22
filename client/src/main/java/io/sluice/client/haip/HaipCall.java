package io.sluice.client.haip;

/**
 * A tool that was called.
 *
 * @param id of the call; {@link HaipMessage#callId} of what the tool says
 * @param send what becomes of the call
 */
public record HaipCall(String id, HaipSend send) {}
