package io.sluice.model;

/**
 * The data of a publication, carried byte for byte and never printed anew. Made by the protocol
 * that received it, which alone knows how to read fields out of it.
 */
public interface Payload {
  /** The data of what has none: someone's coming and going. */
  Payload NONE =
      new Payload() {
        private final byte[] nothing = {};

        @Override
        public byte[] bytes() {
          return nothing;
        }

        @Override
        public Fields readFields() {
          return Fields.NONE;
        }
      };

  /** The bytes as they came. Not copied: nobody may write to them. */
  byte[] bytes();

  /** What it counts against every bound in bytes; always the same for the same payload. */
  default int retainedBytes() {
    return bytes().length;
  }

  /**
   * Reads the fields a filter may ask for; costs a pass over the bytes, so the log remembers it.
   */
  Fields readFields();
}
