package io.sluice.protocol.haip;

/**
 * How publications look to a peer: two peers of equal grammars get the same {@link HaipTail}.
 *
 * @param legacy messages are called TEXT_MESSAGE_*
 * @param binary what is binary comes as a frame of its own, not as base64
 */
public record HaipGrammar(boolean legacy, boolean binary) {}
