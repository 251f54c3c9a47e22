package io.sluice.gateway.wire;

import io.netty.channel.Channel;

/**
 * The port to the kernel's sockets: one call that gives it bytes and never waits or throws, and,
 * TLS aside, never allocates. One subclass is loaded in a process, so that the call in the fan-out
 * loop has one target; a class and not an interface, because the compiler then knows it without
 * asking.
 *
 * <p>Owner: one {@link Wire}; used on its thread only.
 */
abstract class Transport {
  /**
   * Makes a socket known.
   *
   * @param slot a small number that nobody else has until {@link #forget}
   * @return what to call it by, 0 or more
   */
  abstract int admit(int slot, Channel channel);

  /** Forgets a socket that is about to be closed or has been. */
  abstract void forget(int socket);

  /**
   * Gives the socket the first bytes of a block.
   *
   * @return how many it took: 0 if it has no room now, and also if it never will again, which Netty
   *     finds out when it is handed what was not taken
   */
  abstract int send(int socket, Block bytes, int length);
}
