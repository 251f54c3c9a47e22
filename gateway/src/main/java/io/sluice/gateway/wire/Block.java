package io.sluice.gateway.wire;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Memory outside the heap whose address the kernel can be given. Owned by one {@link Batch}, used
 * on the thread that made it.
 */
final class Block implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment segment;
  private final long address;
  private final ByteBuffer buffer;

  Block(int bytes) {
    segment = arena.allocate(bytes, ALIGNMENT);
    address = segment.address();
    buffer = segment.asByteBuffer();
  }

  int capacity() {
    return buffer.capacity();
  }

  long address() {
    return address;
  }

  /** The first {@code length} bytes, for those who cannot use an address. */
  ByteBuffer view(int length) {
    return buffer.limit(length).position(0);
  }

  /** Copies some of it to the end of a buffer on the heap. */
  void copyTo(ByteBuf target, int from, int count) {
    int at = target.writerIndex();
    MemorySegment.copy(
        segment, ValueLayout.JAVA_BYTE, from, target.array(), target.arrayOffset() + at, count);
    target.writerIndex(at + count);
  }

  void get(int from, byte[] into) {
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, from, into, 0, into.length);
  }

  void put(int at, byte[] bytes, int from, int count) {
    MemorySegment.copy(bytes, from, segment, ValueLayout.JAVA_BYTE, at, count);
  }

  void put(Block other, int count) {
    MemorySegment.copy(other.segment, 0, segment, 0, count);
  }

  @Override
  public void close() {
    arena.close();
  }
}
