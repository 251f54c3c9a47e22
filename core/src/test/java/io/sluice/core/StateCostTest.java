package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Form;
import io.sluice.model.Frame;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What it costs to hold the place of somebody who reads a state, however large that is. */
class StateCostTest {
  private static final ChannelName CHANNEL = Hub.channel("state");
  private static final int FEW = 10;
  private static final int MANY = 2_010;
  private static final int CHANGES = 100;

  private static long allocatedSoFar() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** A place is this object, and its number in its roster. */
  @Test
  void aPlaceIsHeldInTensOfBytes() {
    StateCursor[] places = new StateCursor[10_000];
    long before = allocatedSoFar();
    for (int i = 0; i < places.length; i++) {
      places[i] = new StateCursor(null, null, null, null);
    }
    long each = (allocatedSoFar() - before) / places.length;
    assertThat(places).doesNotContainNull();
    assertThat(each).isBetween(40L, 99L);
  }

  /**
   * All that is allocated for one more reader, whether it is kept or not: while it comes and is
   * given the state, and while all of the state changes a hundred times and it can take nothing.
   */
  @ParameterizedTest
  @ValueSource(ints = {100, 10_000_000})
  void oneReaderMoreCostsTheSameHoweverLargeTheStateIs(int stateBytes) {
    House few = new House(FEW, stateBytes);
    House many = new House(MANY, stateBytes);
    double coming = (double) (many.come() - few.come()) / (MANY - FEW);
    double parking = (double) (many.change(1) - few.change(1)) / (MANY - FEW);
    double behind = (double) (many.change(CHANGES) - few.change(CHANGES)) / (MANY - FEW);
    assertThat(coming).as("bytes for who comes").isLessThan(2_000);
    assertThat(parking).as("bytes for who falls behind").isLessThan(100);
    assertThat(behind).as("bytes for who is behind").isLessThan(1);
    assertThat(many.made).isEqualTo(1);
    many.catchUp();
    assertThat(many.made).isEqualTo(2);
  }

  /** A lane, a state that is kept, and readers of it who have credit for one message. */
  private static final class House {
    private final VirtualTime time = new VirtualTime();
    private final Sink sink = new Sink();
    private final List<Session> sessions = new ArrayList<>();
    private final MemoryBroker broker;
    private final Lane lane;
    private final int stateBytes;
    private long version;

    /** How often what somebody has missed was made. */
    private int made;

    House(int readers, int stateBytes) {
      this.stateBytes = stateBytes;
      Limits limits = TestLimits.DEFAULTS;
      broker = new MemoryBroker(limits.hub(), Namespaces.of(limits.log()), () -> "e");
      lane = new Lane(0, limits, TestPorts.of(limits, broker), sink, () -> {});
      assertThat(broker.keep(CHANNEL, this::since, time.now())).isTrue();
      change();
      Form form =
          publication -> new Frame(new byte[publication.draft().payload().bytes().length], 9);
      Identity identity = new Identity("u", null, Grants.ALL, Long.MAX_VALUE);
      for (int slot = 0; slot < readers; slot++) {
        sessions.add(lane.open(slot, identity, form, "c", time.now()));
      }
    }

    /** All of it, to whoever has missed something. */
    private Publication since(long from) {
      made++;
      return new Publication(version, 0, draft(stateBytes));
    }

    private static Draft draft(int bytes) {
      return new Draft(CHANNEL, Draft.Kind.BROADCAST, null, TestPayload.ofSize(bytes), null, null);
    }

    private void change() {
      version++;
      broker.publish(draft(1), time.now(), new Unread());
    }

    /** They come, and are given all of it; bytes allocated. */
    long come() {
      Command.Subscribe subscribe =
          new Command.Subscribe(
              null,
              CHANNEL,
              null,
              new Credit(1, 1_000),
              Policy.LATEST,
              null,
              null,
              null,
              false,
              false);
      long before = allocatedSoFar();
      sessions.forEach(session -> session.accept(subscribe, time.now()));
      settle();
      long allocated = allocatedSoFar() - before;
      assertThat(sink.sends()).isEqualTo(sessions.size());
      return allocated;
    }

    /** It changes so often, and they have no credit; bytes allocated. */
    long change(int times) {
      long allocated = 0;
      for (int i = 0; i < times; i++) {
        change();
        long before = allocatedSoFar();
        settle();
        allocated += allocatedSoFar() - before;
      }
      assertThat(sink.sends()).isEqualTo(sessions.size());
      return allocated;
    }

    /** They have credit again. */
    void catchUp() {
      Command.Grant grant = new Command.Grant(null, CHANNEL, new Credit(1, 1_000));
      sessions.forEach(session -> session.accept(grant, time.now()));
      settle();
      assertThat(sink.sends()).isEqualTo(2L * sessions.size());
    }

    private void settle() {
      do {
        lane.turn(time.now());
      } while (!lane.feeder().isIdle());
    }
  }

  private static final class Unread implements Broker.Receipt {
    @Override
    public void appended(Position position) {}

    @Override
    public void failed(Fault fault) {
      throw new AssertionError(fault);
    }
  }
}
