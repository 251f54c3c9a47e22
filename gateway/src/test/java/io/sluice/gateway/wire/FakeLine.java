package io.sluice.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.StampedMessages;
import io.sluice.gateway.loop.ServerFrame;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.StampedForm.Tail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection of a {@link FakeHouse}: its channel, whose pieces the test completes, and its
 * speaker. Owned by the test's thread.
 */
final class FakeLine extends ChannelOutboundHandlerAdapter implements Speaker {
  private record Piece(ByteBuf bytes, ChannelPromise promise) {}

  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private final FakeHouse house;
  private final FakeTransport.Socket socket;
  final EmbeddedChannel channel;
  final int slot;
  final List<CloseReason> ends = new ArrayList<>();
  private final Numbering numbering = new Numbering();
  boolean paused;
  int pauses;
  int signs;
  int largestPiece;

  /** Whether data still went to the socket when its close began. */
  boolean readyWhenClosed;

  FakeLine(FakeHouse house) {
    this.house = house;
    channel = new EmbeddedChannel(this);
    slot = house.wire.admit(channel, this);
    socket = house.transport.socket(house.transport.count() - 1);
    house.wire.opened(slot);
  }

  FakeTransport.Socket socket() {
    return socket;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ByteBuf bytes = (ByteBuf) message;
    largestPiece = Math.max(largestPiece, bytes.readableBytes());
    pieces.add(new Piece(bytes, promise));
    if (pieces.size() > 1) {
      throw new AssertionError("two pieces at once");
    }
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    // The test decides when a piece has left.
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    readyWhenClosed = house.wire.ready(slot);
    ctx.close(promise);
  }

  boolean hasPiece() {
    return !pieces.isEmpty();
  }

  int pieceBytes() {
    return pieces.isEmpty() ? 0 : pieces.peek().bytes().readableBytes();
  }

  /** The socket takes the piece that Netty holds. */
  void takePiece() {
    Piece piece = pieces.remove();
    byte[] bytes = new byte[piece.bytes().readableBytes()];
    piece.bytes().readBytes(bytes);
    piece.bytes().release();
    socket.taken.writeBytes(bytes);
    piece.promise().setSuccess();
  }

  void takeAllPieces() {
    while (hasPiece()) {
      takePiece();
    }
  }

  /** Netty finds that the piece can never leave. */
  void failPiece() {
    Piece piece = pieces.remove();
    piece.bytes().release();
    piece.promise().setFailure(new IOException("failed by the test"));
  }

  /** The peer resets the connection. */
  void reset() {
    while (hasPiece()) {
      failPiece();
    }
    channel.close();
  }

  List<ServerFrame> frames() {
    return ServerFrame.all(socket.taken.toByteArray());
  }

  List<String> said() {
    return frames().stream().map(ServerFrame::toString).toList();
  }

  /** Every stamped message that it gave a number to, with it. */
  List<String> numbering() {
    return numbering.given();
  }

  @Override
  public int stampedCost(Tail tail) {
    return numbering.cost(tail);
  }

  @Override
  public void stamp(Tail tail, ChannelName channel, long offset, StampedMessages into) {
    numbering.stamp(tail, into);
  }

  @Override
  public void stamped(int sent) {
    numbering.stamped(sent);
  }

  @Override
  public byte[] encode(Event event) {
    return ((Event.Connected) event).user().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void pause() {
    paused = true;
    pauses++;
  }

  @Override
  public void resume() {
    paused = false;
  }

  @Override
  public void alive() {
    signs++;
  }

  @Override
  public void gone(CloseReason reason) {
    ends.add(reason);
  }
}
