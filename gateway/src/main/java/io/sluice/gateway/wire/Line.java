package io.sluice.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.sluice.gateway.Framing;
import io.sluice.gateway.tls.Tls;
import io.sluice.gateway.websocket.FrameKind;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection's way out, with everything that the fan-out need not look at. Owned by its {@link
 * Wire}.
 *
 * <p>A line is <em>blocked</em> while Netty holds a piece of what it owes: then nobody else writes
 * to the socket, so that frames never mix. What comes meanwhile waits in its {@link Debt}. It never
 * calls the core: what the core must hear is reported and told in {@link Wire#settle}.
 *
 * <p>Its end: one close frame is put behind what is owed, and nothing after it. When it has left
 * and the peer has said goodbye too, or cannot any more, our half of the connection is closed; the
 * peer then closes its own, and what it still sends is read and dropped, so that no reset overtakes
 * the close frame. If its half is closed already, so is the socket. A peer that does none of this
 * in time is cut off by {@link Wire#tick}.
 */
final class Line implements ChannelFutureListener {
  private enum Phase {
    /** The endpoint is being asked for a dialog, without which nothing can be encoded. */
    OPENING,
    OPEN,
    /** The close frame is on its way or has left. */
    CLOSING,
    /** The socket is closed. */
    GONE
  }

  private final Wire wire;
  private final Channel channel;
  private final Speaker speaker;
  private final Framing framing;
  private final int slot;

  private Phase phase = Phase.OPENING;
  private @Nullable List<Runnable> early;
  private @Nullable Debt debt;
  private @Nullable CloseReason reason;

  private boolean blocked;
  private boolean touched;
  private boolean reported;
  private boolean paused;
  private boolean progressed;
  private boolean hangsUp;
  private boolean hungUp;

  Line(Wire wire, Channel channel, Speaker speaker, Framing framing, int slot) {
    this.wire = wire;
    this.channel = channel;
    this.speaker = speaker;
    this.framing = framing;
    this.slot = slot;
  }

  int slot() {
    return slot;
  }

  Speaker speaker() {
    return speaker;
  }

  Framing framing() {
    return framing;
  }

  boolean isGone() {
    return phase == Phase.GONE;
  }

  boolean isOpen() {
    return phase == Phase.OPENING || phase == Phase.OPEN;
  }

  /** Begins: waits for what Netty still has to write, and listens for the end. */
  void begin() {
    var pending = channel.unsafe().outboundBuffer();
    if (pending != null && !pending.isEmpty()) {
      block();
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(debt());
    }
    channel.closeFuture().addListener(this);
  }

  /** The speaker can encode: what was told early takes its turn. */
  void opened() {
    if (phase != Phase.OPENING) {
      return;
    }
    phase = Phase.OPEN;
    List<Runnable> waiting = early;
    early = null;
    if (waiting != null) {
      waiting.forEach(Runnable::run);
    }
  }

  /** The speaker never will encode: what was told early is dropped. */
  void failedToOpen() {
    early = null;
    opened();
  }

  private boolean defers(Runnable action) {
    if (phase != Phase.OPENING) {
      return false;
    }
    if (early == null) {
      early = new ArrayList<>(2);
    }
    early.add(action);
    return true;
  }

  void tell(Event event) {
    if (defers(() -> tell(event)) || phase != Phase.OPEN) {
      return;
    }
    byte[] payload = speaker.encode(event);
    if (payload != null) {
      add(FrameKind.TEXT, payload);
    }
  }

  void say(FrameKind kind, byte[] payload) {
    if (!defers(() -> say(kind, payload)) && phase == Phase.OPEN) {
      add(kind, payload);
    }
  }

  private void add(FrameKind kind, byte[] payload) {
    Debt owed = debt();
    owed.add(kind, payload);
    touch();
    if (owed.controlBytes() > wire.controlBytes()) {
      pause();
    }
  }

  /**
   * Answers a ping. While nothing can be sent only the latest waits, and when it replaces another
   * the socket is not read until it has left.
   */
  void pong(byte[] payload) {
    if (phase != Phase.OPEN) {
      return;
    }
    if (!blocked) {
      add(FrameKind.PONG, payload);
    } else if (debt().replacePong(payload)) {
      pause();
    }
  }

  private void pause() {
    if (!paused) {
      paused = true;
      speaker.pause();
    }
  }

  private Debt debt() {
    Debt owed = debt;
    if (owed == null) {
      owed = new Debt(this);
      debt = owed;
    }
    return owed;
  }

  private void touch() {
    if (!blocked && !touched) {
      touched = true;
      wire.touched(this);
    }
  }

  /** Sends what is owed in one call; if the socket takes less, the rest goes the long way. */
  void flush(Transport transport, Batch scratch) {
    touched = false;
    Debt owed = debt;
    if (blocked || owed == null || phase == Phase.GONE) {
      return;
    }
    scratch.begin();
    owed.copyControl(scratch);
    int taken = transport.send(wire.socket(slot), scratch.block(), scratch.length());
    if (taken == scratch.length()) {
      debt = null;
      if (!framing.isAnswered()) {
        progressed = true;
        report();
      }
      drained();
    } else {
      owed.took(taken);
      hand(owed);
    }
  }

  /** Takes over what is left of a data frame. */
  void finish(byte[] frame, int from) {
    if (phase != Phase.OPEN) {
      return;
    }
    if (blocked) {
      throw new IllegalStateException("a frame is under way in slot " + slot);
    }
    Debt owed = debt();
    owed.setRest(frame, from);
    hand(owed);
  }

  private void hand(Debt owed) {
    block();
    channel.writeAndFlush(owed.piece(channel.alloc(), wire.restBytes())).addListener(owed);
  }

  private void block() {
    blocked = true;
    wire.shut(slot);
  }

  /** Netty has written a piece, or given up. */
  void pieceTaken(boolean written) {
    if (phase == Phase.GONE) {
      return;
    }
    if (!written) {
      broken();
      return;
    }
    progressed = true;
    Debt owed = debt;
    if (owed != null && !owed.isEmpty()) {
      hand(owed);
      report();
    } else {
      debt = null;
      blocked = false;
      drained();
    }
  }

  private void drained() {
    if (paused || phase == Phase.CLOSING || !wire.isReady(slot)) {
      report();
    }
  }

  /**
   * The socket will take nothing any more. Its end comes through the event loop, never from here.
   */
  private void broken() {
    block();
    channel.eventLoop().execute(this::closeSocket);
  }

  /**
   * Breaks the connection without a word: what is owed is dropped, and the kernel sends RST. It
   * goes past the handlers, because one for TLS would still say goodbye.
   */
  private void reset() {
    block();
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
  }

  /** Closes the socket now. */
  void cut() {
    wire.shut(slot);
    closeSocket();
  }

  private void closeSocket() {
    Tls.cut(channel);
  }

  /** Ends the line with the last words that its framing has for this reason. */
  void end(CloseReason why, String text) {
    end(why, framing.farewell(why, text), !framing.isAnswered());
  }

  /**
   * Ends the line.
   *
   * @param closeFrame null if nothing can be said any more
   * @param last whether no close frame of the peer is waited for
   */
  void end(CloseReason why, byte @Nullable [] closeFrame, boolean last) {
    if (defers(() -> end(why, closeFrame, last)) || phase == Phase.GONE) {
      return;
    }
    if (phase == Phase.CLOSING) {
      if (last && !hangsUp) {
        hangsUp = true;
        report();
      }
      return;
    }
    phase = Phase.CLOSING;
    reason = why;
    hangsUp = last;
    wire.shut(slot);
    wire.closing(this);
    if (why == CloseReason.RESET) {
      reset();
      return;
    }
    if (closeFrame == null) {
      broken();
      return;
    }
    Debt owed = debt();
    owed.placePong();
    owed.add(closeFrame);
    touch();
    report();
  }

  /** The socket is closed. */
  @Override
  public void operationComplete(ChannelFuture closed) {
    wire.forget(slot);
    phase = Phase.GONE;
    debt = null;
    early = null;
    report();
  }

  private void report() {
    if (!reported) {
      reported = true;
      wire.reported(this);
    }
  }

  /** Tells the speaker and the core what was reported. Called from the event loop's own depth. */
  void settle(Upstream upstream) {
    reported = false;
    if (phase == Phase.GONE) {
      speaker.gone(reason == null ? CloseReason.LOST : reason);
      upstream.closed(slot);
      wire.free(slot);
      return;
    }
    if (progressed) {
      progressed = false;
      speaker.alive();
    }
    if (paused && (debt == null || phase == Phase.CLOSING)) {
      paused = false;
      speaker.resume();
    }
    if (phase == Phase.CLOSING && hangsUp && !hungUp && debt == null && !blocked) {
      hungUp = true;
      hangUp();
    }
    if (phase == Phase.OPEN && !blocked && !wire.isReady(slot)) {
      wire.open(slot);
      upstream.writable(slot);
    }
  }

  /** The peer's side is closed: only a farewell of ours that is under way keeps the socket open. */
  void ended() {
    if (phase != Phase.CLOSING || hungUp) {
      cut();
    } else if (!hangsUp) {
      hangsUp = true;
      report();
    }
  }

  private void hangUp() {
    if (channel instanceof DuplexChannel done && done.isInputShutdown()) {
      ChannelFuture _ = channel.close();
    } else if (channel instanceof DuplexChannel duplex) {
      Tls.hangUp(duplex);
    } else {
      cut();
    }
  }

  static byte[] copy(ByteBuf bytes) {
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.getBytes(bytes.readerIndex(), copy);
    return copy;
  }
}
