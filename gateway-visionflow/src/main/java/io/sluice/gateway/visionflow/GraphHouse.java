package io.sluice.gateway.visionflow;

import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.protocol.visionflow.VisionFlowFault;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Who has the graphs: the port to the service. Thread: any. */
@FunctionalInterface
public interface GraphHouse {
  /**
   * Goes to a graph.
   *
   * @param removed told once, on any thread, if the graph is removed before the visit ends
   * @return null if there is none of this name
   */
  @Nullable Visit visit(String graph, Runnable removed);

  /**
   * Somebody at a graph; another one of the same name is not meant.
   *
   * <p>Thread: any; answers come once, on any, inside the call or later.
   */
  interface Visit {
    /**
     * How the graph stands: not older than the question, so that who follows the changes already
     * misses none.
     *
     * @param answer told null if it is gone
     */
    void look(Consumer<@Nullable Standing> answer);

    /**
     * Watches it at one of its rates: its channel {@code graph.NAME.HZ} may be read when this is
     * answered, until {@link #unwatch}.
     *
     * @param answer told what is wrong; null if nothing is
     */
    void watch(int hz, Moment now, Consumer<@Nullable VisionFlowFault> answer);

    /** Watches it at this rate no more. */
    void unwatch(int hz);

    /**
     * Moves nodes, all of them or none.
     *
     * @param nodes handed over: nobody writes to it any more
     * @param answer told what is wrong; null if nothing is
     */
    void move(NodeBatch nodes, Moment now, Consumer<@Nullable VisionFlowFault> answer);

    /** Leaves. What is watched is to be given back beside it. */
    void end();
  }

  /**
   * How a graph stands.
   *
   * @param nodes how many it has
   * @param edges how many it has
   * @param names so many nodes have one
   * @param maxId the highest number of a node; −1 if there is none
   * @param rates how often its ticks can be had in a second, the fastest last; at least one
   * @param pieces all of it but positions, as JSON objects with members, to be told in this order;
   *     shared, so nobody writes to them
   */
  record Standing(
      int nodes, int edges, int names, int maxId, List<Integer> rates, List<byte[]> pieces) {}
}
