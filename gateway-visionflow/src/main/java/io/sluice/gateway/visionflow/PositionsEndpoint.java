package io.sluice.gateway.visionflow;

import io.sluice.core.Lane;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.PositionLimits;
import io.sluice.model.VisionFlowLimits;
import io.sluice.protocol.visionflow.FrameReader;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.NodeReader;
import io.sluice.protocol.visionflow.PositionText;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Live graphs at {@code /ws/positions}. Shared by all event loops, safe from any of them. */
public final class PositionsEndpoint implements Endpoint {
  private static final List<String> PATHS = List.of("/ws/positions");
  private static final String DEFAULT_GRAPH = "default";

  private final VisionFlowLimits limits;
  private final PositionLimits manners;
  private final Limits.Json json;
  private final Namespaces namespaces;
  private final GraphHouse graphs;
  private final VisionFlowMeter meter;
  private final Supplier<Moment> clock;
  private final Map<NodeForm, GraphForm> forms = new EnumMap<>(NodeForm.class);

  /** The tools of each event loop, made by it and used by it alone. */
  private final Map<Lane, Tools> tools = new ConcurrentHashMap<>();

  /** What the conversations of one event loop share. */
  record Tools(PositionText text, NodeReader nodes, FrameReader frames) {}

  /** An endpoint that holds its peers to these limits. */
  public PositionsEndpoint(
      VisionFlowLimits limits,
      PositionLimits manners,
      Limits.Json json,
      Namespaces namespaces,
      GraphHouse graphs,
      VisionFlowMeter meter,
      Supplier<Moment> clock) {
    this.limits = limits;
    this.manners = manners;
    this.json = json;
    this.namespaces = namespaces;
    this.graphs = graphs;
    this.meter = meter;
    this.clock = clock;
    for (NodeForm form : NodeForm.values()) {
      forms.put(form, new GraphForm(form));
    }
  }

  @Override
  public List<String> paths() {
    return PATHS;
  }

  @Override
  public @Nullable String subprotocol(List<String> offered) {
    return offered.stream().filter(each -> NodeForm.of(each) != null).findFirst().orElse(null);
  }

  @Override
  public Dialog open(Connection connection, Welcome welcome) {
    String chosen = welcome.subprotocol();
    NodeForm form = chosen == null ? NodeForm.RAW : Objects.requireNonNull(NodeForm.of(chosen));
    String graph = welcome.parameter("graph");
    PositionsDialog dialog =
        new PositionsDialog(
            this,
            connection,
            Objects.requireNonNull(welcome.identity(), "positions need a token"),
            graph == null ? DEFAULT_GRAPH : graph,
            form);
    dialog.begin(clock.get());
    return dialog;
  }

  GraphForm form(NodeForm form) {
    return Objects.requireNonNull(forms.get(form));
  }

  Tools tools(Lane lane) {
    return tools.computeIfAbsent(
        lane,
        absent ->
            new Tools(
                new PositionText(json), new NodeReader(limits), new FrameReader(limits, json)));
  }

  VisionFlowLimits limits() {
    return limits;
  }

  PositionLimits manners() {
    return manners;
  }

  Namespaces namespaces() {
    return namespaces;
  }

  GraphHouse graphs() {
    return graphs;
  }

  VisionFlowMeter meter() {
    return meter;
  }

  Supplier<Moment> clock() {
    return clock;
  }
}
