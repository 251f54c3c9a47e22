package io.sluice.admin;

import io.sluice.model.Moment;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The port to the graphs. Any thread; no stage completes exceptionally but by a bug. */
public interface LiveGraphs {
  /** How all graphs stand, in the order of their names. */
  List<Standing> all();

  /** Whether there is a graph of this name. */
  boolean has(String name);

  /** All of a graph, as a JSON object. */
  CompletionStage<Outcome> read(String name);

  /**
   * Puts a graph in the place of all that the graph of this name holds; makes it where there is
   * none.
   *
   * @param rate of a new one; null for the usual
   * @param whole of which only what is put counts
   * @param mayMake if not, and there is none by the time it comes to that, it is {@link
   *     Outcome.NotMade}
   */
  CompletionStage<Outcome> put(
      String name, @Nullable Integer rate, GraphEdit whole, boolean mayMake, Moment now);

  /** Changes some of a graph, all of it or nothing. */
  CompletionStage<Outcome> change(String name, GraphEdit edit, Moment now);

  /** Removes a graph. */
  CompletionStage<Outcome> remove(String name, Moment now);

  /** Where a body is read that is too large for an event loop. */
  Executor readers();

  /**
   * How a graph stands.
   *
   * @param source where shortest paths begin; null for nowhere
   */
  record Standing(
      String name, int rate, int nodes, int edges, long revision, @Nullable Integer source) {}

  /** What became of it. */
  sealed interface Outcome {
    /**
     * All of a graph.
     *
     * @param settled to be told when it has left the server, or never will: until then it holds a
     *     place
     */
    // Handed on, not compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Whole(byte[] json, Runnable settled) implements Outcome {}

    /**
     * It was done.
     *
     * @param isNew whether there was no such graph before
     */
    record Done(Standing standing, boolean isNew) implements Outcome {}

    /** There is no such graph, and none was to be made. */
    record NotMade() implements Outcome {}

    /** The graph is no more. */
    record Removed() implements Outcome {}

    /**
     * Nothing of it was done.
     *
     * @param status of HTTP
     * @param code stable
     */
    record Failed(int status, String code, String message) implements Outcome {}
  }
}
