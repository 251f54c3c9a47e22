package io.sluice.gateway.websocket;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/** Counts the bytes it has given and not got back; a test ends with none. */
final class CountingAllocator extends AbstractByteBufAllocator {
  private long live;
  private long peak;

  /** Bytes given and not got back. */
  long live() {
    return live;
  }

  /** The most that was given at any time since the last {@link #resetPeak}. */
  long peak() {
    return peak;
  }

  void resetPeak() {
    peak = live;
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return new Counted(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    return new Counted(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }

  private final class Counted extends UnpooledHeapByteBuf {
    Counted(int initialCapacity, int maxCapacity) {
      super(CountingAllocator.this, initialCapacity, maxCapacity);
    }

    @Override
    protected byte[] allocateArray(int initialCapacity) {
      live += initialCapacity;
      peak = Math.max(peak, live);
      return super.allocateArray(initialCapacity);
    }

    @Override
    protected void freeArray(byte[] array) {
      live -= array.length;
      super.freeArray(array);
    }
  }
}
