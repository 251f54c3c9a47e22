package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.core.log.Broker;
import io.sluice.model.Draft;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** People who come back to their sessions, through a whole server and its sockets. */
class HaipResumeTest extends HaipHouse {
  @Test
  void whoComesBackGetsAllInOrderAndOnce() {
    HaipPerson ada = person().official(1_000, 1 << 20);
    ada.next("HAI");
    answerEach(ada, 0, 10);
    assertThat(texts(ada, 6)).isEqualTo(numbers(0, 6));
    long last =
        ada.all.stream()
            .mapToLong(one -> Long.parseLong(one.get("seq").asString()))
            .max()
            .getAsLong();
    ada.cut();
    answerEach(ada, 10, 20);
    HaipPerson again = again(ada);
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + last + "\"");
    assertThat(again.next("HAI", "ERROR").get("type").asString()).isEqualTo("HAI");
    answerEach(again, 20, 30);
    assertThat(texts(again, 24)).isEqualTo(numbers(6, 30));
    List<Long> seqs =
        again.all.stream()
            .filter(one -> one.get("type").asString().startsWith("MESSAGE"))
            .map(one -> Long.parseLong(one.get("seq").asString()))
            .toList();
    assertThat(seqs.getFirst()).isEqualTo(last + 1);
    assertThat(seqs).isSorted().doesNotHaveDuplicates();
    again.roundTrip();
    assertThat(again.hasMessage()).isFalse();
  }

  @Test
  void whoComesBackGetsWhatCameOnEachOfItsChannels() throws Exception {
    restart(Map.of("lanes", "1"));
    HaipPerson ada = person().official(1_000, 1 << 20);
    ada.next("HAI");
    List<String> channels = List.of("USER", "AGENT", "SYSTEM", "notes", "more");
    for (String channel : channels) {
      answer(ada, channel, "\"before " + channel + "\"").join();
      assertThat(ada.text()).isEqualTo("before " + channel);
    }
    ada.cut();
    for (String channel : channels) {
      answer(ada, channel, "\"away " + channel + "\"").join();
    }
    HaipPerson again = again(ada);
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + ada.lastSeq() + "\"");
    again.next("HAI");
    assertThat(texts(again, channels.size()))
        .containsExactlyInAnyOrderElementsOf(
            channels.stream().map(channel -> "away " + channel).toList());
  }

  /** What it said itself on that channel lies between, and is not said back to it. */
  @Test
  void whoComesBackIsToldWhatOthersSaidOnAChannelWhereItSpeaksToo() throws Exception {
    restart(Map.of("haip.agent", "echo"));
    HaipPerson ada = person().official(1_000, 1 << 20);
    ada.next("HAI");
    long third = 0;
    for (int i = 0; i < 10; i++) {
      ada.message("AGENT", Integer.toString(i));
      assertThat(ada.text()).isEqualTo(Integer.toString(i));
      // What else comes, and when, is the server's affair.
      third = i == 2 ? ada.lastSeq() : third;
    }
    ada.cut();
    HaipPerson again = again(ada);
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + third + "\"");
    again.next("HAI");
    assertThat(texts(again, 7)).isEqualTo(numbers(3, 10));
    again.roundTrip();
    assertThat(again.hasMessage()).isFalse();
  }

  @Test
  void whoComesBackIsToldSoundWithItsFrames() {
    HaipPerson ada = person().official(1_000, 1 << 20);
    long greeted = Long.parseLong(ada.next("HAI").get("seq").asString());
    String chunk =
        "{\"id\":\"%s\",\"ts\":\"1\",\"type\":\"AUDIO_CHUNK\",\"bin_mime\":\"audio/opus\","
            + "\"payload\":{\"message_id\":\"m\",\"mime\":\"audio/opus\",\"data\":\"AAECAw==\"}}";
    for (int i = 0; i < 3; i++) {
      answer(ada, "AUDIO_OUT", chunk.formatted(HaipPerson.id())).join();
      ada.next("AUDIO_CHUNK");
      ada.next("binary");
    }
    ada.cut();
    HaipPerson again = again(ada);
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + greeted + "\"");
    again.next("HAI");
    for (int i = 0; i < 3; i++) {
      assertThat(again.next("AUDIO_CHUNK").get("seq").asLong()).isEqualTo(greeted + 1 + i);
      assertThat(again.next("binary").get("bytes").asInt()).isEqualTo(4);
    }
  }

  @Test
  void creditIsNoMoreAndNoLessWhenTheLineHasBeenCut() {
    HaipPerson ada = person().official(3, 100_000);
    ada.next("HAI");
    ada.grant("AGENT", 1, 1);
    answerEach(ada, 0, 9);
    assertThat(texts(ada, 4)).isEqualTo(numbers(0, 4));
    ada.roundTrip();
    ada.cut();
    HaipPerson again = again(ada);
    again.official(3, 100_000, ",\"last_rx_seq\":\"" + ada.lastSeq() + "\"");
    again.next("HAI");
    again.roundTrip();
    assertThat(again.hasMessage()).isFalse();
    again.grant("AGENT", 2, 1);
    assertThat(texts(again, 2)).isEqualTo(numbers(4, 6));
    again.roundTrip();
    assertThat(again.hasMessage()).isFalse();
  }

  @Test
  void whoComesAgainTakesOverFromItsOldLine() {
    HaipPerson ada = person().official(1_000, 1 << 20);
    ada.next("HAI");
    answerEach(ada, 0, 3);
    assertThat(texts(ada, 3)).isEqualTo(numbers(0, 3));
    HaipPerson again = again(ada);
    again.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + ada.lastSeq() + "\"");
    again.next("HAI");
    assertThat(ada.closeCode()).isEqualTo(1008);
    answerEach(again, 3, 6);
    assertThat(texts(again, 3)).isEqualTo(numbers(3, 6));
  }

  @Test
  void nobodyGoesOnInAnothersSession() {
    HaipPerson ada = person().official(10, 10_000);
    ada.next("HAI");
    HaipPerson eve = person("eve", ada.session);
    eve.official(10, 10_000, ",\"last_rx_seq\":\"0\"");
    assertThat(eve.next("HAI").get("session").asString()).isNotEqualTo(ada.session);
    assertThat(eve.next("ERROR").get("payload").get("code").asString()).isEqualTo("RESUME_FAILED");
    answerEach(ada, 0, 1);
    assertThat(ada.text()).isEqualTo("0");
    eve.roundTrip();
    assertThat(eve.hasMessage()).isFalse();
  }

  /** Each line's messages are published by the thread of its lane. */
  @Test
  void whoComesBackOnAnotherLaneGetsAllInOrderAndOnce() throws Exception {
    List<String> lanes = new CopyOnWriteArrayList<>();
    restart(
        Map.of("lanes", "2"),
        broker ->
            (Broker)
                Proxy.newProxyInstance(
                    Broker.class.getClassLoader(),
                    new Class<?>[] {Broker.class},
                    (proxy, method, given) -> {
                      if (method.getName().equals("publish")
                          && ((Draft) given[0]).channel().value().endsWith(".USER")) {
                        lanes.add(Thread.currentThread().getName());
                      }
                      return method.invoke(broker, given);
                    }));
    HaipPerson line = person().official(1_000, 1 << 20);
    line.next("HAI");
    int moves = 0;
    for (int i = 0; moves < 3; i++) {
      assertThat(i).as("lines, of which some are on another lane: %s", lanes).isLessThan(50);
      line.message("USER", "where am I");
      line.roundTrip();
      assertThat(lanes).hasSize(i + 1);
      moves += i > 0 && !lanes.get(i).equals(lanes.get(i - 1)) ? 1 : 0;
      answerEach(line, 2 * i, 2 * i + 1);
      assertThat(texts(line, 1)).isEqualTo(numbers(2 * i, 2 * i + 1));
      line.cut();
      answerEach(line, 2 * i + 1, 2 * i + 2);
      HaipPerson next = again(line);
      next.official(1_000, 1 << 20, ",\"last_rx_seq\":\"" + line.lastSeq() + "\"");
      assertThat(next.next("HAI").get("session").asString()).isEqualTo(line.session);
      assertThat(texts(next, 1)).isEqualTo(numbers(2 * i + 1, 2 * i + 2));
      next.roundTrip();
      assertThat(next.hasMessage()).isFalse();
      line = next;
    }
    assertThat(Set.copyOf(lanes)).hasSize(2);
  }

  /** Its name is nobody's then, and who asks for it has it; nothing else of the old one is left. */
  @Test
  void sessionThatIsOverIsNotGoneOnWith() throws Exception {
    restart(Map.of("haip.resume.age", "10ms"));
    HaipPerson ada = person().official(10, 10_000);
    ada.next("HAI");
    answerEach(ada, 0, 1);
    ada.text();
    ada.cut();
    await().until(() -> standsAt(0, 0));
    answer(ada, "AGENT", "\"to nobody\"").join();
    HaipPerson again = again(ada);
    again.official(10, 10_000, ",\"last_rx_seq\":\"1\"");
    JsonNode hai = again.next("HAI");
    assertThat(hai.get("session").asString()).isEqualTo(ada.session);
    assertThat(hai.get("seq").asString()).isEqualTo("1");
    assertThat(hai.get("payload").has("last_rx_seq")).isFalse();
    assertThat(again.error()).isEqualTo("RESUME_FAILED");
    again.roundTrip();
    assertThat(again.hasMessage()).isFalse();
    answer(ada, "AGENT", "\"to the new one\"").join();
    assertThat(again.text()).isEqualTo("to the new one");
  }

  /** So many sessions have a line, and so many none. */
  private boolean standsAt(int sessions, int kept) throws Exception {
    JsonNode haip = JSON.readTree(server.send(server.request("/stats").build()).body()).get("haip");
    return haip.get("sessions").asInt() == sessions && haip.get("kept").asInt() == kept;
  }
}
