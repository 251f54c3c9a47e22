package io.sluice.gateway.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates the messages of one event loop's connections, one at a time (RFC 7692, section 7.2.2).
 * Owned by the event loop. No connection leaves anything in it, because the server always answers
 * {@code client_no_context_takeover}.
 *
 * <p>A message is inflated into one block of 64 KiB, which is kept. One that does not fit moves, at
 * once and for the length of its delivery, into a buffer as large as its bound: whatever it
 * pretends to be, it never takes more than the block and the bound.
 */
public final class MessageInflater implements AutoCloseable {
  /** Bytes that are kept between two messages. */
  static final int BLOCK_BYTES = 64 * 1024;

  /**
   * What the sender cut off (an empty stored block, 00 00 FF FF), and an empty final block, which
   * zlib reports as the end only if everything before it was whole.
   */
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF, 0x03, 0};

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private enum Outcome {
    GOES_ON,
    WHOLE,
    FULL,
    CORRUPT
  }

  private final ByteBufAllocator allocator;
  private final int mostStreams;
  private final Inflater inflater = new Inflater(true);
  private final ByteBuf block;

  /** What is being inflated, and how far; nothing between two messages. */
  private ByteBuffer input = NOTHING;

  private boolean tailFollows;
  private int streams;

  /**
   * An inflater with its block.
   *
   * @param allocator gives the block and the larger buffers, all of them backed by an array
   * @param mostStreams how many DEFLATE streams a message may consist of (RFC 7692, section
   *     7.2.3.4)
   */
  public MessageInflater(ByteBufAllocator allocator, int mostStreams) {
    this.allocator = allocator;
    this.mostStreams = mostStreams;
    this.block = allocator.heapBuffer(BLOCK_BYTES, BLOCK_BYTES);
  }

  /**
   * Inflates a whole message.
   *
   * @param compressed the payloads of its frames, unmasked; not changed. No bytes at all are taken
   *     for an empty message, as some clients send it
   * @param mostBytes the bound of the inflated message, 1 to 2^30 bytes
   */
  public Inflation inflate(ByteBuf compressed, int mostBytes) {
    if (block.refCnt() != 1) {
      throw new IllegalStateException("the last message is still being delivered, or was closed");
    }
    block.clear();
    if (!compressed.isReadable()) {
      return new Inflation.Whole(block.retain());
    }
    begin(compressed);
    try {
      Outcome outcome = fill(block, Math.min(BLOCK_BYTES, mostBytes + 1));
      if (outcome == Outcome.FULL && block.readableBytes() <= mostBytes) {
        return inflateFurther(mostBytes);
      }
      return outcome == Outcome.WHOLE ? new Inflation.Whole(block.retain()) : refused(outcome);
    } finally {
      inflater.reset();
      input = NOTHING;
    }
  }

  private Inflation inflateFurther(int mostBytes) {
    ByteBuf large = allocator.heapBuffer(mostBytes + 1, mostBytes + 1).writeBytes(block);
    Outcome outcome = fill(large, mostBytes + 1);
    if (outcome == Outcome.WHOLE) {
      return new Inflation.Whole(large);
    }
    large.release();
    return refused(outcome);
  }

  private static Inflation refused(Outcome outcome) {
    return new Inflation.Refused(
        outcome == Outcome.FULL ? Violation.MESSAGE_TOO_BIG : Violation.DEFLATE_CORRUPT);
  }

  private void begin(ByteBuf compressed) {
    streams = 0;
    tailFollows = true;
    beginStream(compressed.nioBuffer());
  }

  private void beginStream(ByteBuffer rest) {
    streams++;
    input = rest;
    inflater.setInput(rest);
  }

  /** Inflates until {@code out} holds {@code capacity} bytes or the message ends. */
  private Outcome fill(ByteBuf out, int capacity) {
    try {
      while (out.writerIndex() < capacity) {
        int at = out.writerIndex();
        int got = inflater.inflate(out.array(), out.arrayOffset() + at, capacity - at);
        out.writerIndex(at + got);
        if (at + got < capacity) {
          Outcome outcome = atEndOfInput();
          if (outcome != Outcome.GOES_ON) {
            return outcome;
          }
        }
      }
      return Outcome.FULL;
    } catch (DataFormatException _) {
      return Outcome.CORRUPT;
    }
  }

  /** The inflater had room and stopped: it wants more input, or its stream has ended. */
  private Outcome atEndOfInput() {
    if (inflater.finished()) {
      if (!input.hasRemaining() && !tailFollows) {
        return Outcome.WHOLE;
      }
      if (streams == mostStreams) {
        return Outcome.CORRUPT;
      }
      inflater.reset();
      beginStream(input);
      return Outcome.GOES_ON;
    }
    if (!inflater.needsInput() || !tailFollows) {
      return Outcome.CORRUPT;
    }
    tailFollows = false;
    input = ByteBuffer.wrap(TAIL);
    inflater.setInput(input);
    return Outcome.GOES_ON;
  }

  /** Frees the block and zlib's memory. The inflater cannot be used any more. */
  @Override
  public void close() {
    block.release();
    inflater.end();
  }
}
