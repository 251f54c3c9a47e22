package io.sluice.server.metrics;

import io.sluice.core.Meter;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.haip.HaipFigures;
import io.sluice.gateway.visionflow.VisionFlowMeter;
import io.sluice.services.graph.GraphFigures;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Everything that can be read, each by any thread.
 *
 * @param gateway what was refused and closed
 * @param core what was done and not done
 * @param broker the logs
 * @param connections how many connections there are, HTTP among them
 * @param traffic what goes over those of them that last
 * @param haip what its conversations have done
 * @param visionFlow what its sockets have seen
 * @param graphs what there is of them, and what was done, as of now
 */
public record Figures(
    GatewayMeter gateway,
    Meter core,
    MemoryBroker broker,
    IntSupplier connections,
    Traffic traffic,
    HaipFigures haip,
    VisionFlowMeter visionFlow,
    Supplier<GraphFigures> graphs) {
  /** WebSockets that were ever opened, and responses that ever went on. */
  long connectionsEver() {
    return gateway.upgraded() + gateway.streamed();
  }

  /** Messages that peers have sent, over whatever line. */
  long messages() {
    return traffic.messages().getAsLong() + haip.posted();
  }

  /** Failures that peers have been told of. */
  long errors() {
    return traffic.errors().getAsLong() + haip.errors() + visionFlow.errors();
  }

  /** What {@link Recent} looks at. */
  public Recent.Sums sums() {
    return new Recent.Sums(messages(), errors(), haip.handled(), haip.handledNanos());
  }
}
