package io.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.nio.ByteBuffer;

/**
 * What all sockets of one event loop are read into, one after the other, so that an idle connection
 * holds no buffer and no guess of its next one. Owned by the event loop.
 *
 * <p>Who wants to keep bytes copies them. If somebody still holds the buffer when the next socket
 * is read, that one gets a small buffer of its own.
 */
final class ReadBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
  static final int BYTES = 64 << 10;
  private static final int SPARE_BYTES = 4 << 10;

  private final ByteBuf shared = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(BYTES));
  private final SharedHandle handle = new SharedHandle();

  /** Reads once per event: who has more to say waits for its next turn among the others. */
  ReadBuffer() {
    super(1);
  }

  /** The same for every channel: it keeps nothing between two reads. */
  @Override
  @SuppressWarnings("deprecation") // Netty has no other return type for it.
  public Handle newHandle() {
    return handle;
  }

  private final class SharedHandle extends MaxMessageHandle {
    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      return shared.refCnt() == 1 ? shared.clear().retain() : allocator.directBuffer(SPARE_BYTES);
    }

    @Override
    public int guess() {
      return BYTES;
    }
  }
}
