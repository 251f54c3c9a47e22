package io.sluice.gateway.loop;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.StreamEndpoint.Reading;
import io.sluice.gateway.http.RequestEnd;
import io.sluice.model.CloseReason;

/**
 * One response that goes on: the lines of its request become calls of its dialog, some at a time,
 * and none while too much waits for the socket. Owned by its worker's event loop.
 *
 * <p>A request is there whole, or its body is still to come: then each line is a call when it is
 * there, and while the dialog wants no more, or too much waits for the socket, the socket is not
 * read. Nothing is read behind a request: what comes there is thrown away, for the response has
 * said that the connection ends with it. A peer that closes its side gets the answers it has asked
 * for; no subscription goes on for it.
 */
final class ResponseHandler extends Attendant {
  private final BodyLines lines;
  private final boolean listened;

  /** Whether there is more of the body to come. */
  private boolean listens;

  private boolean completed;

  /** So many lines had been read when the one that has not ended was first seen, and when. */
  private long unfinishedLine = -1;

  private long unfinishedSince;
  private long linesRead;

  ResponseHandler(Worker worker, Channel channel, Reading.Answered request, boolean listens) {
    super(worker, channel, request.framing());
    this.lines = new BodyLines(request.lines());
    this.listens = listens;
    this.listened = listens;
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
    lines.beginShare(ReadBuffer.BYTES);
    while (!isStopped() && !completed && lines.next(!listens)) {
      readLine();
    }
    worker().scheduleTurn();
    if (lines.isMore(!listens)) {
      holdBack();
    } else if (!listens) {
      completed = true;
      lines.clear();
      dialog.complete();
    } else if (lines.pending() > worker().messageBytes()) {
      end(CloseReason.TOO_BIG);
    } else if (!isStopped()) {
      channel().config().setAutoRead(true);
    }
  }

  /** What is here comes before what is still to be read. */
  private void holdBack() {
    if (listens) {
      channel().config().setAutoRead(false);
    }
    // Whoever paused it calls again.
    if (!isStopped()) {
      channel().eventLoop().execute(this::read);
    }
  }

  private void readLine() {
    linesRead++;
    if (lines.isBlank()) {
      return;
    }
    if (listened && lines.length() > worker().messageBytes()) {
      end(CloseReason.TOO_BIG);
    } else if (!lines.isText()) {
      end(CloseReason.ENCODING);
    } else {
      say(Unpooled.wrappedBuffer(lines.bytes(), lines.from(), lines.length()));
    }
  }

  /** The peer's body cannot be read any further. */
  private void end(CloseReason why) {
    completed = true;
    lines.clear();
    close(why);
    channel().config().setAutoRead(true);
    worker().scheduleTurn();
  }

  @Override
  void take(ByteBuf in) {
    if (listens && !completed && wire().isOpen(slot())) {
      heard();
      lines.add(in);
      read();
    }
  }

  @Override
  void tick(long nanos) {
    // Whether the peer lives its socket tells: see Framing.isAnswered.
    if (!listens || completed || isStopped() || lines.pending() == 0) {
      unfinishedLine = -1;
    } else if (unfinishedLine != linesRead) {
      unfinishedLine = linesRead;
      unfinishedSince = nanos;
    } else if (nanos - unfinishedSince > worker().unfinishedNanos()) {
      end(CloseReason.POLICY);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (isGone()) {
      return;
    }
    switch (event) {
      case RequestEnd end when listens && !completed -> {
        if (end == RequestEnd.BROKEN) {
          end(CloseReason.PROTOCOL);
        } else {
          listens = false;
          channel().config().setAutoRead(true);
          read();
        }
      }
      case ChannelInputShutdownEvent _ -> peerEnded();
      default -> {
        // Nobody's here.
      }
    }
  }

  private void peerEnded() {
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
    // Beside this it is asked before each line.
    if (listens) {
      channel().config().setAutoRead(false);
    }
  }

  @Override
  void start() {
    read();
  }

  @Override
  void release() {
    completed = true;
    lines.clear();
  }
}
