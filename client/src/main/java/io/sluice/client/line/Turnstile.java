package io.sluice.client.line;

import io.sluice.model.Moment;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Owner: whoever drains it. Lets events into a machine one at a time, each with its moment. Any
 * thread may {@link #post}; whoever finds nobody inside goes in and works until nothing is left, or
 * hands on to another thread after a while. Nothing inside waits, and nothing of the program's runs
 * there.
 */
public final class Turnstile<M extends Machine> {
  /** Something that happened. */
  @FunctionalInterface
  public interface Happening<M> {
    /** Lets it in. */
    void happen(M machine, Moment now);
  }

  private static final int BATCH = 256;
  private static final int BATCHES = 16;

  private final M machine;
  private final ScheduledExecutorService scheduler;
  private final Executor callbacks;
  private final Consumer<RuntimeException> bug;
  private final Queue<Happening<M>> happenings;
  private final AtomicInteger pending = new AtomicInteger();
  private final long origin = System.nanoTime();
  private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

  private @Nullable ScheduledFuture<?> timer;
  private long timerAt = Long.MAX_VALUE;

  /**
   * Before a machine.
   *
   * @param callbacks where the program's own runs
   * @param bug told what a machine threw
   * @param happenings empty
   */
  public Turnstile(
      M machine,
      ScheduledExecutorService scheduler,
      Executor callbacks,
      Consumer<RuntimeException> bug,
      Queue<Happening<M>> happenings) {
    this.machine = machine;
    this.scheduler = scheduler;
    this.callbacks = callbacks;
    this.bug = bug;
    this.happenings = happenings;
  }

  /** Done when the machine is closed and its line let go. */
  public CompletableFuture<@Nullable Void> ended() {
    return ended;
  }

  /** Lets something in, as soon as nobody else is inside. */
  public void post(Happening<M> happening) {
    happenings.add(happening);
    if (pending.getAndIncrement() == 0) {
      drain(1);
    }
  }

  /**
   * Works until nothing is left.
   *
   * @param counted how many of the pending are being worked on: what was posted but is not counted
   *     yet may be taken with them, and whoever posted it must not find nobody inside
   */
  private void drain(int counted) {
    int mine = counted;
    int batches = 0;
    while (mine != 0) {
      if (batches++ == BATCHES) {
        // The thread that came in has a life of its own.
        int rest = mine;
        execute(() -> drain(rest));
        return;
      }
      if (takeBatch() < BATCH) {
        mine = pending.addAndGet(-mine);
      }
    }
  }

  private int takeBatch() {
    Moment now = now();
    int taken = 0;
    Happening<M> happening = happenings.poll();
    while (happening != null) {
      taken++;
      letIn(happening, now);
      happening = taken < BATCH ? happenings.poll() : null;
    }
    machine.settle();
    setTimer();
    return taken;
  }

  private void letIn(Happening<M> happening, Moment now) {
    try {
      happening.happen(machine, now);
    } catch (RuntimeException e) {
      bug.accept(e);
    }
  }

  /** Now, as the machine is told it. Any thread. */
  public Moment now() {
    return new Moment(System.nanoTime() - origin, System.currentTimeMillis());
  }

  private void setTimer() {
    long deadline = machine.deadline();
    if (deadline >= timerAt) {
      // It fires early, finds nothing to do, and is set again: cheaper than moving it each time.
      return;
    }
    ScheduledFuture<?> before = timer;
    if (before != null) {
      before.cancel(false);
    }
    timerAt = deadline;
    long delay = Math.max(deadline - now().nanos(), 0);
    try {
      timer = scheduler.schedule(this::alarm, delay, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The program has closed the resources under us: there is no time any more.
      timer = null;
    }
  }

  private void alarm() {
    post(
        (inside, now) -> {
          timerAt = Long.MAX_VALUE;
          inside.tick(now);
        });
  }

  /** Runs something of the program's. */
  public void execute(Runnable task) {
    try {
      callbacks.execute(task);
    } catch (RejectedExecutionException e) {
      // The program has closed its executor first: better here than never.
      task.run();
    }
  }

  /** Asks the program for a token; what comes of it bears this number. */
  public void fetchToken(long fetch, Supplier<CompletionStage<String>> tokens) {
    execute(() -> askForToken(fetch, tokens));
  }

  private void askForToken(long fetch, Supplier<CompletionStage<String>> tokens) {
    try {
      tokens
          .get()
          .whenComplete(
              (token, trouble) ->
                  post(
                      (inside, now) -> {
                        if (trouble == null) {
                          inside.token(fetch, token, now);
                        } else {
                          inside.tokenFailed(fetch, trouble, now);
                        }
                      }));
    } catch (RuntimeException e) {
      post((inside, now) -> inside.tokenFailed(fetch, e, now));
    }
  }

  /** The machine is closed, and nothing of its line is left. */
  public void end() {
    execute(() -> ended.complete(null));
  }

  /** What happens on one line, with the line's number. */
  public Transport.Ear ear(long number) {
    return new NumberedEar(number);
  }

  private final class NumberedEar implements Transport.Ear {
    private final long number;

    NumberedEar(long number) {
      this.number = number;
    }

    @Override
    public void text(byte[] message) {
      post((inside, now) -> inside.received(number, message, now));
    }

    @Override
    public void binary(byte[] message) {
      post((inside, now) -> inside.receivedBinary(number, message, now));
    }

    @Override
    public void heard() {
      post((inside, now) -> inside.heard(number, now));
    }

    @Override
    public void writable() {
      post((inside, now) -> inside.writable(number, now));
    }

    @Override
    public void refused(int status, String code, long waitNanos) {
      post((inside, now) -> inside.refused(number, status, code, waitNanos, now));
    }

    @Override
    public void unopened(Throwable cause) {
      gone((inside, now) -> inside.unopened(number, cause, now));
    }

    @Override
    public void broken(int code, String reason) {
      gone((inside, now) -> inside.broken(number, code, reason, now));
    }

    @Override
    public void unfit(Trouble why) {
      post((inside, now) -> inside.unfit(number, why, now));
    }

    private void gone(Happening<M> happening) {
      post(
          (inside, now) -> {
            happening.happen(inside, now);
            if (inside.isClosed()) {
              end();
            }
          });
    }
  }
}
