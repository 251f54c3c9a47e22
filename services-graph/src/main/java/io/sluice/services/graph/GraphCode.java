package io.sluice.services.graph;

/** Why something was not done to a graph. Nothing of the command was applied then. */
public enum GraphCode {
  UNKNOWN_GRAPH(
      "unknown_graph", "There is no graph of this name.", "Create it, or correct the name."),
  GRAPH_EXISTS(
      "graph_exists", "There is a graph of this name.", "Replace it, or take another name."),
  INVALID_GRAPH_NAME(
      "invalid_graph_name",
      "The name is not 1 to 64 of the characters A-Z a-z 0-9 _ : and -.",
      "Use a valid name."),
  INVALID_RATE(
      "invalid_rate",
      "The rate is none of 1, 2, 5, 10, 20, 30 and 60 ticks a second, or does not divide the"
          + " graph's.",
      "Take one that does."),
  TOO_MANY_GRAPHS(
      "too_many_graphs", "The server holds visionflow.graph.graphs graphs.", "Remove one."),
  GRAPH_FULL(
      "graph_full",
      "The graph would hold more than visionflow.graph.nodes, or visionflow.graph.edges.",
      "Remove some first."),
  GRAPH_TOO_LARGE(
      "graph_too_large",
      "All of the graph in JSON has more than visionflow.graph.view.bytes.",
      "Watch it instead."),
  INVALID_NODE("invalid_node", "A node's number is not 0 to 2^30-1.", "Use numbers of that range."),
  UNKNOWN_NODE(
      "unknown_node",
      "The command names a node that the graph does not have.",
      "Put the node first, or leave it out."),
  DUPLICATE_ID(
      "duplicate_id", "The command names a node twice.", "Name each node of a command once."),
  WRONG_KIND(
      "wrong_kind",
      "A node that is moved is of another kind in the graph.",
      "Send the kind that it has; whoever changes kinds puts the node whole."),
  NOT_FINITE("not_finite", "A position or velocity is NaN or infinite.", "Send finite numbers."),
  NAME_TOO_LONG(
      "name_too_long",
      "A node's name has more than visionflow.graph.nameCharacters UTF-16 units.",
      "Send a shorter one."),
  INVALID_NAME(
      "invalid_name",
      "A node's name is empty, or has half of a surrogate pair.",
      "Leave it out, or mend it."),
  INVALID_EDGE("invalid_edge", "An edge leads from a node to itself.", "Join two different nodes."),
  UNKNOWN_EDGE(
      "unknown_edge", "The command removes an edge that the graph does not have.", "Leave it out."),
  DUPLICATE_EDGE(
      "duplicate_edge", "The command names an edge twice.", "Name each edge of a command once."),
  INVALID_WEIGHT(
      "invalid_weight", "An edge's weight is negative, NaN or infinite.", "Send 0 or more."),
  CHANNEL_LIMIT(
      "channel_limit",
      "The server holds limits.hub.channels channels and feeds, so nobody new can watch.",
      "Retry later, or watch at a rate that is watched already."),
  BUSY(
      "busy",
      "visionflow.graph.queuedCommands commands, or visionflow.graph.queuedRows nodes and edges in"
          + " them, wait for the graph already; or visionflow.graph.view.atOnce graphs are being"
          + " printed, or are on their way to who reads them.",
      "Wait for answers, then send again.");

  private final String text;
  private final String cause;
  private final String cure;

  GraphCode(String text, String cause, String cure) {
    this.text = text;
    this.cause = cause;
    this.cure = cure;
  }

  /** The code on the wire. */
  public String text() {
    return text;
  }

  /** What brings it about. */
  public String cause() {
    return cause;
  }

  /** What to do about it. */
  public String cure() {
    return cure;
  }
}
