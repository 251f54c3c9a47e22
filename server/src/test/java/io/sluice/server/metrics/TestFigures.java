package io.sluice.server.metrics;

import io.sluice.core.Meter;
import io.sluice.core.log.MemoryBroker;
import io.sluice.gateway.GatewayMeter;
import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.gateway.haip.HaipAgents;
import io.sluice.gateway.haip.HaipEndpoint;
import io.sluice.gateway.visionflow.VisionFlowMeter;
import io.sluice.model.ChannelName;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.services.graph.GraphFigures;
import java.util.concurrent.CompletableFuture;

/** Figures of a house in which nothing happens but what the test does. */
public final class TestFigures {
  private TestFigures() {}

  /** Seven connections; three last, over which 40 messages and 2 errors went. */
  public static Figures of(GatewayMeter gateway, Meter core) {
    Limits limits = Limits.defaults(1 << 20);
    MemoryBroker broker =
        new MemoryBroker(limits.hub(), Namespaces.of(Limits.Log.DEFAULTS), () -> "epoch");
    HaipEndpoint haip =
        new HaipEndpoint(
            HaipLimits.DEFAULTS,
            limits,
            broker,
            (token, now) -> CompletableFuture.completedStage(new Verdict.Rejected("signature")),
            new Nobody(),
            () -> new Moment(0, 0));
    Traffic traffic = new Traffic(() -> 3, () -> 40, () -> 2);
    GraphFigures graphs =
        new GraphFigures(2, 30, 40, 1, new GraphFigures.Totals(5, 60, 7, 0, 8, 9, 2_000_000_000L));
    return new Figures(
        gateway,
        core,
        broker,
        () -> 7,
        traffic,
        haip.figures(),
        new VisionFlowMeter(),
        () -> graphs);
  }

  private static final class Nobody implements HaipAgents {
    @Override
    public boolean opened(String session, Identity person, Moment now) {
      return false;
    }

    @Override
    public void speaks(ChannelName channel, boolean all, Moment now) {}

    @Override
    public void closed(String session) {}
  }
}
