package io.sluice.gateway.visionflow;

import io.sluice.core.Lane;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.NodeBatch;
import io.sluice.model.PositionLimits;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.visionflow.FrameReader;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.PositionText;
import io.sluice.protocol.visionflow.VoiceText;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Voices at {@code /ws/voice}. Shared by all event loops, safe from any of them. */
public final class VoiceEndpoint implements Endpoint {
  private static final List<String> PATHS = List.of("/ws/voice");
  private static final String DEFAULT_ROOM = "default";
  private static final String FRAMED = Objects.requireNonNull(NodeForm.FRAMED.subprotocol());

  private final VisionFlowLimits limits;
  private final PositionLimits manners;
  private final Limits all;
  private final Namespaces namespaces;
  private final VisionFlowMeter meter;
  private final Supplier<Moment> clock;
  private final VoiceRooms rooms;

  /** The tools of each event loop, made by it and used by it alone. */
  private final Map<Lane, Tools> tools = new ConcurrentHashMap<>();

  /**
   * What the conversations of one event loop share.
   *
   * @param nodes where nodes are read that nobody wants here
   */
  record Tools(PositionText text, VoiceText voices, FrameReader frames, NodeBatch nodes) {}

  /** An endpoint that holds its peers to these limits. */
  public VoiceEndpoint(
      VisionFlowLimits limits,
      PositionLimits manners,
      Limits all,
      Namespaces namespaces,
      VisionFlowMeter meter,
      Supplier<Moment> clock) {
    this.limits = limits;
    this.manners = manners;
    this.all = all;
    this.namespaces = namespaces;
    this.meter = meter;
    this.clock = clock;
    this.rooms = new VoiceRooms(manners.speakers());
  }

  @Override
  public List<String> paths() {
    return PATHS;
  }

  @Override
  public @Nullable String subprotocol(List<String> offered) {
    return offered.contains(FRAMED) ? FRAMED : null;
  }

  @Override
  public Dialog open(Connection connection, Welcome welcome) {
    String room = welcome.parameter("room");
    VoiceDialog dialog =
        new VoiceDialog(
            this,
            connection,
            Objects.requireNonNull(welcome.identity(), "voices need a token"),
            room == null ? DEFAULT_ROOM : room,
            FRAMED.equals(welcome.subprotocol()));
    dialog.begin(clock.get());
    return dialog;
  }

  Tools tools(Lane lane) {
    return tools.computeIfAbsent(
        lane,
        absent ->
            new Tools(
                new PositionText(all.json()),
                new VoiceText(),
                new FrameReader(limits, all.json()),
                new NodeBatch(limits.nodes())));
  }

  PositionLimits manners() {
    return manners;
  }

  Limits.Session session() {
    return all.session();
  }

  VisionFlowMeter meter() {
    return meter;
  }

  Supplier<Moment> clock() {
    return clock;
  }

  Namespaces namespaces() {
    return namespaces;
  }

  VoiceRooms rooms() {
    return rooms;
  }
}
