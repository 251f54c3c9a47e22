package io.sluice.gateway.nexus;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.FakeOutlet;
import io.sluice.core.Lane;
import io.sluice.core.Session;
import io.sluice.core.TestPorts;
import io.sluice.core.log.Broker;
import io.sluice.core.log.MemoryBroker;
import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Fields;
import io.sluice.model.Form;
import io.sluice.model.Grants;
import io.sluice.model.Identity;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Payload;
import io.sluice.model.Position;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thousand subscribers of a compressed form, on two lanes. */
class SharedCompressionTest {
  private static final int SUBSCRIBERS = 1_000;
  private static final ChannelName CHANNEL = new ChannelName("c");
  private static final Moment NOW = new Moment(0, 0);

  private final Limits limits = Limits.defaults(1 << 28);
  private final MemoryBroker broker =
      new MemoryBroker(limits.hub(), Namespaces.of(limits.log()), () -> "epoch");
  private final Deflaters deflaters = new Deflaters();
  private final Form deflated = new WebSocketForm(NexusGrammar.EXTENDED, deflaters);
  private final AtomicInteger encodes = new AtomicInteger();
  private final List<byte[]> frames = new ArrayList<>();
  private final List<Lane> lanes = new ArrayList<>();

  @BeforeEach
  void subscribe() {
    Form counted =
        publication -> {
          encodes.incrementAndGet();
          return deflated.encode(publication);
        };
    for (int index = 0; index < 2; index++) {
      FakeOutlet outlet =
          new FakeOutlet(
              new FakeOutlet.Watch() {
                @Override
                public void handedOver(int slot, byte[] frame) {
                  frames.add(frame);
                }
              });
      Lane lane = new Lane(index, limits, TestPorts.of(limits, broker), outlet, () -> {});
      lanes.add(lane);
      Identity user = new Identity("ada", null, Grants.ALL, Long.MAX_VALUE);
      for (int slot = 0; slot < SUBSCRIBERS / 2; slot++) {
        outlet.connect(slot);
        Session session = lane.open(slot, user, counted, "id" + slot, NOW);
        session.accept(
            new Command.Subscribe(null, CHANNEL, null, null, null, null, null, null, false, false),
            NOW);
      }
    }
    turn();
  }

  @AfterEach
  void close() {
    broker.close();
    deflaters.close();
  }

  private void turn() {
    lanes.forEach(lane -> lane.turn(NOW));
  }

  private void publish(String payload) {
    byte[] bytes = payload.getBytes(US_ASCII);
    Payload data =
        new Payload() {
          @Override
          public byte[] bytes() {
            return bytes;
          }

          @Override
          public Fields readFields() {
            throw new AssertionError("nobody filters");
          }
        };
    broker.publish(
        new Draft(CHANNEL, Draft.Kind.BROADCAST, null, data, null, null),
        NOW,
        new Broker.Receipt() {
          @Override
          public void appended(Position position) {}

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault);
          }
        });
    turn();
  }

  @Test
  void aBroadcastIsDeflatedOnceAndEverySubscriberGetsTheSameBytes() {
    publish("{\"text\":\"" + "again and again ".repeat(64) + "\"}");
    assertThat(encodes).hasValue(1);
    assertThat(deflaters.idle()).isEqualTo(1);
    assertThat(frames).hasSize(SUBSCRIBERS).allMatch(frame -> frame == frames.getFirst());
    assertThat(frames.getFirst()[0] & 0xFF).as("a deflated text frame").isEqualTo(0xC1);
    assertThat(frames.getFirst().length).isLessThan(200);
  }

  @Test
  void aShortOneIsNotDeflatedAtAll() {
    publish("{\"text\":\"short\"}");
    assertThat(frames).hasSize(SUBSCRIBERS).allMatch(frame -> frame == frames.getFirst());
    assertThat(frames.getFirst()[0] & 0xFF).as("a plain text frame").isEqualTo(0x81);
    assertThat(deflaters.idle()).as("deflaters ever made").isZero();
  }
}
