package io.sluice.protocol.nexus;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Credit;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.protocol.nexus.NexusRequestWriter.Terms;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The server understands what a client writes as it was meant. */
final class NexusRequestTest {
  private final NexusRequestWriter writer = new NexusRequestWriter();

  private static Map<String, Object> understood(String message) {
    List<Map<String, Object>> heard = Heard.describe(Heard.read(Heard.begin("sluice.1"), message));
    assertThat(heard).hasSize(1);
    return heard.getFirst();
  }

  @Test
  void subscribeWithEverything() {
    assertThat(
            understood(
                writer.subscribe(
                    7,
                    "tasks",
                    "{\"a\":1}",
                    new Credit(5, 1_000),
                    new Position("e\"1", 42),
                    new Terms(true, true, Policy.LATEST, "id", false))))
        .containsEntry("command", "subscribe")
        .containsEntry("id", "7")
        .containsEntry("channel", "tasks")
        .containsEntry("filters", "{\"a\":1}")
        .containsEntry("credits", Map.of("messages", 5L, "bytes", 1_000L))
        .containsEntry("recoverable", true)
        .containsEntry("presence", true)
        .containsEntry("policy", "latest")
        .containsEntry("conflateBy", "id")
        .containsEntry("hold", false);
  }

  @Test
  void creditWithoutEndIsLeftOut() {
    assertThat(writer.subscribe(1, "c", null, new Credit(Credit.MAX, 9), null, Terms.UNSAID))
        .contains("\"credits\":{\"bytes\":9}");
    assertThat(writer.subscribe(1, "c", null, new Credit(9, Credit.MAX), null, Terms.UNSAID))
        .contains("\"credits\":{\"messages\":9}");
    assertThat(
            understood(
                writer.subscribe(
                    1, "c", null, new Credit(Credit.MAX, Credit.MAX), null, Terms.UNSAID)))
        .containsEntry("credits", Map.of("messages", Credit.MAX, "bytes", Credit.MAX));
  }

  @Test
  void creditUnsubscribePingAndPublish() {
    assertThat(understood(writer.credit("c", new Credit(3, 0))))
        .containsEntry("command", "credit")
        .containsEntry("credits", Map.of("messages", 3L, "bytes", 0L));
    assertThat(understood(writer.unsubscribe(2, "c"))).containsEntry("command", "unsubscribe");
    assertThat(understood(writer.ping(3))).containsEntry("command", "ping");
    assertThat(understood(writer.publish(4, "c", "{\"x\":\"é\"}", true, "k\n", "job-9")))
        .containsEntry("command", "publish")
        .containsEntry("id", "4")
        .containsEntry("payload", "{\"x\":\"é\"}")
        .containsEntry("ack", true)
        .containsEntry("key", "k\n")
        .containsEntry("idempotencyKey", "job-9");
  }

  @Test
  void whatTheServerLearnsLaterIsWrittenAsAgreed() {
    assertThat(writer.history(5, "c", new Position("e", 4), 10))
        .isEqualTo(
            "{\"action\":\"history\",\"id\":5,\"channel\":\"c\",\"since\":{\"epoch\":\"e\","
                + "\"offset\":4},\"limit\":10}");
    assertThat(writer.history(5, "c", null, 0))
        .isEqualTo("{\"action\":\"history\",\"id\":5,\"channel\":\"c\"}");
    assertThat(writer.presence(6, "c"))
        .isEqualTo("{\"action\":\"presence\",\"id\":6,\"channel\":\"c\"}");
    assertThat(writer.refresh(7, "a.b.c"))
        .isEqualTo("{\"action\":\"refresh\",\"id\":7,\"token\":\"a.b.c\"}");
    assertThat(writer.subscribe(8, "c", null, null, null, new Terms(false, true, null, null, null)))
        .isEqualTo("{\"action\":\"subscribe\",\"id\":8,\"channel\":\"c\",\"presence\":true}");
  }
}
