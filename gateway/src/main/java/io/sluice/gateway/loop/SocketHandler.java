package io.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.sluice.core.Lane;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.websocket.FrameDecoder;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.websocket.FrameSink;
import io.sluice.gateway.websocket.Violation;
import io.sluice.gateway.wire.Speaker;
import io.sluice.gateway.wire.Wire;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket's way in: bytes become frames, frames become calls of its dialog. The only handler
 * in its pipeline, but for TLS where it is spoken. Owned by its worker's event loop.
 */
final class SocketHandler extends ChannelInboundHandlerAdapter
    implements Connection, Speaker, FrameSink {
  private static final Logger LOG = LoggerFactory.getLogger(SocketHandler.class);

  private final Worker worker;
  private final Channel channel;
  private final FrameDecoder decoder;
  private final boolean deflates;
  private final int slot;

  private @Nullable Dialog dialog;
  private @Nullable ByteBuf held;
  private boolean paused;

  /** The slot may be somebody else's from here on. */
  private boolean gone;

  SocketHandler(Worker worker, Channel channel, boolean deflates) {
    this.worker = worker;
    this.channel = channel;
    this.deflates = deflates;
    this.decoder = worker.decoder(channel, deflates);
    this.slot = worker.wire().admit(channel, this);
  }

  /** Begins the conversation. */
  void open(Endpoint endpoint, Endpoint.Welcome welcome) {
    try {
      dialog = endpoint.open(this, welcome);
    } catch (RuntimeException bug) {
      BugLog.report(LOG, "an endpoint could not open", bug);
      wire().failedToOpen(slot, CloseReason.INTERNAL);
      return;
    }
    wire().opened(slot);
  }

  private Wire wire() {
    return worker.wire();
  }

  // Connection

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public Lane lane() {
    return worker.lane();
  }

  @Override
  public boolean deflates() {
    return deflates;
  }

  @Override
  public void send(boolean binary, ByteBuf message) {
    if (!gone) {
      wire().say(slot, binary ? FrameKind.BINARY : FrameKind.TEXT, message);
    }
  }

  @Override
  public void close(CloseReason reason) {
    if (!gone) {
      wire().close(slot, reason);
    }
  }

  // The way in

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf in)) {
      ReferenceCountUtil.release(message);
      return;
    }
    try {
      if (paused) {
        hold(in);
      } else {
        read(in);
      }
    } finally {
      in.release();
    }
  }

  private void read(ByteBuf in) {
    decoder.feed(in, worker.beginRead(), this);
    if (in.isReadable()) {
      hold(in);
    }
    heard();
    worker.scheduleTurn();
  }

  private void hold(ByteBuf in) {
    ByteBuf kept = held == null ? channel.alloc().buffer(in.readableBytes()) : held;
    held = kept;
    if (kept.readableBytes() + in.readableBytes() > worker.heldBytes()) {
      cut();
    } else {
      kept.writeBytes(in);
    }
  }

  private void cut() {
    if (!gone) {
      wire().cut(slot);
    }
  }

  private void heard() {
    if (dialog != null) {
      dialog.heard();
    }
  }

  @Override
  public void text(ByteBuf message) {
    if (dialog != null && wire().isOpen(slot)) {
      try {
        dialog.text(message, worker.readAt());
      } catch (RuntimeException bug) {
        fail("a dialog failed on a text message", bug);
      }
    }
  }

  @Override
  public void binary(ByteBuf message) {
    if (dialog != null && wire().isOpen(slot)) {
      try {
        dialog.binary(message, worker.readAt());
      } catch (RuntimeException bug) {
        fail("a dialog failed on a binary message", bug);
      }
    }
  }

  @Override
  public void ping(ByteBuf payload) {
    wire().pong(slot, payload);
  }

  @Override
  public void pong(ByteBuf payload) {
    // That it came is all that matters: read() says so.
  }

  @Override
  public void close(int code, String reason) {
    wire().peerCloses(slot, code);
  }

  @Override
  public void broken(Violation violation) {
    worker.broken(violation);
    wire().peerBroke(slot, reasonOf(violation), violation);
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

  /** Once a second. */
  void tick(long nanos) {
    if (decoder.overdue(nanos)) {
      decoder.stop();
      broken(Violation.MESSAGE_OVERDUE);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE && !gone) {
      wire().peerEnded(slot);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      cut();
    } else {
      fail("reading failed", cause);
    }
  }

  // Speaker

  @Override
  public byte @Nullable [] encode(Event event) {
    if (dialog == null) {
      return null;
    }
    try {
      return dialog.encode(event);
    } catch (RuntimeException bug) {
      fail("a dialog could not encode " + event.getClass().getSimpleName(), bug);
      return null;
    }
  }

  @Override
  public void pause() {
    paused = true;
    decoder.pause();
    channel.config().setAutoRead(false);
  }

  @Override
  public void resume() {
    paused = false;
    ByteBuf kept = held;
    held = null;
    if (kept != null) {
      try {
        read(kept);
      } finally {
        kept.release();
      }
    }
    if (!paused) {
      channel.config().setAutoRead(true);
    }
  }

  @Override
  public void alive() {
    heard();
  }

  @Override
  public void gone(CloseReason reason) {
    gone = true;
    decoder.stop();
    if (held != null) {
      held.release();
      held = null;
    }
    Dialog closed = dialog;
    dialog = null;
    worker.left(this, reason);
    if (closed != null) {
      try {
        closed.closed(reason);
      } catch (RuntimeException bug) {
        BugLog.report(LOG, "a dialog failed when it was closed", bug);
      }
    }
  }

  private void fail(String what, Throwable bug) {
    BugLog.report(LOG, what, bug);
    close(CloseReason.INTERNAL);
  }
}
