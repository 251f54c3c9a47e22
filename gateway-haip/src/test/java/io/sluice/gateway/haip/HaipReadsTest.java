package io.sluice.gateway.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What was said of a channel before it is read holds when it is, however little may wait for it.
 */
class HaipReadsTest {
  private final String session = UUID.randomUUID().toString();
  private final House house = house();
  private final Line ada = house.line("ada");

  @BeforeEach
  void begin() {
    ada.hai(session);
    house.settle();
  }

  private static House house() {
    Limits usual = House.LIMITS;
    Limits.Session session = usual.session();
    Limits.Session one =
        new Limits.Session(
            session.subscriptions(),
            session.channelsPerMessage(),
            session.filters(),
            session.filterBytes(),
            session.allFilterBytes(),
            1,
            session.publishesInFlight(),
            session.publishBytesInFlight(),
            session.heldPublishes(),
            session.heldBytes(),
            session.inquiries(),
            session.historyBytes(),
            session.heartbeat());
    Limits limits =
        new Limits(
            usual.log(),
            usual.hub(),
            one,
            usual.lane(),
            usual.socket(),
            usual.http(),
            usual.connections(),
            usual.json(),
            usual.token(),
            usual.presence());
    return new House(HaipLimits.DEFAULTS, limits, Namespaces.of(usual.log()));
  }

  private void toggle(String type) {
    ada.say(session, "SYSTEM", type, "{\"channel\":\"AGENT\"}");
  }

  @Test
  void aChannelThatIsPausedBeforeItIsReadStaysSo() {
    toggle("PAUSE_CHANNEL");
    house.publish(session, "AGENT", "\"one\"");
    house.settle();
    assertThat(ada.types()).containsExactly("HAI");
    toggle("RESUME_CHANNEL");
    house.settle();
    assertThat(ada.types()).containsExactly("HAI", "MESSAGE_START");
  }

  @Test
  void aPauseThatComesBeforeTheLogIsOpenHoldsWhenItIs() {
    house.publish(session, "AGENT", "\"one\"");
    // It asks for the log, which is open in the lane's next turn.
    boolean _ = ada.runPosted();
    toggle("PAUSE_CHANNEL");
    house.settle();
    assertThat(ada.types()).containsExactly("HAI");
    toggle("RESUME_CHANNEL");
    house.settle();
    assertThat(ada.types()).containsExactly("HAI", "MESSAGE_START");
  }
}
