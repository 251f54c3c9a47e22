package io.sluice.gateway.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * A range of addresses, as {@code 10.0.0.0/8}, {@code fd00::/8} or a single address are. An IPv4
 * address is the same however it is written; a range of IPv6 that is wider than those mapped holds
 * no IPv4.
 *
 * @param high upper half of the first address, IPv4 as {@code ::ffff:a.b.c.d}
 * @param low its lower half
 * @param bits how many leading bits of the 128 all its addresses share
 */
public record Network(long high, long low, int bits) {
  private static final int ALL_BITS = 128;
  private static final int MAPPED_BITS = 96;
  private static final long MAPPED = 0xFFFFL << Integer.SIZE;

  /**
   * Reads a range.
   *
   * @throws IllegalArgumentException with a sentence for a person
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    String written = slash < 0 ? text : text.substring(0, slash);
    InetAddress address = literal(written);
    if (address == null) {
      throw new IllegalArgumentException("'" + text + "' is no address and no range in CIDR form");
    }
    int most = written.indexOf(':') < 0 ? Integer.SIZE : ALL_BITS;
    int length = slash < 0 ? most : length(text, slash + 1, most);
    Network network = of(address, ALL_BITS - most + length);
    Network whole = network.withoutRest();
    if (!whole.equals(network)) {
      throw new IllegalArgumentException(
          "'" + text + "' has bits behind its prefix; shorten the address or lengthen the prefix");
    }
    return whole;
  }

  private static int length(String text, int from, int most) {
    String digits = text.substring(from);
    if (!digits.matches("\\d{1,3}") || Integer.parseInt(digits) > most) {
      throw new IllegalArgumentException("'" + text + "': the prefix must be 0 to " + most);
    }
    return Integer.parseInt(digits);
  }

  /** An address that is written in full, never a name that somebody would have to be asked for. */
  static @Nullable InetAddress literal(String text) {
    boolean known =
        NetUtil.isValidIpV4Address(text)
            || (text.indexOf('[') < 0 && text.indexOf('%') < 0 && NetUtil.isValidIpV6Address(text));
    byte[] bytes = known ? NetUtil.createByteArrayFromIpAddressString(text) : null;
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException wrongLength) {
      return null;
    }
  }

  private static Network of(InetAddress address, int bits) {
    byte[] bytes = address.getAddress();
    if (bytes.length == Integer.BYTES) {
      return new Network(0, MAPPED | number(bytes, 0, Integer.BYTES), bits);
    }
    return new Network(number(bytes, 0, 8), number(bytes, 8, 16), bits);
  }

  private static long number(byte[] bytes, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number << Byte.SIZE | (bytes[i] & 0xFF);
    }
    return number;
  }

  private Network withoutRest() {
    return new Network(high & mask(bits), low & mask(bits - Long.SIZE), bits);
  }

  /** So many leading ones, 0 to 64, if asked for more or fewer the nearest. */
  private static long mask(int ones) {
    return ones <= 0 ? 0 : ones >= Long.SIZE ? -1 : -1L << (Long.SIZE - ones);
  }

  private boolean isMapped() {
    return high == 0 && low >>> Integer.SIZE == 0xFFFF;
  }

  /** Whether the address lies in this range. */
  boolean holds(InetAddress address) {
    Network one = of(address, bits);
    boolean ofIpv4 = isMapped() && bits >= MAPPED_BITS;
    return one.isMapped() == ofIpv4 && one.withoutRest().equals(this);
  }
}
