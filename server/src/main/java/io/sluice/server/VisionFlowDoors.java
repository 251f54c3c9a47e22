package io.sluice.server;

import io.sluice.gateway.Endpoint;
import io.sluice.gateway.visionflow.GraphHouse;
import io.sluice.gateway.visionflow.PositionsEndpoint;
import io.sluice.gateway.visionflow.VisionFlowMeter;
import io.sluice.gateway.visionflow.VoiceEndpoint;
import io.sluice.model.Moment;
import io.sluice.server.config.Settings;
import io.sluice.server.config.VisionFlowSettings;
import java.util.List;
import java.util.function.Supplier;

/** Where VisionFlow comes in: positions and voice. */
final class VisionFlowDoors {
  private VisionFlowDoors() {}

  /** Both, which count into this meter. */
  static List<Endpoint> of(
      Settings settings, GraphHouse graphs, VisionFlowMeter meter, Supplier<Moment> clock) {
    VisionFlowSettings ours = settings.visionFlow();
    return List.of(
        new PositionsEndpoint(
            ours.messages(),
            ours.sockets(),
            settings.limits().json(),
            settings.namespaces(),
            graphs,
            meter,
            clock),
        new VoiceEndpoint(
            ours.messages(),
            ours.sockets(),
            settings.limits(),
            settings.namespaces(),
            meter,
            clock));
  }
}
