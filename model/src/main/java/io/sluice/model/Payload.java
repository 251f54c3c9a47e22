package io.sluice.model;

/**
 * The data of a publication, carried byte for byte and never printed anew. Made by the protocol
 * that received it, which alone knows how to read fields out of it.
 */
public interface Payload {
  /** The bytes as they came. Not copied: nobody may write to them. */
  byte[] bytes();

  /**
   * Reads the fields a filter may ask for; costs a pass over the bytes, so the log remembers it.
   */
  Fields readFields();
}
