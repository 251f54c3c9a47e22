package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Log;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Fields;
import io.sluice.model.Filter;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import io.sluice.model.Scalar;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What delivery rests on, one test each, with the awkward moment arranged and not waited for. The
 * mutants of {@code system-tests} break each of these once and want to see it red.
 */
@Timeout(20)
class PromisesTest {
  private static final ChannelName CHANNEL = new ChannelName("news");
  private static final Moment NOW = new Moment(0, 0);
  private static final Limits LIMITS = Limits.defaults(1 << 30);
  private static final Identity READER = new Identity("reader", null, Grants.ALL, Long.MAX_VALUE);

  /** Says nothing but the offset. */
  private static final Form FORM =
      publication -> new Frame(new byte[] {(byte) publication.offset()}, 1);

  private final MemoryBroker broker =
      new MemoryBroker(LIMITS.hub(), Namespaces.of(LIMITS.log()), () -> "epoch");
  private final Sockets sockets = new Sockets();
  private final Lane lane =
      new Lane(0, LIMITS, TestPorts.of(LIMITS, broker), sockets, () -> sockets.woken = true);

  @Test
  void publicationsWhoseSignalsMergedAllArriveInOrderInOneSend() {
    subscribe(1, null, null);
    publish(3);
    turns();
    assertThat(sockets.received(1)).containsExactly(1, 2, 3);
    assertThat(sockets.sends).isEqualTo(1);
  }

  @Test
  void aPublicationThatComesWhileTheChannelIsDrainedIsDeliveredToo() {
    subscribe(1, null, null);
    publish(1);
    sockets.duringFanOut = () -> publish(1);
    turns();
    assertThat(sockets.received(1)).containsExactly(1, 2);
  }

  @Test
  void aPublicationAppendedWhileAReaderRegistersIsInTheHeadOrSignalled() throws Exception {
    publish(1);
    Log log = open(() -> {}).log();
    List<String> signals = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Opened> answer = new CompletableFuture<>();
    Thread reader =
        new Thread(() -> answer.completeAsync(() -> open(() -> signals.add("s")), Runnable::run));
    // Whoever registers must wait for the log's lock; what it did before that, it has done now.
    synchronized (log) {
      reader.start();
      while (reader.getState() != Thread.State.BLOCKED && reader.isAlive()) {
        Thread.onSpinWait();
      }
      assertThat(log.append(draft(new Opaque()), NOW)).isEqualTo(2);
    }
    long head = answer.get(10, TimeUnit.SECONDS).head();
    assertThat(head == 2 || !signals.isEmpty())
        .as("head %d, %d signals", head, signals.size())
        .isTrue();
  }

  @Test
  void whatIsAcknowledgedCanBeReadFromTheLog() {
    Log log = open(() -> {}).log();
    List<Long> readable = new ArrayList<>();
    broker.publish(
        draft(new Opaque()),
        NOW,
        new Broker.Receipt() {
          @Override
          public void appended(Position position) {
            if (log.head() >= position.offset() && log.entry(position.offset()) != null) {
              readable.add(position.offset());
            }
          }

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault.message());
          }
        });
    assertThat(readable).containsExactly(1L);
  }

  @Test
  void whoCouldNotTakeMoreGoesOnWhereItStopped() {
    subscribe(1, null, null);
    publish(1);
    turns();
    sockets.stalled.add(1);
    publish(2);
    turns();
    assertThat(sockets.received(1)).containsExactly(1);
    ready(1);
    publish(1);
    turns();
    assertThat(sockets.received(1)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void creditThatIsLeftSurvivesAStall() {
    subscribe(1, null, new Credit(4, 100));
    publish(1);
    turns();
    sockets.stalled.add(1);
    publish(1);
    turns();
    ready(1);
    turns();
    assertThat(sockets.received(1)).as("at the head again, 2 messages left").containsExactly(1, 2);
    publish(3);
    turns();
    assertThat(sockets.received(1)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aPublicationIsFilteredOnceForAllSubscribersWithTheSameFilter() {
    Filter filter =
        new Filter(new TreeMap<>(java.util.Map.of("room", Set.of(new Scalar.Text("a")))));
    for (int slot = 1; slot <= 10; slot++) {
      subscribe(slot, filter, null);
    }
    CountedFields fields = new CountedFields();
    broker.publish(draft(fields), NOW, new Unasked());
    turns();
    assertThat(sockets.received(1)).containsExactly(1);
    assertThat(sockets.received(10)).containsExactly(1);
    assertThat(fields.asked).isEqualTo(1);
  }

  private void subscribe(int slot, Filter filter, Credit credit) {
    Session session = lane.open(slot, READER, FORM, "c", NOW);
    session.accept(
        new Command.Subscribe(null, CHANNEL, filter, credit, null, null, null, null, false, false),
        NOW);
    turns();
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      broker.publish(draft(new Opaque()), NOW, new Unasked());
    }
  }

  private static Draft draft(Payload payload) {
    return new Draft(CHANNEL, Draft.Kind.MESSAGE, "writer", payload, null, null);
  }

  private void ready(int slot) {
    sockets.stalled.remove(slot);
    lane.writable(slot);
  }

  /** The turns that were asked for, and no other. */
  private void turns() {
    for (int i = 0; sockets.woken; i++) {
      assertThat(i).as("turns without rest").isLessThan(100);
      sockets.woken = false;
      lane.turn(NOW);
    }
  }

  private record Opened(Log log, long head) {}

  private Opened open(io.sluice.core.log.Signal signal) {
    CompletableFuture<Opened> answer = new CompletableFuture<>();
    broker.open(
        CHANNEL,
        signal,
        NOW,
        new Broker.Opening() {
          @Override
          public void opened(Log log, long head) {
            answer.complete(new Opened(log, head));
          }

          @Override
          public void failed(Fault fault) {
            answer.completeExceptionally(new AssertionError(fault.message()));
          }
        });
    return answer.join();
  }

  private static final class Unasked implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault.message());
    }
  }

  private static final class Opaque implements Payload {
    @Override
    public byte[] bytes() {
      return new byte[1];
    }

    @Override
    public Fields readFields() {
      return Fields.NONE;
    }
  }

  /** Data with one field, that counts how often it is asked for. */
  private static final class CountedFields implements Payload, Fields {
    private int asked;

    @Override
    public byte[] bytes() {
      return new byte[1];
    }

    @Override
    public Fields readFields() {
      return this;
    }

    @Override
    public Scalar get(String path) {
      asked++;
      return new Scalar.Text("a");
    }

    @Override
    public int retainedBytes() {
      return 1;
    }
  }

  /** Sockets that take all of it or, while stalled, nothing. */
  private static final class Sockets implements Outlet {
    private final Set<Integer> stalled = new HashSet<>();
    private final List<List<Integer>> received = new ArrayList<>();
    private final List<Integer> batch = new ArrayList<>();
    private boolean woken;
    private int sends;
    private Runnable duringFanOut = () -> {};

    List<Integer> received(int slot) {
      while (received.size() <= slot) {
        received.add(new ArrayList<>());
      }
      return received.get(slot);
    }

    @Override
    public boolean ready(int slot) {
      return !stalled.contains(slot);
    }

    @Override
    public void beginBatch() {
      batch.clear();
    }

    @Override
    public int append(byte[] frame) {
      batch.add((int) frame[0]);
      return batch.size();
    }

    @Override
    public void fanOut(int[] slots, int count, Shortfalls shortfalls) {
      for (int i = 0; i < count; i++) {
        if (send(slots[i]) == NOT_READY) {
          shortfalls.add(i, NOT_READY);
        }
      }
      Runnable now = duringFanOut;
      duringFanOut = () -> {};
      now.run();
    }

    @Override
    public int send(int slot) {
      if (!ready(slot)) {
        return NOT_READY;
      }
      sends++;
      received(slot).addAll(batch);
      return batch.size();
    }

    @Override
    public void tell(int slot, Event event) {
      if (event instanceof Event.Failed failed) {
        throw new AssertionError(failed.fault().message());
      }
    }

    @Override
    public void finish(int slot, byte[] frame, int from) {
      throw new AssertionError("no socket here takes a part");
    }

    @Override
    public void heartbeat(int slot) {}

    @Override
    public void close(int slot, CloseReason reason) {}

    @Override
    public void flush() {}
  }
}
