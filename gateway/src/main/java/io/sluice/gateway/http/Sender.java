package io.sluice.gateway.http;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, as far as we can know: the peer of the connection, or whom a trusted proxy
 * names.
 *
 * @param address null if there is none, as within one process, or if the proxy would not say
 * @param local whether it certainly is on this machine
 * @param shown the address, for logs
 * @param scheme what the client spoke, {@code http} or {@code https}; null if nobody knows, as
 *     behind a proxy we do not trust
 * @param host the Host the client asked for, if a trusted proxy names another than the request's
 */
record Sender(
    @Nullable InetAddress address,
    boolean local,
    String shown,
    @Nullable String scheme,
    @Nullable String host) {

  /** What it is counted by; null if by nothing. */
  @Nullable AddressKey key() {
    return address == null || local ? null : AddressKey.of(address);
  }
}
