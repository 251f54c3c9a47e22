package io.sluice.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;

/**
 * How decoders keep what is not whole yet: never the buffer that was read into itself, because all
 * sockets of a loop are read into the same one. Stateless.
 */
public final class Gathering {
  /** Copies what it keeps. */
  public static final ByteToMessageDecoder.Cumulator CUMULATOR = Gathering::gather;

  private Gathering() {}

  private static ByteBuf gather(ByteBufAllocator allocator, ByteBuf kept, ByteBuf in) {
    if (kept.isReadable()) {
      return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, kept, in);
    }
    kept.release();
    try {
      return allocator.buffer(in.readableBytes()).writeBytes(in);
    } finally {
      in.release();
    }
  }
}
