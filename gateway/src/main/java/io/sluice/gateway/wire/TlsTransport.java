package io.sluice.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sockets behind TLS, through Netty, called by their slots. What is given is enciphered a record at
 * a time, and the next one only when the kernel has taken the last: so a reader that stalls holds
 * one record here, and at most one piece more that the {@link Line} has handed over. Unlike its
 * siblings it allocates for every call.
 *
 * <p>Owner: one {@link Wire}; used on its thread only.
 */
final class TlsTransport extends Transport {
  /** The most a record of TLS holds. */
  static final int RECORD_BYTES = 16 << 10;

  private @Nullable Channel[] channels = new Channel[64];

  @Override
  int admit(int slot, Channel channel) {
    if (slot >= channels.length) {
      channels = Arrays.copyOf(channels, Math.max(slot + 1, channels.length * 2));
    }
    channels[slot] = channel;
    return slot;
  }

  @Override
  void forget(int socket) {
    channels[socket] = null;
  }

  @Override
  int send(int socket, Block bytes, int length) {
    Channel channel = channels[socket];
    int taken = 0;
    while (channel != null && taken < length && isIdle(channel)) {
      int count = Math.min(RECORD_BYTES, length - taken);
      ByteBuf record = channel.alloc().heapBuffer(count);
      bytes.copyTo(record, taken, count);
      ChannelFuture _ = channel.writeAndFlush(record, channel.voidPromise());
      taken += count;
    }
    return taken;
  }

  /** Whether everything written before has left; what waits to be enciphered counts as well. */
  private static boolean isIdle(Channel channel) {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return pending != null && pending.totalPendingWriteBytes() == 0;
  }
}
