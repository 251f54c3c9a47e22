package io.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.StreamEndpoint.Reading;
import io.sluice.gateway.response.Lines;

/**
 * One response that goes on: the lines of its request become calls of its dialog, some at a time,
 * and none while too much waits for the socket. Owned by its worker's event loop.
 *
 * <p>Nothing more is read of the peer: what comes behind its request is thrown away, for the
 * response has said that the connection ends with it. A peer that closes its side gets the answers
 * it has asked for; no subscription goes on for it.
 */
final class ResponseHandler extends Attendant {
  private static final byte[] NOTHING = {};

  private byte[] lines;
  private int at;
  private boolean completed;

  ResponseHandler(Worker worker, Channel channel, Reading.Answered request) {
    super(worker, channel, request.framing());
    this.lines = request.lines();
  }

  @Override
  public boolean deflates() {
    return false;
  }

  /** Reads on where it stopped: as much as would be read of a socket at once. */
  void read() {
    Dialog dialog = dialog();
    if (isStopped() || completed || dialog == null || !wire().isOpen(slot())) {
      return;
    }
    long _ = worker().beginRead();
    int stop = at + ReadBuffer.BYTES;
    while (!isStopped() && at < lines.length && at < stop) {
      readLine();
    }
    worker().scheduleTurn();
    if (at < lines.length) {
      // Whoever paused it calls again.
      if (!isStopped()) {
        channel().eventLoop().execute(this::read);
      }
      return;
    }
    completed = true;
    lines = NOTHING;
    at = 0;
    dialog.complete();
  }

  private void readLine() {
    int begin = at;
    int end = Lines.end(lines, begin);
    at = Math.min(lines.length, end + 1);
    if (!Lines.isBlank(lines, begin, end)) {
      say(Unpooled.wrappedBuffer(lines, begin, end - begin));
    }
  }

  @Override
  void take(ByteBuf in) {
    // See above.
  }

  @Override
  void tick(long nanos) {
    // Whether the peer lives its socket tells: see Framing.isAnswered.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event != ChannelInputShutdownEvent.INSTANCE || isGone()) {
      return;
    }
    Dialog dialog = dialog();
    if (dialog == null || !wire().isOpen(slot())) {
      wire().peerEnded(slot());
    } else {
      dialog.left();
      worker().scheduleTurn();
    }
  }

  @Override
  void stop() {
    // Asked before each line.
  }

  @Override
  void start() {
    read();
  }

  @Override
  void release() {
    completed = true;
    lines = NOTHING;
    at = 0;
  }
}
