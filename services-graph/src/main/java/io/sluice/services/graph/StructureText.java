package io.sluice.services.graph;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.List;

/**
 * Prints a structure, from a copy, in pieces that are bounded. Owned by whoever runs it, on a
 * thread where that may take a while.
 */
final class StructureText {
  /** What may stand around the items of a piece, and what a protocol puts before them. */
  private static final int ROOM = 160;

  private final int rate;
  private final long revision;
  private final int source;
  private final int[] ids;
  private final List<NodeName> names;
  private final EdgeBatch edges;
  private final int most;

  private final List<byte[]> pieces = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder item = new StringBuilder();
  private boolean hasItems;

  private StructureText(
      int rate,
      long revision,
      int source,
      int[] ids,
      List<NodeName> names,
      EdgeBatch edges,
      int most) {
    this.rate = rate;
    this.revision = revision;
    this.source = source;
    this.ids = ids;
    this.names = names;
    this.edges = edges;
    this.most = most;
  }

  /** Copies what is to be printed; called by the mailbox, which is free to go on then. */
  static StructureText of(
      int rate, long revision, int source, Nodes nodes, Edges edges, int pieceBytes) {
    int[] ids = new int[nodes.count()];
    List<NodeName> names = new ArrayList<>();
    int count = 0;
    for (int slot = 0; slot < nodes.high(); slot++) {
      if (nodes.isAlive(slot)) {
        int id = nodes.columns().id(slot);
        ids[count++] = id;
        String called = nodes.name(slot);
        if (called != null) {
          names.add(new NodeName(id, called));
        }
      }
    }
    return new StructureText(rate, revision, source, ids, names, edges.copy(), pieceBytes);
  }

  /** What it is of. */
  long revision() {
    return revision;
  }

  /** Prints it; once. */
  Structure print() {
    text.append("{\"whole\":true,\"revision\":").append(revision);
    int maxId = -1;
    for (int id : ids) {
      maxId = Math.max(maxId, id);
      item.append(id);
      tell(",\"added\":[", "]");
    }
    end("]");
    for (int i = 0; i < edges.size(); i++) {
      JsonText.edge(edges.from(i), edges.to(i), edges.weight(i), item);
      tell(",\"edges\":{\"added\":[", "]}");
    }
    end("]}");
    for (NodeName name : names) {
      JsonText.name(name, item);
      tell(",\"names\":{", "}");
    }
    end("}");
    JsonText.source(source, text.append(",\"source\":"));
    close("");
    return new Structure(rate, revision, ids.length, edges.size(), names.size(), maxId, pieces);
  }

  /** Puts the item into the member that is open, in the next piece if this one is full. */
  private void tell(String begin, String end) {
    if (text.length() + item.length() + ROOM > most) {
      end(end);
      close(",\"more\":true");
      text.append("{\"revision\":").append(revision);
    }
    text.append(hasItems ? "," : begin).append(item);
    item.setLength(0);
    hasItems = true;
  }

  /** Ends the member, if it has begun. */
  private void end(String end) {
    if (hasItems) {
      text.append(end);
      hasItems = false;
    }
  }

  private void close(String more) {
    pieces.add(text.append(more).append('}').toString().getBytes(US_ASCII));
    text.setLength(0);
  }
}
