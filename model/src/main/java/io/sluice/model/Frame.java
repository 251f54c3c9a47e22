package io.sluice.model;

/**
 * A publication in one wire form, ready to be written: encoded once, shared by every subscriber of
 * that form.
 *
 * @param bytes the bytes on the wire, framing included; nobody may write to them
 * @param cost what it costs a subscriber's byte credit: the length in bytes of the uncompressed
 *     WebSocket message, which a client can count from what it received
 */
// The bytes are shared, not compared: frames are never looked up by value.
@SuppressWarnings("ArrayRecordComponent")
public record Frame(byte[] bytes, int cost) {}
