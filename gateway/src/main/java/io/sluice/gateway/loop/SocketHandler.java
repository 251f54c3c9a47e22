package io.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.websocket.FrameDecoder;
import io.sluice.gateway.websocket.FrameSink;
import io.sluice.gateway.websocket.Violation;
import io.sluice.model.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket's way in: bytes become frames, frames become calls of its dialog. Owned by its
 * worker's event loop.
 */
final class SocketHandler extends Attendant implements FrameSink {
  private final FrameDecoder decoder;
  private final boolean deflates;

  private @Nullable ByteBuf held;

  SocketHandler(Worker worker, Channel channel, boolean deflates) {
    super(worker, channel, null);
    this.deflates = deflates;
    this.decoder = worker.decoder(channel, deflates);
  }

  @Override
  public boolean deflates() {
    return deflates;
  }

  // The way in

  @Override
  void take(ByteBuf in) {
    if (isStopped()) {
      hold(in);
    } else {
      read(in);
    }
  }

  private void read(ByteBuf in) {
    decoder.feed(in, worker().beginRead(), this);
    if (in.isReadable()) {
      hold(in);
    }
    heard();
    worker().scheduleTurn();
  }

  private void hold(ByteBuf in) {
    ByteBuf kept = held == null ? channel().alloc().buffer(in.readableBytes()) : held;
    held = kept;
    if (kept.readableBytes() + in.readableBytes() > worker().heldBytes()) {
      cut();
    } else {
      kept.writeBytes(in);
    }
  }

  @Override
  public void text(ByteBuf message) {
    say(message);
  }

  @Override
  public void binary(ByteBuf message) {
    Dialog dialog = dialog();
    if (dialog != null && wire().isOpen(slot())) {
      worker().messages().increment();
      try {
        dialog.binary(message, worker().readAt());
      } catch (RuntimeException bug) {
        fail("a dialog failed on a binary message", bug);
      }
    }
  }

  @Override
  public void ping(ByteBuf payload) {
    wire().pong(slot(), payload);
  }

  @Override
  public void pong(ByteBuf payload) {
    // That it came is all that matters: read() says so.
  }

  @Override
  public void close(int code, String reason) {
    wire().peerCloses(slot(), code);
  }

  @Override
  public void broken(Violation violation) {
    worker().broken(violation);
    wire().peerBroke(slot(), reasonOf(violation), violation);
  }

  private static CloseReason reasonOf(Violation violation) {
    return switch (violation) {
      case RESERVED_BITS,
          RESERVED_OPCODE,
          NOT_MASKED,
          CONTROL_FRAGMENTED,
          CONTROL_TOO_LONG,
          LENGTH_NOT_MINIMAL,
          LENGTH_TOP_BIT,
          CONTINUATION_WITHOUT_START,
          MESSAGE_INSIDE_MESSAGE,
          CLOSE_TRUNCATED,
          CLOSE_CODE ->
          CloseReason.PROTOCOL;
      case CLOSE_ENCODING, TEXT_ENCODING, DEFLATE_CORRUPT -> CloseReason.ENCODING;
      case MESSAGE_TOO_BIG -> CloseReason.TOO_BIG;
      case FRAME_FLOOD, CONTROL_FLOOD, MESSAGE_OVERDUE -> CloseReason.POLICY;
    };
  }

  @Override
  void tick(long nanos) {
    if (decoder.overdue(nanos)) {
      decoder.stop();
      broken(Violation.MESSAGE_OVERDUE);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && !isGone()) {
      wire().peerEnded(slot());
    }
  }

  @Override
  void stop() {
    decoder.pause();
    channel().config().setAutoRead(false);
  }

  @Override
  void start() {
    ByteBuf kept = held;
    held = null;
    if (kept != null) {
      try {
        read(kept);
      } finally {
        kept.release();
      }
    }
    if (!isStopped()) {
      channel().config().setAutoRead(true);
    }
  }

  @Override
  void release() {
    decoder.stop();
    if (held != null) {
      held.release();
      held = null;
    }
  }
}
