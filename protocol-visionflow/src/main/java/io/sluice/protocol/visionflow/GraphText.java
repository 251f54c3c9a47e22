package io.sluice.protocol.visionflow;

import io.sluice.model.NodeBatch;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonString;
import io.sluice.protocol.json.JsonWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The members of a {@code graph_update}, read and written. */
final class GraphText {
  private static final int[] NO_IDS = {};
  private static final int LEAST = 16;
  private static final double MAX_WHOLE = 1L << 53;
  private static final String ID = "a node is a whole number from 0 to 2^30-1.";
  private static final String EDGE = "an edge is [from, to, weight], its weight not below 0.";

  private GraphText() {}

  /** Writes what is behind the type. */
  static void write(PositionEvent.GraphUpdate update, JsonWriter out) {
    if (update.whole()) {
      out.raw(",\"whole\":true");
    }
    if (update.more()) {
      out.raw(",\"more\":true");
    }
    if (update.revision() != PositionEvent.GraphUpdate.NOT_SAID) {
      out.raw(",\"revision\":").number(update.revision());
    }
    ids("added", update.added(), out);
    ids("removed", update.removed(), out);
    edges(update, out);
    names(update.names(), out);
    if (update.source() == PositionEvent.GraphUpdate.NO_SOURCE) {
      out.raw(",\"source\":null");
    } else if (update.source() != PositionEvent.GraphUpdate.SAME_SOURCE) {
      out.raw(",\"source\":").number(update.source());
    }
  }

  private static void ids(String name, int[] ids, JsonWriter out) {
    if (ids.length > 0) {
      out.raw(",\"").raw(name).raw("\":");
      list(ids.length, out, i -> out.number(ids[i]));
    }
  }

  private static void list(int size, JsonWriter out, IntConsumer element) {
    out.raw('[');
    for (int i = 0; i < size; i++) {
      if (i > 0) {
        out.raw(',');
      }
      element.accept(i);
    }
    out.raw(']');
  }

  private static void edges(PositionEvent.GraphUpdate update, JsonWriter out) {
    PositionEvent.Edges linked = update.linked();
    PositionEvent.Edges cut = update.cut();
    if (linked.size() + cut.size() == 0) {
      return;
    }
    out.raw(",\"edges\":{");
    if (linked.size() > 0) {
      out.raw("\"added\":");
      list(linked.size(), out, i -> weight(pair(linked, i, out).raw(','), linked.weights()[i]));
    }
    if (cut.size() > 0) {
      out.raw(linked.size() > 0 ? ",\"removed\":" : "\"removed\":");
      list(cut.size(), out, i -> pair(cut, i, out).raw(']'));
    }
    out.raw('}');
  }

  private static JsonWriter pair(PositionEvent.Edges edges, int i, JsonWriter out) {
    return out.raw('[').number(edges.from()[i]).raw(',').number(edges.to()[i]);
  }

  private static void weight(JsonWriter out, double weight) {
    if (weight == Math.rint(weight) && weight < MAX_WHOLE) {
      out.number((long) weight);
    } else {
      out.raw(Double.toString(weight));
    }
    out.raw(']');
  }

  private static void names(PositionEvent.Names names, JsonWriter out) {
    if (names.size() == 0) {
      return;
    }
    out.raw(",\"names\":");
    for (int i = 0; i < names.size(); i++) {
      out.raw(i == 0 ? "{\"" : ",\"").number(names.ids()[i]).raw("\":").string(names.texts()[i]);
    }
    out.raw('}');
  }

  /** Reads a message. */
  static PositionEvent.GraphUpdate read(TextMembers message) throws VisionFlowRefused {
    TextMembers edges = message.objectIfAny("edges");
    return new PositionEvent.GraphUpdate(
        message.flag("whole", false),
        message.flag("more", false),
        message.has("revision") ? message.whole("revision") : PositionEvent.GraphUpdate.NOT_SAID,
        ids(message, "added"),
        ids(message, "removed"),
        edges == null ? PositionEvent.Edges.NONE : edges(edges, "added", true),
        edges == null ? PositionEvent.Edges.NONE : edges(edges, "removed", false),
        names(message),
        source(message));
  }

  private static int source(TextMembers message) throws VisionFlowRefused {
    if (message.isNull("source")) {
      return PositionEvent.GraphUpdate.NO_SOURCE;
    }
    if (!message.has("source")) {
      return PositionEvent.GraphUpdate.SAME_SOURCE;
    }
    long source = message.whole("source");
    if (source > NodeBatch.MAX_ID) {
      throw message.wrong("source", ID);
    }
    return (int) source;
  }

  private static int[] ids(TextMembers message, String name) throws VisionFlowRefused {
    JsonCursor cursor = message.array(name);
    if (cursor == null) {
      return NO_IDS;
    }
    int[] ids = new int[LEAST];
    int count = 0;
    while (cursor.next()) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, 2 * count);
      }
      ids[count++] = id(message, name, cursor);
    }
    return Arrays.copyOf(ids, count);
  }

  private static int id(TextMembers message, String name, JsonCursor cursor)
      throws VisionFlowRefused {
    long id =
        JsonNumber.whole(message.bytes(), cursor.valueFrom(), cursor.valueTo(), NodeBatch.MAX_ID);
    if (id == JsonNumber.NOT_WHOLE) {
      throw message.wrong(name, ID);
    }
    return (int) id;
  }

  private static PositionEvent.Edges edges(TextMembers edges, String name, boolean weighed)
      throws VisionFlowRefused {
    JsonCursor cursor = edges.array(name);
    if (cursor == null) {
      return PositionEvent.Edges.NONE;
    }
    int[] ends = new int[LEAST];
    double[] weights = new double[LEAST / 2];
    int count = 0;
    while (cursor.next()) {
      if (count == weights.length) {
        ends = Arrays.copyOf(ends, 4 * count);
        weights = Arrays.copyOf(weights, 2 * count);
      }
      if (cursor.kind() != '[') {
        throw edges.wrong(name, EDGE);
      }
      JsonCursor edge = new JsonCursor(edges.bytes(), cursor.valueFrom());
      ends[2 * count] = end(edges, name, edge);
      ends[2 * count + 1] = end(edges, name, edge);
      weights[count++] = weighed ? weight(edges, name, edge) : 0;
    }
    return columns(ends, Arrays.copyOf(weights, count));
  }

  private static PositionEvent.Edges columns(int[] ends, double[] weights) {
    int[] from = new int[weights.length];
    int[] to = new int[weights.length];
    for (int i = 0; i < weights.length; i++) {
      from[i] = ends[2 * i];
      to[i] = ends[2 * i + 1];
    }
    return new PositionEvent.Edges(from, to, weights);
  }

  private static int end(TextMembers edges, String name, JsonCursor edge) throws VisionFlowRefused {
    if (!edge.next()) {
      throw edges.wrong(name, EDGE);
    }
    return id(edges, name, edge);
  }

  private static double weight(TextMembers edges, String name, JsonCursor edge)
      throws VisionFlowRefused {
    @Nullable BigDecimal weight =
        edge.next() ? TextMembers.decimal(edges.bytes(), edge.valueFrom(), edge.valueTo()) : null;
    if (weight == null || weight.signum() < 0 || Double.isInfinite(weight.doubleValue())) {
      throw edges.wrong(name, EDGE);
    }
    return weight.doubleValue();
  }

  private static PositionEvent.Names names(TextMembers message) throws VisionFlowRefused {
    JsonCursor cursor = message.members("names");
    if (cursor == null) {
      return PositionEvent.Names.NONE;
    }
    List<String> texts = new ArrayList<>();
    int[] ids = new int[LEAST];
    while (cursor.next()) {
      if (cursor.kind() != '"') {
        throw message.wrong("names", "a name is a string.");
      }
      if (texts.size() == ids.length) {
        ids = Arrays.copyOf(ids, 2 * ids.length);
      }
      ids[texts.size()] = number(message, cursor.name());
      texts.add(JsonString.decode(message.bytes(), cursor.valueFrom() + 1, cursor.valueTo() - 1));
    }
    return new PositionEvent.Names(Arrays.copyOf(ids, texts.size()), texts.toArray(String[]::new));
  }

  /** The number of a node that is a member's name. */
  private static int number(TextMembers message, String name) throws VisionFlowRefused {
    boolean plain = !name.isEmpty() && name.length() <= 10;
    for (int i = 0; i < name.length(); i++) {
      plain &= name.charAt(i) >= '0' && name.charAt(i) <= '9';
    }
    long id = plain ? Long.parseLong(name) : -1;
    if (id < 0 || id > NodeBatch.MAX_ID) {
      throw message.wrong("names", ID);
    }
    return (int) id;
  }
}
