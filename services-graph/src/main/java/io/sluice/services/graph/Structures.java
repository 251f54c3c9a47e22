package io.sluice.services.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The structure for all who join: printed once for each revision that somebody asks for, elsewhere,
 * one at a time. Owned by the mailbox of its graph; {@link #known} is for any thread.
 *
 * <p>Whoever asks gets a structure that is not older than its question: who follows the changes
 * already misses none.
 */
final class Structures {
  private final Consumer<Runnable> mailbox;
  private final Executor printers;
  private final Consumer<Throwable> bugs;
  private final LongSupplier revision;
  private final Supplier<StructureText> copy;

  private volatile @Nullable Structure last;

  /** Who waits for what is being printed, and who for the next. */
  private List<Consumer<@Nullable Structure>> asked = new ArrayList<>();

  private List<Consumer<@Nullable Structure>> next = new ArrayList<>();

  /** What is being printed; null for nothing. */
  private @Nullable StructureText printing;

  /**
   * None has been asked for yet.
   *
   * @param revision of the graph as it is; for any thread
   * @param copy copies the structure, in the mailbox
   */
  Structures(
      Consumer<Runnable> mailbox,
      Executor printers,
      Consumer<Throwable> bugs,
      LongSupplier revision,
      Supplier<StructureText> copy) {
    this.mailbox = mailbox;
    this.printers = printers;
    this.bugs = bugs;
    this.revision = revision;
    this.copy = copy;
  }

  /** The structure as it is, if it has been printed; else null. */
  @Nullable Structure known() {
    Structure structure = last;
    return structure != null && structure.revision() == revision.getAsLong() ? structure : null;
  }

  /**
   * Answers with the structure as it is, or as it will be soon; null if there is none to be had.
   */
  void ask(Consumer<@Nullable Structure> viewer) {
    Structure structure = known();
    if (structure != null) {
      viewer.accept(structure);
      return;
    }
    if (printing != null && printing.revision() == revision.getAsLong()) {
      asked.add(viewer);
      return;
    }
    next.add(viewer);
    if (printing == null) {
      print();
    }
  }

  private void print() {
    asked = next;
    next = new ArrayList<>();
    StructureText text = copy.get();
    printing = text;
    try {
      printers.execute(() -> run(text));
    } catch (RejectedExecutionException stopped) {
      // The server has stopped its threads: nobody joins any more.
      done(null);
    }
  }

  /** On a thread of the printers. */
  private void run(StructureText text) {
    Structure printed = null;
    try {
      printed = text.print();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError bug) {
      bugs.accept(bug);
    }
    Structure structure = printed;
    mailbox.accept(() -> done(structure));
  }

  private void done(@Nullable Structure structure) {
    last = structure;
    printing = null;
    List<Consumer<@Nullable Structure>> all = asked;
    asked = List.of();
    if (next.isEmpty()) {
      changed();
    } else {
      print();
    }
    all.forEach(viewer -> viewer.accept(structure));
  }

  /** The graph may have changed: what is not so any more is let go. */
  void changed() {
    if (last != null && known() == null) {
      last = null;
    }
  }

  /** The graph is gone: who waits is told so. */
  void close() {
    last = null;
    List<Consumer<@Nullable Structure>> all = new ArrayList<>(asked);
    all.addAll(next);
    asked = List.of();
    next = new ArrayList<>();
    all.forEach(viewer -> viewer.accept(null));
  }
}
