package io.sluice.services.graph;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Fields;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import org.jspecify.annotations.Nullable;

/**
 * Tells of changes of a graph's structure in JSON, in pieces that are bounded. Owned by the mailbox
 * of its graph.
 *
 * <pre>{@code
 * {"revision":7,"removed":[4],"added":[5],"edges":{"added":[[5,6,0.5]]},"names":{"5":"Ada"},
 *  "source":5}
 * {"revision":8,"edges":{"removed":[[6,7]]}}
 * }</pre>
 *
 * Each has a revision one higher than the last: who misses one reads the structure anew. It is to
 * be taken in order: who is removed goes with edges and name; who is added is so whole, in the
 * place of whoever had the number, without a name unless there is one here; where it is the ticks
 * say. The last of all says {@code "closed":true}.
 */
final class Changes {
  /** What may stand around an item: the name of its part, brackets, a revision, a source. */
  private static final int ROOM = 96;

  private final GraphPorts ports;
  private final ChannelName channel;
  private final GraphMeter meter;
  private final int most;
  private final StringBuilder text = new StringBuilder();
  private final StringBuilder item = new StringBuilder();
  private @Nullable Part open;

  private long told;

  /**
   * The same for others, raised before a change is published: who reads it behind a change finds no
   * smaller one.
   */
  private volatile long revision;

  /** What a change is about, in the order in which it is told. */
  private enum Part {
    REMOVED("\"removed\":[", "]"),
    ADDED("\"added\":[", "]"),
    LINKED("\"edges\":{\"added\":[", "]}"),
    CUT("\"edges\":{\"removed\":[", "]}"),
    NAMES("\"names\":{", "}");

    private final String begin;
    private final String end;

    Part(String begin, String end) {
      this.begin = begin;
      this.end = end;
    }
  }

  Changes(GraphPorts ports, ChannelName channel, int most, GraphMeter meter) {
    this.ports = ports;
    this.channel = channel;
    this.most = most;
    this.meter = meter;
  }

  /** How many have been told. Any thread. */
  long revision() {
    return revision;
  }

  void removed(int id, Moment now) {
    item.append(id);
    tell(Part.REMOVED, now);
  }

  void added(NodeBatch batch, int index, Moment now) {
    item.append(batch.id(index));
    tell(Part.ADDED, now);
  }

  void edge(int from, int to, float weight, Moment now) {
    JsonText.edge(from, to, weight, item);
    tell(Part.LINKED, now);
  }

  void noEdge(int from, int to, Moment now) {
    JsonText.noEdge(from, to, item);
    tell(Part.CUT, now);
  }

  void name(NodeName name, Moment now) {
    JsonText.name(name, item);
    tell(Part.NAMES, now);
  }

  /** Puts the item where it belongs, in the next piece if this one is full. */
  private void tell(Part part, Moment now) {
    // Edges that go and come have one member between them, in this order.
    boolean turns = open == Part.LINKED && part == Part.CUT;
    if (turns || text.length() + item.length() + ROOM > most) {
      publish(now);
    }
    if (open == Part.CUT && part == Part.LINKED) {
      text.append("],\"added\":[");
      open = part;
    } else if (open != part) {
      end();
      begin().append(part.begin);
      open = part;
    } else {
      text.append(',');
    }
    text.append(item);
    item.setLength(0);
  }

  /** Begins a member. */
  private StringBuilder begin() {
    return text.isEmpty()
        ? text.append("{\"revision\":").append(told + 1).append(',')
        : text.append(',');
  }

  private void end() {
    if (open != null) {
      text.append(open.end);
      open = null;
    }
  }

  void source(int source) {
    end();
    JsonText.source(source, begin().append("\"source\":"));
  }

  /** There will be nothing more. */
  void closed() {
    end();
    begin().append("\"closed\":true");
  }

  /** Publishes what has been told, if anything was. */
  void publish(Moment now) {
    if (text.isEmpty()) {
      return;
    }
    end();
    byte[] bytes = text.append('}').toString().getBytes(US_ASCII);
    text.setLength(0);
    told++;
    revision = told;
    meter.changed();
    Draft draft = new Draft(channel, Draft.Kind.BROADCAST, null, new Told(bytes), null, null);
    ports.broker().publish(draft, now, new Unheeded(meter));
  }

  /** The data of one change. */
  private static final class Told implements Payload {
    private final byte[] bytes;

    Told(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public byte[] bytes() {
      return bytes;
    }

    @Override
    public Fields readFields() {
      return Fields.NONE;
    }
  }

  /** What is lost is missed by its revision. */
  private record Unheeded(GraphMeter meter) implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      meter.lost();
    }
  }
}
