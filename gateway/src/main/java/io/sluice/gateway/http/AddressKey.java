package io.sluice.gateway.http;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * What counts as one address: an IPv4 address, however it is written, or one IPv6 network of 64
 * bits, within which a single host may take any address it likes.
 *
 * @param ipv4 whether it is IPv4
 * @param bits the address, or the network's upper 64 bits
 */
record AddressKey(boolean ipv4, long bits) {
  private static final int MAPPED_PREFIX_BYTES = 12;

  /** The key of an address. */
  static AddressKey of(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return new AddressKey(true, number(bytes, 0, bytes.length));
    }
    if (isMapped(bytes)) {
      return new AddressKey(true, number(bytes, MAPPED_PREFIX_BYTES, bytes.length));
    }
    return new AddressKey(false, number(bytes, 0, Long.BYTES));
  }

  /**
   * Whether the address is this machine's own, written as IPv4, as IPv6, or as one in the other.
   */
  static boolean isLoopback(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address.isLoopbackAddress() || (isMapped(bytes) && bytes[MAPPED_PREFIX_BYTES] == 127);
  }

  /** {@code ::ffff:a.b.c.d}, which the native transport does not turn into IPv4. */
  private static boolean isMapped(byte[] bytes) {
    return bytes.length == 16
        && number(bytes, 0, Long.BYTES) == 0
        && number(bytes, Long.BYTES, MAPPED_PREFIX_BYTES) == 0xFFFF;
  }

  private static long number(byte[] bytes, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number << Byte.SIZE | (bytes[i] & 0xFF);
    }
    return number;
  }
}
