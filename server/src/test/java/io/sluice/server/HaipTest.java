package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Code;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** HAIP through a whole server and its sockets: both grammars, agents of the house, and rights. */
class HaipTest extends HaipHouse {
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatPersonSaysIsOnTheHubAndWhatTheHubSaysComesToThePerson(boolean official) {
    HaipPerson ada = official ? person().official(100, 100_000) : person().seed();
    JsonNode hai = ada.next("HAI");
    assertThat(hai.get("session").asString()).isEqualTo(ada.session);
    assertThat(hai.get("payload").get("flow_control").get("initial_credits").asInt())
        .isEqualTo(1_000);
    assertThat(hai.get("payload").get("capabilities").has("flow_control")).isTrue();
    ada.message("USER", "hello");
    if (official) {
      ada.roundTrip();
    } else {
      // It knows no PING; the echo of a pause comes as surely behind what was said before.
      ada.say("SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"AUDIO_IN\"}");
      ada.next("PAUSE_CHANNEL");
    }
    answer(ada, "AGENT", "\"hi\"").join();
    JsonNode told = ada.next("MESSAGE_START");
    assertThat(told.get("channel").asString()).isEqualTo("AGENT");
    assertThat(told.get("payload").get("text").asString()).isEqualTo("hi");
    if (official) {
      assertThat(told.get("ack").asString()).isEqualTo("3");
    }
    JsonNode heard = history(ada, "USER").getFirst();
    assertThat(heard.get("type").asString()).isEqualTo("MESSAGE_START");
    assertThat(heard.get("payload").get("text").asString()).isEqualTo("hello");
    assertThat(heard.has("session")).isFalse();
  }

  @Test
  void serverSpeaksFirstToWhoWaits() {
    HaipPerson ada = person();
    String given = ada.next("HAI").get("session").asString();
    ada.official(10, 10_000);
    ada.message("USER", "hello");
    answer(person("bob", given), "AGENT", "1");
    ada.roundTrip();
    assertThat(ada.all.stream().filter(one -> one.get("type").asString().equals("HAI"))).hasSize(1);
  }

  @Test
  void envelopesOfAgentsComeAsTheyAreAndForTypesThatAreTaken() {
    HaipPerson ada = person().official(100, 100_000);
    ada.next("HAI");
    String id = HaipPerson.id();
    answer(
            ada,
            "AGENT",
            "{\"id\":\"%s\",\"ts\":\"1\",\"type\":\"TOOL_LIST\",\"payload\":{\"tools\":[]}}"
                .formatted(id))
        .join();
    answer(
            ada,
            "AGENT",
            "{\"id\":\"%s\",\"ts\":\"12\",\"type\":\"MESSAGE_PART\",\"payload\":{\"message_id\":\"%s\",\"text\":\"x\"},\"run_id\":\"%s\"}"
                .formatted(id, id, id))
        .join();
    JsonNode told = ada.next("TOOL_LIST", "MESSAGE_PART");
    assertThat(told.get("type").asString()).isEqualTo("MESSAGE_PART");
    assertThat(told.get("id").asString()).isEqualTo(id);
    assertThat(told.get("ts").asString()).isEqualTo("12");
    assertThat(told.get("run_id").asString()).isEqualTo(id);
  }

  @Test
  void binaryComesAsAFrameBehindItsEnvelope() {
    HaipPerson ada = person().official(100, 100_000);
    ada.next("HAI");
    answer(
            ada,
            "AUDIO_OUT",
            "{\"id\":\"%s\",\"ts\":\"1\",\"type\":\"AUDIO_CHUNK\",\"payload\":{\"message_id\":\"%s\",\"mime\":\"audio/opus\",\"data\":\"AAECAw==\"},\"bin_mime\":\"audio/opus\"}"
                .formatted(HaipPerson.id(), HaipPerson.id()))
        .join();
    JsonNode envelope = ada.next("AUDIO_CHUNK");
    assertThat(envelope.get("bin_len").asInt()).isEqualTo(4);
    assertThat(envelope.get("payload").has("data")).isFalse();
    assertThat(ada.next("binary").get("bytes").asInt()).isEqualTo(4);
  }

  // Agents of the house

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void echoAgentSaysBackWhatItHearsOnAgent(boolean official) throws Exception {
    restart(Map.of("haip.agent", "echo"));
    HaipPerson ada = official ? person().official(1_000, 1 << 20) : person().seed();
    ada.next("HAI");
    // More than a window at once is the seed's way; in the official grammar it would be a mistake.
    int count = official ? 30 : 300;
    IntStream.range(0, count).forEach(i -> ada.message("USER", "word " + i));
    for (int i = 0; i < count; i++) {
      JsonNode told = ada.next("MESSAGE_START");
      assertThat(told.get("channel").asString()).isEqualTo("AGENT");
      assertThat(told.get("payload").get("text").asString()).isEqualTo("word " + i);
    }
  }

  @Test
  void demoAgentStreamsItsAnswerInARunWithACallInTheMiddle() throws Exception {
    restart(Map.of("haip.agent", "demo"));
    HaipPerson ada = person();
    ada.say(
        "SYSTEM",
        "HAI",
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":[%s,\"RUN_STARTED\",\"RUN_FINISHED\",\"TOOL_CALL\",\"TOOL_DONE\"]}"
            .formatted(HaipPerson.ALL));
    ada.message("USER", "what is 2 and 3");
    JsonNode run = ada.next("RUN_STARTED");
    JsonNode done = ada.next("TOOL_DONE");
    assertThat(done.get("run_id")).isEqualTo(run.get("run_id"));
    ada.next("RUN_FINISHED");
    String said =
        ada.all.stream()
            .filter(one -> one.get("type").asString().startsWith("MESSAGE_"))
            .map(one -> one.get("payload").path("text").asString(""))
            .collect(Collectors.joining());
    assertThat(said).startsWith("You said: what is 2 and 3").contains("5");
  }

  // Rights

  @Test
  void othersNeedTheRoleOfAnAgent() throws Exception {
    HaipPerson ada = person().official(10, 10_000);
    ada.next("HAI");
    HttpRequest publish =
        server
            .request("eve", "/stream")
            .POST(
                BodyPublishers.ofString(
                    "{\"action\":\"publish\",\"id\":1,\"ack\":true,\"channel\":\"haip.%s.AGENT\",\"payload\":1}"
                        .formatted(ada.session)))
            .build();
    assertThat(server.send(publish).body()).contains(Code.FORBIDDEN.text());
  }
}
