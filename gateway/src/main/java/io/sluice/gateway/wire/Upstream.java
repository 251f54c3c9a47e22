package io.sluice.gateway.wire;

import io.sluice.model.Moment;

/**
 * Who drives a wire: it is told when there is something to do, and what became of sockets.
 *
 * <p>Thread: the wire's.
 */
public interface Upstream {
  /** The time. */
  Moment now();

  /**
   * {@link Wire#settle} and {@link Wire#flush} have something to do, soon. May be called at any
   * time, from inside the wire's methods too.
   */
  void stirred();

  /** A socket that was not ready is ready again. Called from {@link Wire#settle} only. */
  void writable(int slot);

  /**
   * A socket is closed; its slot is given again when this returns. Called once for each, from
   * {@link Wire#settle} only.
   */
  void closed(int slot);
}
