package io.sluice.gateway.visionflow;

import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.protocol.visionflow.VisionFlowFault;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who has the graphs: the port to the service.
 *
 * <p>Thread: any; answers come once, on any, inside the call or later.
 */
public interface GraphHouse {
  /**
   * How a graph stands.
   *
   * @param nodes how many it has
   * @param edges how many it has
   * @param names so many nodes have one
   * @param maxId the highest number of a node; −1 if there is none
   * @param rates how often its ticks can be had in a second, the fastest last; at least one
   * @param structure all of it but positions, as a JSON object
   */
  // Handed on, not compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Standing(
      int nodes, int edges, int names, int maxId, List<Integer> rates, byte[] structure) {}

  /** How a graph stands now; null if there is none of this name. */
  void look(String graph, Consumer<@Nullable Standing> answer);

  /**
   * Somebody watches a graph at one of its rates: its channel {@code graph.NAME.HZ} may be read
   * when this is answered, until {@link #unwatch}.
   *
   * @param answer told what is wrong; null if nothing is
   */
  void watch(String graph, int hz, Moment now, Consumer<@Nullable VisionFlowFault> answer);

  /** Somebody who watched at this rate does so no more. */
  void unwatch(String graph, int hz);

  /**
   * Moves nodes, all of them or none.
   *
   * @param nodes handed over: nobody writes to it any more
   * @param answer told what is wrong; null if nothing is
   */
  void move(String graph, NodeBatch nodes, Moment now, Consumer<@Nullable VisionFlowFault> answer);
}
