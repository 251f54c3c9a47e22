package io.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.sluice.core.Lane;
import io.sluice.gateway.BugLog;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Framing;
import io.sluice.gateway.StampedMessages;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.gateway.wire.Speaker;
import io.sluice.gateway.wire.Wire;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Moment;
import io.sluice.model.StampedForm.Tail;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection between its socket and its dialog, whatever its bytes look like. The only handler
 * in its pipeline, but for TLS where it is spoken. Owned by its worker's event loop.
 */
abstract class Attendant extends ChannelInboundHandlerAdapter implements Connection, Speaker {
  private static final Logger LOG = LoggerFactory.getLogger(Attendant.class);

  private final Worker worker;
  private final Channel channel;
  private final int slot;
  private @Nullable Dialog dialog;

  /** The slot may be somebody else's from here on. */
  private boolean gone;

  /** Whether too much waits for the socket. */
  private boolean owes;

  /** Whether the dialog wants nothing more for now. */
  private boolean declines;

  /** When the dialog will be called, and what will do so. */
  private long calledAt;

  private @Nullable Future<?> call;

  /**
   * Takes its place on the worker's wire.
   *
   * @param framing null for a WebSocket's
   */
  Attendant(Worker worker, Channel channel, @Nullable Framing framing) {
    this.worker = worker;
    this.channel = channel;
    Wire wire = worker.wire();
    this.slot = framing == null ? wire.admit(channel, this) : wire.admit(channel, this, framing);
  }

  /** Begins the conversation; whether there is one now. */
  final boolean open(Supplier<Dialog> opener) {
    try {
      dialog = opener.get();
    } catch (RuntimeException bug) {
      BugLog.report(LOG, "an endpoint could not open", bug);
      wire().failedToOpen(slot, CloseReason.INTERNAL);
      return false;
    }
    wire().opened(slot);
    return true;
  }

  /** Once a second. */
  abstract void tick(long nanos);

  /** The socket is closed: what is held is let go. */
  abstract void release();

  final Worker worker() {
    return worker;
  }

  final Channel channel() {
    return channel;
  }

  final Wire wire() {
    return worker.wire();
  }

  /** Who is spoken with; null before the beginning and after the end. */
  final @Nullable Dialog dialog() {
    return dialog;
  }

  final void heard() {
    if (dialog != null) {
      dialog.heard();
    }
  }

  /** Hands a message to the dialog, if it still means anything. */
  final void say(ByteBuf text) {
    if (dialog != null && wire().isOpen(slot)) {
      worker.messages().increment();
      try {
        dialog.text(text, worker.readAt());
      } catch (RuntimeException bug) {
        fail("a dialog failed on a text message", bug);
      }
    }
  }

  final void cut() {
    if (!gone) {
      wire().cut(slot);
    }
  }

  final void fail(String what, Throwable bug) {
    BugLog.report(LOG, what, bug);
    close(CloseReason.INTERNAL);
  }

  final boolean isGone() {
    return gone;
  }

  // Connection

  @Override
  public final int slot() {
    return slot;
  }

  @Override
  public final Lane lane() {
    return worker.lane();
  }

  @Override
  public final void send(boolean binary, ByteBuf message) {
    if (!gone) {
      wire().say(slot, binary ? FrameKind.BINARY : FrameKind.TEXT, message);
    }
  }

  @Override
  public final boolean isBehind() {
    return owes;
  }

  @Override
  public final void ping() {
    if (!gone) {
      wire().heartbeat(slot);
    }
  }

  @Override
  public final void close(CloseReason reason, String text) {
    if (!gone) {
      wire().close(slot, reason, text);
    }
  }

  @Override
  public final void callAt(long nanos) {
    // A call that comes too early costs less than one that is put off with every message.
    if (gone || nanos == Long.MAX_VALUE || (call != null && nanos - calledAt >= 0)) {
      return;
    }
    callOff();
    calledAt = nanos;
    long delay = Math.max(0, nanos - worker.now().nanos());
    call = channel.eventLoop().schedule(this::called, delay, TimeUnit.NANOSECONDS);
  }

  private void callOff() {
    if (call != null) {
      boolean _ = call.cancel(false);
      call = null;
    }
  }

  private void called() {
    call = null;
    if (dialog != null) {
      act(dialog::tick);
    }
  }

  @Override
  public final void post(Consumer<Moment> action) {
    channel.eventLoop().execute(() -> act(action));
  }

  private void act(Consumer<Moment> action) {
    try {
      action.accept(worker.now());
    } catch (RuntimeException bug) {
      fail("a dialog failed between two messages", bug);
    }
    worker.scheduleTurn();
  }

  // Reading: stopped while too much waits for the socket, or the dialog wants it so

  @Override
  public final void pause() {
    owes = true;
    stop();
  }

  @Override
  public final void resume() {
    owes = false;
    Dialog speaking = dialog;
    if (speaking != null) {
      act(now -> speaking.caughtUp());
    }
    startIfMayRead();
  }

  @Override
  public final void stopReading() {
    declines = true;
    stop();
  }

  @Override
  public final void readOn() {
    if (declines) {
      declines = false;
      // Not from inside what was read.
      channel.eventLoop().execute(this::startIfMayRead);
    }
  }

  private void startIfMayRead() {
    if (!owes && !declines && !gone) {
      start();
    }
  }

  /** Whether nothing may be handed on now. */
  final boolean isStopped() {
    return owes || declines;
  }

  /** Hands nothing more on. */
  abstract void stop();

  /** Hands on what was kept, and reads on. */
  abstract void start();

  // The way in

  /** Takes what came; it is released by the caller. */
  abstract void take(ByteBuf in);

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof ByteBuf in) {
        take(in);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      cut();
    } else {
      fail("reading failed", cause);
    }
  }

  // Speaker

  @Override
  public final byte @Nullable [] encode(Event event) {
    if (dialog == null) {
      return null;
    }
    try {
      byte[] said = dialog.encode(event);
      if (said != null && event instanceof Event.Failed) {
        worker.errors().increment();
      }
      return said;
    } catch (RuntimeException bug) {
      fail("a dialog could not encode " + event.getClass().getSimpleName(), bug);
      return null;
    }
  }

  @Override
  public final int stampedCost(Tail tail) {
    return Objects.requireNonNull(dialog).stampedCost(tail);
  }

  @Override
  public final void stamp(Tail tail, ChannelName channel, long offset, StampedMessages into) {
    Objects.requireNonNull(dialog).stamp(tail, channel, offset, into);
  }

  @Override
  public final void stamped(int sent) {
    if (dialog != null) {
      dialog.stamped(sent);
    }
  }

  @Override
  public final void alive() {
    heard();
  }

  @Override
  public final void gone(CloseReason reason) {
    gone = true;
    callOff();
    release();
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
}
