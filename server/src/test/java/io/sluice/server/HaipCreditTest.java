package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Position;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A person's credit and pauses, through a whole server and its sockets. */
class HaipCreditTest extends HaipHouse {
  @Test
  void creditOfThePersonIsTheCursorsCredit() {
    HaipPerson ada = person().official(3, 100_000);
    ada.next("HAI");
    answerEach(ada, 0, 5);
    assertThat(texts(ada, 3)).isEqualTo(numbers(0, 3));
    ada.roundTrip();
    assertThat(ada.hasMessage()).isFalse();
    ada.grant("AGENT", 1, 1);
    assertThat(ada.text()).isEqualTo("3");
    ada.roundTrip();
    assertThat(ada.hasMessage()).isFalse();
  }

  @Test
  void creditMayComeBeforeThereIsAChannel() {
    HaipPerson ada = person().official(1, 100_000);
    ada.next("HAI");
    ada.grant("AGENT", 2, 1);
    ada.roundTrip();
    answerEach(ada, 0, 5);
    assertThat(texts(ada, 3)).isEqualTo(numbers(0, 3));
    ada.roundTrip();
    assertThat(ada.hasMessage()).isFalse();
  }

  @Test
  void pausedChannelWaitsAndDrainsInOrder() {
    HaipPerson ada = person().seed();
    ada.next("HAI");
    answer(ada, "AGENT", "\"first\"").join();
    assertThat(ada.text()).isEqualTo("first");
    ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"AGENT\"}");
    ada.next("PAUSE_CHANNEL");
    answerEach(ada, 0, 3);
    ada.say("SYSTEM", "RESUME_CHANNEL", "{\"channel\":\"AGENT\"}");
    ada.next("RESUME_CHANNEL");
    assertThat(ada.all.stream().map(one -> one.get("type").asString()))
        .containsExactly("HAI", "MESSAGE_START", "PAUSE_CHANNEL", "RESUME_CHANNEL");
    assertThat(texts(ada, 3)).isEqualTo(numbers(0, 3));
  }

  @Test
  void agentWaitsForItsReader() {
    HaipPerson ada = person().official(2, 1 << 20);
    ada.next("HAI");
    String large = "\"" + "x".repeat(20_000) + "\"";
    List<CompletableFuture<Position>> outcomes =
        IntStream.range(0, 10).mapToObj(i -> answer(ada, "AGENT", large)).toList();
    ada.next("MESSAGE_START");
    ada.next("MESSAGE_START");
    // Over no connection nobody may wait: it is told so, and nothing is lost of what was taken.
    assertThat(outcomes.getLast()).isCompletedExceptionally();
    int taken = (int) outcomes.stream().filter(one -> !one.isCompletedExceptionally()).count();
    assertThat(taken).isBetween(3, 5);
    ada.grant("AGENT", 100, 1);
    texts(ada, taken - 2);
    ada.roundTrip();
    answer(ada, "AGENT", large).join();
    ada.text();
  }
}
