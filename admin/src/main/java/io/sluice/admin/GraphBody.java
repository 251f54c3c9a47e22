package io.sluice.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sluice.admin.GraphEdit.Link;
import io.sluice.admin.GraphEdit.Named;
import io.sluice.admin.GraphEdit.Source;
import io.sluice.model.Code;
import io.sluice.model.Limits;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonNumber;
import io.sluice.protocol.json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what somebody wants of a graph out of a body. Owned by the call that made it; for one use,
 * on one thread.
 */
final class GraphBody {
  private static final Set<String> WHOLE = Set.of("rate", "nodes", "names", "edges", "source");
  private static final Set<String> PARTS =
      Set.of("removed", "nodes", "moves", "names", "edges", "source");
  private static final String ID = "A node is a whole number from 0 to 2^30-1";
  private static final String EDGE = "An edge is [from, to, weight]";

  private final RequestObject request;
  private final byte[] bytes;
  private final List<Integer> removed = new ArrayList<>();
  private final NodeBatch put = new NodeBatch(Integer.MAX_VALUE);
  private final NodeBatch moved = new NodeBatch(Integer.MAX_VALUE);
  private final List<Link> cut = new ArrayList<>();
  private final List<Link> linked = new ArrayList<>();
  private final List<Named> names = new ArrayList<>();

  private GraphBody(byte[] body, RequestObject request) {
    this.bytes = body;
    this.request = request;
  }

  /** A graph that somebody wants to be there. */
  record Whole(@Nullable Integer rate, GraphEdit edit) {}

  /** Reads all of a graph. */
  static Whole whole(byte[] body, Limits.Json limits) throws Refused {
    RequestObject request = RequestObject.parse(body, limits, WHOLE);
    Integer rate = request.has("rate") ? request.whole("rate", Integer.MAX_VALUE) : null;
    return new Whole(rate, new GraphBody(body, request).read());
  }

  /** Reads what is to change. */
  static GraphEdit change(byte[] body, Limits.Json limits) throws Refused {
    return new GraphBody(body, RequestObject.parse(body, limits, PARTS)).read();
  }

  private GraphEdit read() throws Refused {
    JsonCursor gone = request.cursor("removed", '[', "removed must be an array of nodes");
    while (gone != null && gone.next()) {
      removed.add(id(gone, "removed"));
    }
    readNodes("nodes", put);
    readNodes("moves", moved);
    readEdges();
    readNames();
    return new GraphEdit(removed, put, moved, cut, linked, names, source());
  }

  private static Refused invalid(String message, String field) {
    return new Refused(Code.INVALID_FIELD, message, field);
  }

  private int id(JsonCursor at, String field) throws Refused {
    long id = JsonNumber.whole(bytes, at.valueFrom(), at.valueTo(), NodeBatch.MAX_ID);
    if (id == JsonNumber.NOT_WHOLE) {
      throw invalid(ID, field);
    }
    return (int) id;
  }

  /** A number as near as a float comes; what is too large for one is infinite. */
  private float number(JsonCursor at, String field) throws Refused {
    byte first = bytes[at.valueFrom()];
    if (first != '-' && (first < '0' || first > '9')) {
      throw invalid(at.name() + " must be a number", field);
    }
    return parse(at);
  }

  private float parse(JsonCursor at) {
    int from = at.valueFrom();
    return Float.parseFloat(new String(bytes, from, at.valueTo() - from, ISO_8859_1));
  }

  private String text(JsonCursor at, String field) throws Refused {
    if (bytes[at.valueFrom()] != '"') {
      throw invalid("A name is a string", field);
    }
    return JsonString.decode(bytes, at.valueFrom() + 1, at.valueTo() - 1);
  }

  // Nodes

  private void readNodes(String field, NodeBatch into) throws Refused {
    JsonCursor each = request.cursor(field, '[', field + " must be an array of objects");
    while (each != null && each.next()) {
      if (each.kind() != '{') {
        throw invalid(field + " must be an array of objects", field);
      }
      readNode(field, new JsonCursor(bytes, each.valueFrom()), into);
    }
  }

  /** What of a node has been read. */
  private static final class Node {
    int id = -1;
    NodeKind kind = NodeKind.PLAIN;
    @Nullable String name;
    final float[] motion = new float[6];
  }

  private void readNode(String field, JsonCursor member, NodeBatch into) throws Refused {
    Node node = new Node();
    while (member.next()) {
      // What is null counts as absent.
      if (bytes[member.valueFrom()] != 'n') {
        readMember(field, member, node);
      }
    }
    if (node.id < 0) {
      throw new Refused(Code.MISSING_FIELD, "A node needs an id", field);
    }
    int at = into.add(node.id, node.kind);
    into.setPosition(at, node.motion[0], node.motion[1], node.motion[2]);
    into.setVelocity(at, node.motion[3], node.motion[4], node.motion[5]);
    if (node.name != null) {
      names.add(new Named(node.id, node.name));
    }
  }

  private void readMember(String field, JsonCursor member, Node node) throws Refused {
    switch (member.name()) {
      case "id" -> node.id = id(member, field);
      case "kind" -> node.kind = kind(member, field);
      case "name" -> node.name = text(member, field);
      case "x" -> node.motion[0] = number(member, field);
      case "y" -> node.motion[1] = number(member, field);
      case "z" -> node.motion[2] = number(member, field);
      case "vx" -> node.motion[3] = number(member, field);
      case "vy" -> node.motion[4] = number(member, field);
      case "vz" -> node.motion[5] = number(member, field);
      case "position" -> readTriple(field, member, node.motion, 0);
      case "velocity" -> readTriple(field, member, node.motion, 3);
      default -> {
        // What means nothing is passed over, the paths among it: the graph finds them.
      }
    }
  }

  /** As a graph is read: {@code {"x":1,"y":2,"z":3}}. */
  private void readTriple(String field, JsonCursor member, float[] motion, int first)
      throws Refused {
    if (member.kind() != '{') {
      throw invalid(member.name() + " must be an object", field);
    }
    JsonCursor part = new JsonCursor(bytes, member.valueFrom());
    while (part.next()) {
      int axis = "xyz".indexOf(part.name());
      if (axis >= 0 && part.name().length() == 1) {
        motion[first + axis] = number(part, field);
      }
    }
  }

  private NodeKind kind(JsonCursor member, String field) throws Refused {
    if (bytes[member.valueFrom()] == '"') {
      String text = JsonString.decode(bytes, member.valueFrom() + 1, member.valueTo() - 1);
      for (NodeKind kind : NodeKind.values()) {
        if (kind.text().equals(text)) {
          return kind;
        }
      }
    }
    throw invalid("kind must be plain, knowledge or agent", field);
  }

  // Edges, names, source

  /** Edges that are put, or an object of those that come and go. */
  private void readEdges() throws Refused {
    JsonCursor edges = request.cursor("edges");
    if (edges == null) {
      return;
    }
    if (request.isObject("edges")) {
      while (edges.next()) {
        switch (edges.name()) {
          case "added" -> readLinks(arrayOfEdges(edges), true, linked);
          case "removed" -> readLinks(arrayOfEdges(edges), false, cut);
          default -> {
            // Means nothing.
          }
        }
      }
    } else {
      readLinks(edges, true, linked);
    }
  }

  private JsonCursor arrayOfEdges(JsonCursor member) throws Refused {
    if (member.kind() != '[') {
      throw invalid(EDGE, "edges");
    }
    return new JsonCursor(bytes, member.valueFrom());
  }

  private void readLinks(JsonCursor each, boolean weighed, List<Link> into) throws Refused {
    while (each.next()) {
      JsonCursor edge = arrayOfEdges(each);
      int from = end(edge);
      int to = end(edge);
      into.add(new Link(from, to, weighed ? weight(edge) : 0));
    }
  }

  private int end(JsonCursor edge) throws Refused {
    if (!edge.next()) {
      throw invalid(EDGE, "edges");
    }
    return id(edge, "edges");
  }

  private float weight(JsonCursor edge) throws Refused {
    byte first = edge.next() ? bytes[edge.valueFrom()] : 0;
    if (first != '-' && (first < '0' || first > '9')) {
      throw invalid(EDGE, "edges");
    }
    return parse(edge);
  }

  private void readNames() throws Refused {
    JsonCursor each = request.cursor("names", '{', "names must be an object");
    while (each != null && each.next()) {
      names.add(new Named(number(each.name()), text(each, "names")));
    }
  }

  /** The number of a node that is a member's name. */
  private static int number(String name) throws Refused {
    boolean isPlain = name.matches("0|[1-9][0-9]{0,9}");
    long id = isPlain ? Long.parseLong(name) : -1;
    if (id < 0 || id > NodeBatch.MAX_ID) {
      throw invalid(ID, "names");
    }
    return (int) id;
  }

  private @Nullable Source source() throws Refused {
    if (request.isNull("source")) {
      return new Source(null);
    }
    return request.has("source") ? new Source(request.whole("source", NodeBatch.MAX_ID)) : null;
  }
}
