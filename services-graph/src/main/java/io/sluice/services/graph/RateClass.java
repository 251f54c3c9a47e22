package io.sluice.services.graph;

import io.sluice.core.log.Broker;
import io.sluice.core.log.StateSource;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodesPayload;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who watch a graph at one rate: what they have been sent, and in which version. Owned by the
 * mailbox of its graph; {@link #since} is for any thread, so what was sent is written under this
 * object's lock, under which nothing of anybody else's is called.
 *
 * <p>A version is the offset of a tick in the log. What a tick holds counts as sent when it is in
 * the log and not before, and the next waits for that: one that cannot be appended is made up for
 * by the next.
 */
final class RateClass implements StateSource {
  /** A position this far from what was sent, or nearer, is not sent. */
  static final float POSITION_BAND = 0.01f;

  /** The same of a velocity. */
  static final float VELOCITY_BAND = 0.005f;

  private static final float POSITION_SQUARED = POSITION_BAND * POSITION_BAND;
  private static final float VELOCITY_SQUARED = VELOCITY_BAND * VELOCITY_BAND;

  private final ChannelName channel;
  private final GraphPorts ports;
  private final GraphMeter meter;
  private final Consumer<Runnable> mailbox;
  private final Nodes nodes;
  private final Pace pace;
  private final List<Answer> awaited = new ArrayList<>(1);
  private int watchers;
  private boolean hasBegun;
  private boolean isClosed;

  /** Whether anything of the graph was touched since it was last looked through. */
  private boolean isStale;

  /** Whether nodes have gone since the last tick. */
  private boolean hasGone;

  /** Whether the last tick is not answered yet; its slots, and the marks of who was in them. */
  private boolean isWaiting;

  private int[] slots = {};
  private int[] told = {};

  // Written under the lock, by the mailbox alone.
  private final NodeBatch sent;
  private int[] marks = {};
  private long[] changedAt = {};
  private long version;
  private long epochMillis;

  RateClass(
      ChannelName channel,
      int hz,
      GraphLimits limits,
      GraphPorts ports,
      GraphMeter meter,
      Consumer<Runnable> mailbox,
      Nodes nodes) {
    this.channel = channel;
    this.ports = ports;
    this.meter = meter;
    this.mailbox = mailbox;
    this.nodes = nodes;
    this.pace = new Pace(hz, limits.burst());
    this.sent = new NodeBatch(limits.nodes());
  }

  /** The log is there: one of an earlier life goes on, and what is in it is older than all here. */
  void begin() {
    Position head = ports.broker().head(channel);
    synchronized (this) {
      version = head == null ? 0 : head.offset();
    }
  }

  /** One more watches; it is answered when there is a first tick to begin with. */
  void watch(Answer answer) {
    watchers++;
    if (hasBegun) {
      answer.answered(null);
    } else {
      awaited.add(answer);
    }
  }

  /** One watches no more; whether it was the last. */
  boolean unwatch() {
    watchers--;
    return watchers == 0;
  }

  /** The next tick may come early. */
  void hurry() {
    pace.hurry();
  }

  /** Nodes, or what is known of their paths, may be others than when it last looked. */
  void touched() {
    isStale = true;
  }

  /**
   * Says what has changed, if it is time to, and if anything has. The first is said anyway, and one
   * after nodes have gone: it is another version, in which they are not.
   */
  void tick(Moment now) {
    boolean isCalled = isStale || hasGone || !hasBegun;
    if (!isCalled || isWaiting || isClosed || !pace.isDue(now)) {
      return;
    }
    isStale = false;
    makeRoom();
    int changed = 0;
    for (int slot = 0; slot < nodes.high(); slot++) {
      if (nodes.isAlive(slot) && isNews(slot)) {
        slots[changed++] = slot;
      }
    }
    if (changed > 0 || hasGone || !hasBegun) {
      pace.take(now);
      publish(changed, now);
    }
  }

  private boolean isNews(int slot) {
    if (marks[slot] != nodes.mark(slot)) {
      return true;
    }
    NodeBatch is = nodes.columns();
    return is.kind(slot) != sent.kind(slot)
        || is.parent(slot) != sent.parent(slot)
        || is.distance(slot) != sent.distance(slot)
        || square(is.x(slot), is.y(slot), is.z(slot), sent.x(slot), sent.y(slot), sent.z(slot))
            > POSITION_SQUARED
        || square(
                is.vx(slot), is.vy(slot), is.vz(slot), sent.vx(slot), sent.vy(slot), sent.vz(slot))
            > VELOCITY_SQUARED;
  }

  private static float square(float x, float y, float z, float x2, float y2, float z2) {
    float dx = x - x2;
    float dy = y - y2;
    float dz = z - z2;
    return dx * dx + dy * dy + dz * dz;
  }

  private void publish(int changed, Moment now) {
    NodeBatch batch = new NodeBatch(changed, changed);
    for (int i = 0; i < changed; i++) {
      batch.add(nodes.columns(), slots[i]);
      told[i] = nodes.mark(slots[i]);
    }
    isWaiting = true;
    hasGone = false;
    ports.broker().publish(draft(batch), now, new Tick(batch, now));
  }

  private Draft draft(NodeBatch batch) {
    return new Draft(channel, Draft.Kind.BROADCAST, null, new NodesPayload(batch), null, null);
  }

  /** What becomes of a tick: told on any thread, handed to the mailbox. */
  private final class Tick implements Broker.Receipt {
    private final NodeBatch batch;
    private final Moment now;

    Tick(NodeBatch batch, Moment now) {
      this.batch = batch;
      this.now = now;
    }

    @Override
    public void appended(Position position) {
      mailbox.accept(() -> settle(this, position.offset()));
    }

    @Override
    public void failed(Fault fault) {
      meter.lost();
      mailbox.accept(
          () -> {
            isStale = true;
            // It may have been about who is gone: then there is still to be another version.
            hasGone = true;
            goOn();
          });
    }
  }

  private void settle(Tick tick, long offset) {
    NodeBatch batch = tick.batch;
    synchronized (this) {
      version = offset;
      epochMillis = tick.now.epochMillis();
      for (int i = 0; i < batch.size(); i++) {
        // Who has gone since then is not to be told of again; who was put anew will be.
        if (isStill(slots[i], told[i])) {
          sent.set(slots[i], batch, i);
          marks[slots[i]] = told[i];
          changedAt[slots[i]] = offset;
        }
      }
    }
    meter.ticked(batch.size());
    goOn();
  }

  private boolean isStill(int slot, int mark) {
    return slot < nodes.high() && nodes.isAlive(slot) && nodes.mark(slot) == mark;
  }

  private void goOn() {
    isWaiting = false;
    hasBegun = true;
    answer(null);
  }

  private void answer(@Nullable GraphFault fault) {
    List<Answer> all = List.copyOf(awaited);
    awaited.clear();
    all.forEach(answer -> answer.answered(fault));
  }

  /** A place for each slot there is. */
  private void makeRoom() {
    int needed = nodes.high();
    if (slots.length < needed) {
      int more = Math.max(64, Math.max(needed, 2 * slots.length));
      slots = Arrays.copyOf(slots, more);
      told = Arrays.copyOf(told, more);
      synchronized (this) {
        marks = Arrays.copyOf(marks, more);
        changedAt = Arrays.copyOf(changedAt, more);
      }
    }
    if (sent.size() < needed) {
      synchronized (this) {
        for (int slot = sent.size(); slot < needed; slot++) {
          sent.add(nodes.columns(), slot);
        }
      }
    }
  }

  /** The node in this slot is gone. */
  synchronized void forget(int slot) {
    hasGone = true;
    if (slot < marks.length) {
      marks[slot] = Nodes.UNBORN;
    }
  }

  /** All nodes are gone. */
  synchronized void forgetAll() {
    hasGone = true;
    Arrays.fill(marks, Nodes.UNBORN);
  }

  @Override
  public synchronized Publication since(long from) {
    int changed = 0;
    for (int slot = 0; slot < sent.size(); slot++) {
      changed += isSince(slot, from) ? 1 : 0;
    }
    NodeBatch batch = new NodeBatch(changed, changed);
    for (int slot = 0; slot < sent.size(); slot++) {
      if (isSince(slot, from)) {
        batch.add(sent, slot);
      }
    }
    return new Publication(version, epochMillis, draft(batch));
  }

  private boolean isSince(int slot, long from) {
    return marks[slot] != Nodes.UNBORN && changedAt[slot] > from;
  }

  /** Nothing is said from here on; who waits to begin never will. */
  void close() {
    isClosed = true;
    answer(new GraphFault(GraphCode.UNKNOWN_GRAPH, "The graph is gone"));
  }
}
