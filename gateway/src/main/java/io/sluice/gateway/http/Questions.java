package io.sluice.gateway.http;

import io.netty.channel.Channel;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection asks of others, who may answer late and on another thread: an answer is heard
 * on the connection's loop, once at most, and not if it comes too late. Owned by the connection's
 * event loop, as a part of its {@link DoorHandler}.
 */
final class Questions {
  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);

  private final Channel channel;
  private final BooleanSupplier open;

  /** Counts them, so that a late answer finds nobody. */
  private int latest;

  /** Something that is answered later. */
  @FunctionalInterface
  interface Question<T> {
    CompletionStage<? extends T> put();
  }

  /** Answers are heard while this is so. */
  Questions(Channel channel, BooleanSupplier open) {
    this.channel = channel;
    this.open = open;
  }

  <T> void ask(Question<T> what, BiConsumer<@Nullable T, @Nullable Throwable> heard) {
    ask(what, heard, unheard -> {});
  }

  /**
   * The same, for what must not get lost.
   *
   * @param unheard told, on any thread, an answer that came too late
   */
  <T> void ask(
      Question<T> what,
      BiConsumer<@Nullable T, @Nullable Throwable> heard,
      Consumer<? super T> unheard) {
    int mine = ++latest;
    CompletionStage<? extends T> stage;
    try {
      stage = what.put();
    } catch (RuntimeException broken) {
      heard.accept(null, broken);
      return;
    }
    CompletionStage<? extends T> _ =
        stage.whenComplete(
            (answer, failure) -> {
              Runnable lost =
                  () -> {
                    if (answer != null) {
                      unheard.accept(answer);
                    }
                  };
              onLoop(
                  () -> {
                    if (mine == latest && open.getAsBoolean()) {
                      heard.accept(answer, failure);
                    } else {
                      lost.run();
                    }
                  },
                  lost);
            });
  }

  private void onLoop(Runnable task, Runnable lost) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
      return;
    }
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException stopped) {
      LOG.debug("an answer came after the loop had stopped");
      lost.run();
    }
  }

  /** No answer is wanted any more. */
  void forget() {
    latest++;
  }
}
