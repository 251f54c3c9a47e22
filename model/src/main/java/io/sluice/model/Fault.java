package io.sluice.model;

/**
 * A peer's mistake, or the world's failure as a peer is told of it.
 *
 * @param code what kind, stable
 * @param message a sentence for a person; never contains a token or a payload
 */
public record Fault(Code code, String message) {}
