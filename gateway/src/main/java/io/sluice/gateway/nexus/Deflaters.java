package io.sluice.gateway.nexus;

import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.MessageDeflater;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The deflaters of all lanes: whoever encodes takes one, or makes one if all are taken, so there
 * are never more than threads that encode at once. Safe from any thread; owned by the endpoint,
 * which ends them.
 */
final class Deflaters implements AutoCloseable {
  private final ConcurrentLinkedQueue<MessageDeflater> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /** Whether a message of so many bytes gets any shorter. */
  static boolean areWorth(int bytes) {
    return bytes >= MessageDeflater.SHORTEST_BYTES;
  }

  /** A whole text frame around the message, deflated if that makes it shorter. */
  byte[] frame(byte[] message) {
    MessageDeflater taken = idle.poll();
    MessageDeflater deflater = taken == null ? new MessageDeflater() : taken;
    try {
      return deflater.frame(FrameKind.TEXT, message);
    } finally {
      giveBack(deflater);
    }
  }

  /** The mark is read after the deflater was put back: either we end it here, or close does. */
  private void giveBack(MessageDeflater deflater) {
    idle.add(deflater);
    if (closed) {
      endIdle();
    }
  }

  /** How many wait for work. */
  int idle() {
    return idle.size();
  }

  /** Ends them; one that is at work ends when it is done. */
  @Override
  public void close() {
    closed = true;
    endIdle();
  }

  private void endIdle() {
    for (MessageDeflater deflater = idle.poll(); deflater != null; deflater = idle.poll()) {
      deflater.close();
    }
  }
}
