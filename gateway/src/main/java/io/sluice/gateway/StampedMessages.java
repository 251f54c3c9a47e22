package io.sluice.gateway;

/**
 * Where a dialog puts the messages of a stamped frame: one, or several that belong together and are
 * never separated. Owned by the wire, valid during the call only.
 */
public interface StampedMessages {
  /**
   * Puts one message behind those put before; everything is copied.
   *
   * @param binary whether it is binary, not text; a response has only text
   * @param head its beginning, the first {@code headBytes} of this array
   * @param tail its rest, {@code count} bytes of this array from {@code from} on
   */
  void message(boolean binary, byte[] head, int headBytes, byte[] tail, int from, int count);
}
