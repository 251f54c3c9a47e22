package io.sluice.gateway.haip;

import io.netty.buffer.Unpooled;
import io.sluice.gateway.haip.HaipDialog.Delivery;
import io.sluice.gateway.haip.HaipTally.Sum;
import io.sluice.gateway.response.Lines;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.HaipFault;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a peer says in requests of its own, a message on each line, one request after the other. A
 * line whose credentials are being checked keeps those behind it waiting, as an unread socket
 * would. Owned by its dialog; {@link #deliver} is for any thread.
 */
final class HaipPosts {
  private final HaipDialog dialog;

  /** Requests that are not answered. Any thread. */
  private final AtomicInteger underWay = new AtomicInteger();

  /** Requests that have come and are not all said; made for the first. */
  private @Nullable Queue<Post> unsaid;

  /** What was wrong with what is being said; the first of it. */
  private @Nullable HaipFault wrong;

  private boolean checking;

  /** Owned by {@link HaipPosts}, but for its answer, which anybody may await. */
  private static final class Post {
    private final byte[] lines;
    private final CompletableFuture<Delivery> answer = new CompletableFuture<>();
    private int from;
    private @Nullable HaipFault wrong;

    Post(byte[] lines) {
      this.lines = lines;
    }

    boolean isSaid() {
      return from >= lines.length;
    }
  }

  HaipPosts(HaipDialog dialog) {
    this.dialog = dialog;
  }

  /** Answered when the conversation has dealt with all of it. Any thread. */
  CompletionStage<Delivery> deliver(byte[] lines) {
    if (dialog.isFull()) {
      return CompletableFuture.completedStage(new Delivery.Busy());
    }
    if (underWay.incrementAndGet() > dialog.house().limits().http().posts()) {
      underWay.decrementAndGet();
      return CompletableFuture.completedStage(new Delivery.Busy());
    }
    Post post = new Post(lines);
    dialog.connection().post(at -> begin(post, at));
    return post.answer.whenComplete((done, bug) -> underWay.decrementAndGet());
  }

  private void begin(Post post, Moment at) {
    if (dialog.isOver()) {
      post.answer.complete(new Delivery.Unheard());
      return;
    }
    if (unsaid == null) {
      unsaid = new ArrayDeque<>(2);
    }
    unsaid.add(post);
    goOn(at);
  }

  private void goOn(Moment at) {
    Post post = next();
    while (post != null) {
      try {
        say(post, at);
      } catch (RuntimeException bug) {
        done(post);
        post.answer.completeExceptionally(bug);
        throw bug;
      }
      if (!checking) {
        done(post);
        post.answer.complete(new Delivery.Heard(post.wrong));
      }
      post = next();
    }
  }

  private void done(Post post) {
    if (unsaid != null) {
      unsaid.remove(post);
    }
  }

  private @Nullable Post next() {
    return checking || unsaid == null ? null : unsaid.peek();
  }

  private void say(Post post, Moment at) {
    wrong = post.wrong;
    while (!checking && !post.isSaid()) {
      int from = post.from;
      int end = Lines.end(post.lines, from);
      post.from = end + 1;
      if (!Lines.isBlank(post.lines, from, end)) {
        dialog.tally().count(Sum.POSTED);
        dialog.text(Unpooled.wrappedBuffer(post.lines, from, end - from), at);
      }
    }
    post.wrong = wrong;
    wrong = null;
  }

  /** Something was wrong with what the peer said. */
  void found(HaipFault fault) {
    if (wrong == null) {
      wrong = fault;
    }
    Post waits = unsaid == null ? null : unsaid.peek();
    if (checking && waits != null && waits.wrong == null) {
      waits.wrong = fault;
    }
  }

  /** Nothing more is said before somebody has looked at what was. */
  void check() {
    checking = true;
  }

  /** That is done. */
  void checked(Moment at) {
    checking = false;
    goOn(at);
  }

  /** Nobody hears it any more. */
  void end() {
    Queue<Post> left = unsaid;
    unsaid = null;
    if (left != null) {
      left.forEach(post -> post.answer.complete(new Delivery.Unheard()));
    }
  }
}
