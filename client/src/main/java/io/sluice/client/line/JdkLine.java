package io.sluice.client.line;

import io.sluice.model.ClientCode;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its own lock for what is sent; the JDK, which calls one method of a listener at a time,
 * for what is received. One WebSocket: keeps messages in order though the JDK takes one at a time,
 * puts the parts of a message together, and bounds both.
 */
final class JdkLine implements Transport.Line, WebSocket.Listener {
  /** A message on its way out. */
  private sealed interface Frame {
    int size();

    record Text(String text) implements Frame {
      @Override
      public int size() {
        return text.length();
      }
    }

    /** The bytes are handed over, not compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Binary(byte[] bytes) implements Frame {
      @Override
      public int size() {
        return bytes.length;
      }
    }
  }

  private static final int CLOSE_SECONDS = 2;
  private static final int NORMAL = 1000;
  private static final int LOST = 1006;

  private final Transport.Ear ear;
  private final LineBounds bounds;
  private final ScheduledExecutorService scheduler;
  private final Object lock = new Object();
  private final Deque<Frame> queue = new ArrayDeque<>();
  private final StringBuilder parts = new StringBuilder();
  private final Knocker knocker;

  /** What has come of a binary message; kept for the next. */
  private byte[] binaryParts = {};

  private int filled;
  private @Nullable WebSocket socket;
  private long queued;
  private boolean sending;
  private boolean full;
  private boolean closing;
  private boolean dropped;
  private boolean paused;
  private int used;

  JdkLine(Transport.Ear ear, LineBounds bounds, ScheduledExecutorService scheduler) {
    this.ear = ear;
    this.bounds = bounds;
    this.scheduler = scheduler;
    this.knocker = new Knocker(scheduler, this::ended);
  }

  /** The socket has ended, and the JDK has not said so. */
  private void ended() {
    drop();
    ear.broken(LOST, "");
  }

  // What is sent.

  @Override
  public void send(String text) {
    put(new Frame.Text(text));
  }

  @Override
  public void sendBinary(byte[] message) {
    put(new Frame.Binary(message));
  }

  @Override
  public void ping() {
    WebSocket open;
    synchronized (lock) {
      open = dropped ? null : socket;
    }
    if (open != null) {
      // What comes of it is heard as a pong, or not at all.
      CompletableFuture<WebSocket> unused = open.sendPing(ByteBuffer.allocate(0));
    }
  }

  private void put(Frame frame) {
    synchronized (lock) {
      if (dropped || closing) {
        return;
      }
      queue.addLast(frame);
      queued += frame.size();
      full |= queued >= bounds.queued();
    }
    pump();
  }

  @Override
  public boolean isReady() {
    synchronized (lock) {
      return !full;
    }
  }

  /** Hands one message after the other to the socket, which takes one at a time. */
  private void pump() {
    while (true) {
      WebSocket open;
      Frame next;
      boolean relieved;
      synchronized (lock) {
        open = socket;
        if (sending || open == null || dropped) {
          return;
        }
        next = queue.pollFirst();
        int size = next == null ? 0 : next.size();
        relieved = full && queued - size < bounds.queued() / 2;
        full &= !relieved;
        queued -= size;
        if (next == null && !closing) {
          return;
        }
        sending = true;
      }
      if (relieved) {
        ear.writable();
      }
      if (next == null) {
        goodbye(open);
        return;
      }
      if (!sendNow(open, next)) {
        return;
      }
    }
  }

  /** Sends one; true if it is gone already. */
  private boolean sendNow(WebSocket open, Frame frame) {
    CompletableFuture<WebSocket> sent =
        switch (frame) {
          case Frame.Text message -> open.sendText(message.text(), true);
          case Frame.Binary message -> open.sendBinary(ByteBuffer.wrap(message.bytes()), true);
        };
    if (sent.isDone() && !sent.isCompletedExceptionally()) {
      sent();
      return true;
    }
    CompletableFuture<WebSocket> unused =
        sent.whenComplete(
            (done, trouble) -> {
              if (trouble == null) {
                sent();
                pump();
              } else {
                ended();
              }
            });
    return false;
  }

  private void sent() {
    synchronized (lock) {
      sending = false;
    }
  }

  private void goodbye(WebSocket open) {
    CompletableFuture<WebSocket> unused =
        open.sendClose(NORMAL, "")
            .whenComplete(
                (done, trouble) -> {
                  if (trouble != null) {
                    ended();
                  }
                });
  }

  @Override
  public void close() {
    synchronized (lock) {
      closing = true;
    }
    pump();
    try {
      ScheduledFuture<?> unused = scheduler.schedule(this::ended, CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // The resources are gone, and nobody is left to wait.
      drop();
    }
  }

  @Override
  public void drop() {
    knocker.stop();
    WebSocket open;
    synchronized (lock) {
      dropped = true;
      queue.clear();
      open = socket;
    }
    if (open != null) {
      open.abort();
    }
  }

  @Override
  public void read(boolean wanted) {
    WebSocket open;
    int more;
    synchronized (lock) {
      paused = !wanted;
      open = socket;
      more = used;
      used = wanted ? 0 : used;
    }
    if (wanted && open != null && more > 0) {
      open.request(more);
    }
  }

  // What is received.

  @Override
  public void onOpen(WebSocket opened) {
    boolean unwanted;
    synchronized (lock) {
      socket = opened;
      unwanted = dropped;
    }
    if (unwanted) {
      opened.abort();
    } else {
      opened.request(bounds.messages());
      pump();
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket open, CharSequence data, boolean last) {
    if (last && parts.isEmpty()) {
      deliver(data.toString());
    } else {
      parts.append(data);
      if (last) {
        String whole = parts.toString();
        parts.setLength(0);
        parts.trimToSize();
        deliver(whole);
      } else if (parts.length() > bounds.maxMessageBytes()) {
        unfit();
      } else {
        ear.heard();
      }
    }
    return took(open, true);
  }

  private void deliver(String text) {
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    if (message.length > bounds.maxMessageBytes()) {
      unfit();
    } else {
      ear.text(message);
    }
  }

  private void unfit() {
    parts.setLength(0);
    ear.unfit(
        new Trouble(
            ClientCode.MESSAGE_TOO_BIG,
            "The server sent a message of more than " + bounds.maxMessageBytes() + " bytes"));
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket open, ByteBuffer data, boolean last) {
    int size = filled + data.remaining();
    if (size > bounds.maxMessageBytes()) {
      filled = 0;
      unfit();
    } else if (last) {
      byte[] whole = Arrays.copyOf(binaryParts, size);
      data.get(whole, filled, data.remaining());
      filled = 0;
      ear.binary(whole);
    } else {
      if (size > binaryParts.length) {
        binaryParts = Arrays.copyOf(binaryParts, Math.max(size, 2 * binaryParts.length));
      }
      data.get(binaryParts, filled, data.remaining());
      filled = size;
      ear.heard();
    }
    return took(open, true);
  }

  @Override
  public @Nullable CompletionStage<?> onPing(WebSocket open, ByteBuffer message) {
    ear.heard();
    return took(open, false);
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket open, ByteBuffer message) {
    ear.heard();
    return took(open, false);
  }

  /** Asks for more in halves of what may be under way. */
  private @Nullable CompletionStage<?> took(WebSocket open, boolean message) {
    knocker.came(open, message);
    int more = 0;
    synchronized (lock) {
      used++;
      if (!paused && used >= bounds.messages() / 2) {
        more = used;
        used = 0;
      }
    }
    if (more > 0) {
      open.request(more);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket open, int code, String reason) {
    knocker.stop();
    ear.broken(code, reason);
    return null;
  }

  @Override
  public void onError(WebSocket open, Throwable error) {
    ended();
  }
}
