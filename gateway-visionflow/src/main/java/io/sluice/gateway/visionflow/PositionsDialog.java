package io.sluice.gateway.visionflow;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.core.Session;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.visionflow.GraphHouse.Standing;
import io.sluice.gateway.visionflow.GraphHouse.Visit;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import io.sluice.protocol.visionflow.FrameType;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.PositionCommand;
import io.sluice.protocol.visionflow.PositionEvent;
import io.sluice.protocol.visionflow.PositionText;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.protocol.visionflow.VisionFlowFault;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer at a graph: it is told all of it, then what changes, as often as it wishes and its line
 * can take. Owned by the connection's event loop.
 *
 * <p>What the graph's service answers comes back as a task of the loop, and counts only while the
 * connection stands.
 */
final class PositionsDialog implements Dialog {
  private final PositionsEndpoint house;
  private final Connection connection;
  private final Identity identity;
  private final String graph;
  private final NodeForm form;
  private final PositionText text;
  private final Moves moves;
  private final Heartbeat heartbeat;

  /** From when the graph is known to be there on. */
  private @Nullable Visit visit;

  private @Nullable Watching watching;

  private boolean over;

  PositionsDialog(
      PositionsEndpoint house,
      Connection connection,
      Identity identity,
      String graph,
      NodeForm form) {
    this.house = house;
    this.connection = connection;
    this.identity = identity;
    this.graph = graph;
    this.form = form;
    PositionsEndpoint.Tools tools = house.tools(connection.lane());
    this.text = tools.text();
    this.moves = new Moves(this, tools);
    this.heartbeat = new Heartbeat(connection, house.manners(), house.meter());
  }

  void begin(Moment now) {
    heartbeat.begin(now);
    if (!isGraphName()) {
      turnAway(new VisionFlowFault(VisionFlowCode.UNKNOWN_GRAPH, "No graph can be called so."));
      return;
    }
    if (!mayWatch()) {
      turnAway(
          new VisionFlowFault(
              VisionFlowCode.FORBIDDEN, "The token does not allow watching this graph."));
      return;
    }
    visit = house.graphs().visit(graph, () -> enter(at -> removed()));
    if (visit == null) {
      removed();
    } else {
      enter(this::goIn);
    }
  }

  private boolean isGraphName() {
    return ChannelName.isValid(ticks(1)) && graph.indexOf('.') < 0;
  }

  private String ticks(int hz) {
    return "graph." + graph + "." + hz;
  }

  /** A task of the loop, done whatever has become of the connection by then. */
  void post(Consumer<Moment> task) {
    connection.post(task);
  }

  /** A task of the loop, done if the connection stands by then. */
  void enter(Consumer<Moment> task) {
    post(
        at -> {
          if (!over) {
            task.accept(at);
          }
        });
  }

  /** There is no such graph, or none any more. */
  void removed() {
    turnAway(new VisionFlowFault(VisionFlowCode.UNKNOWN_GRAPH, "There is no graph of this name."));
  }

  /** Says why not, and ends the line. */
  void turnAway(VisionFlowFault why) {
    tell(
        why.code(),
        new PositionEvent.Failed(why.code().text(), why.message(), false, why.details()));
    over = true;
    connection.close(CloseReason.POLICY, why.code().text());
  }

  private void goIn(Moment now) {
    Session session =
        connection
            .lane()
            .open(connection.slot(), identity, house.form(form), UUID.randomUUID().toString(), now);
    Watching begun = new Watching(this, session);
    watching = begun;
    begun.begin(now);
  }

  /** How much there is, before all of it is told. */
  void announce(Standing standing, Moment now) {
    say(
        new PositionEvent.StateSync(
            standing.nodes(), standing.edges(), standing.names(), 0, now.epochMillis() / 1_000));
    if (standing.maxId() > form.maxId()) {
      fail(
          new VisionFlowFault(
              VisionFlowCode.ID_OUT_OF_RANGE,
              "Nodes above " + form.maxId() + " are left out: they do not fit into this form."));
    }
  }

  // What the peer says

  @Override
  public void text(ByteBuf message, Moment now) {
    try {
      accept(text.command(message), now);
    } catch (VisionFlowRefused refused) {
      fail(refused.fault());
    }
  }

  private void accept(PositionCommand command, Moment now) {
    Watching at = watching;
    switch (command) {
      case PositionCommand.Ping(String timestamp) -> say(new PositionEvent.Pong(timestamp));
      case PositionCommand.Pong(long timestamp) -> heartbeat.answered(timestamp, now);
      case PositionCommand.Subscribe subscribe -> {
        if (at == null) {
          fail(notYet());
        } else {
          at.wish(subscribe.intervalMillis(), now);
        }
      }
      case PositionCommand.Snapshot _ -> {
        if (at == null) {
          fail(notYet());
        } else {
          at.anew(now);
        }
      }
    }
  }

  private static VisionFlowFault notYet() {
    return new VisionFlowFault(VisionFlowCode.BUSY, "The graph is still being looked at.");
  }

  @Override
  public void binary(ByteBuf message, Moment now) {
    moves.read(message, now);
  }

  @Override
  public void heard() {
    heartbeat.heard(house.clock().get());
    if (watching != null) {
      watching.session().heard();
    }
  }

  @Override
  public void tick(Moment now) {
    if (over) {
      return;
    }
    if (heartbeat.tick(now)) {
      say(new PositionEvent.Ping(now.epochMillis()));
    }
  }

  // What it is told

  void say(PositionEvent event) {
    connection.send(false, Unpooled.wrappedBuffer(text.write(event)));
  }

  /** The same with text that is written already. */
  void say(ByteBuf message) {
    connection.send(false, message);
  }

  /** Whether the line must take some of what was said first. */
  boolean isBehind() {
    return connection.isBehind();
  }

  @Override
  public void caughtUp() {
    if (watching != null && !over) {
      watching.goOn(house.clock().get());
    }
  }

  void sayBinary(byte[] message) {
    connection.send(true, Unpooled.wrappedBuffer(message));
  }

  /** Says what is wrong, framed if the peer speaks so; the connection stays. */
  void fail(VisionFlowFault fault) {
    tell(fault.code(), PositionEvent.Failed.of(fault));
  }

  private void tell(VisionFlowCode code, PositionEvent.Failed failed) {
    house.meter().failed(code);
    byte[] told = text.write(failed);
    if (form == NodeForm.FRAMED) {
      sayBinary(FrameWriter.json(FrameType.ERROR, told, house.clock().get().epochMillis()));
    } else {
      say(Unpooled.wrappedBuffer(told));
    }
  }

  @Override
  public byte @Nullable [] encode(Event event) {
    if (watching != null && !over) {
      watching.hear(event);
    }
    return null;
  }

  @Override
  public void closed(CloseReason reason) {
    over = true;
    if (watching != null) {
      watching.end();
    }
    if (visit != null) {
      visit.end();
    }
  }

  /** The peer has taken its leave. */
  void leave(CloseReason reason) {
    over = true;
    connection.close(reason);
  }

  // What its parts share

  PositionsEndpoint house() {
    return house;
  }

  /** Where it is; asked by who is let in. */
  Visit visit() {
    return Objects.requireNonNull(visit);
  }

  NodeForm form() {
    return form;
  }

  ChannelName ticksAt(int hz) {
    return new ChannelName(ticks(hz));
  }

  ChannelName changes() {
    return new ChannelName("graph." + graph + ".changes");
  }

  /** Whether its token lets it know anything of the graph. */
  private boolean mayWatch() {
    return house.namespaces().maySubscribe(identity.grants(), identity.role(), changes());
  }

  /** Whether its token lets it move nodes. */
  boolean mayMove() {
    return house
        .namespaces()
        .mayPublish(identity.grants(), identity.role(), new ChannelName("graph." + graph));
  }
}
