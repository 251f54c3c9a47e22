package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.LongStream.rangeClosed;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

final class HaipOrderTest {
  private static List<String> texts(Rig rig) {
    return rig.told.stream()
        .filter(step -> step.startsWith("message"))
        .map(step -> Rig.member(Rig.payload(step.substring(step.indexOf('{'))), "text"))
        .toList();
  }

  private static void at(Rig rig, long seq, String text) {
    rig.sayAt(seq, "MESSAGE_START", "USER", "{\"text\":\"" + text + "\"}");
  }

  @Test
  void whatCameBeforeIsDroppedSilently() {
    Rig rig = Rig.official();
    at(rig, 2, "a");
    at(rig, 2, "a");
    at(rig, 1, "a");
    assertThat(texts(rig)).containsExactly("\"a\"");
    assertThat(rig.frames).isEmpty();
  }

  @Test
  void aGapIsAskedForAfterHalfASecondAndThenAllIsInOrder() {
    Rig rig = Rig.official();
    at(rig, 2, "a");
    at(rig, 5, "d");
    at(rig, 4, "c");
    rig.pass(499);
    assertThat(rig.frames).isEmpty();
    rig.pass(1);
    assertThat(rig.payloads(HaipEvent.REPLAY_REQUEST))
        .containsExactly("{\"from_seq\":\"3\",\"to_seq\":\"3\"}");
    at(rig, 3, "b");
    assertThat(texts(rig)).containsExactly("\"a\"", "\"b\"", "\"c\"", "\"d\"");
    rig.clear();
    rig.pass(5_000);
    assertThat(rig.said(HaipEvent.REPLAY_REQUEST)).isEmpty();
  }

  @Test
  void whatIsNeverSentAgainIsPassedOverInTheEnd() {
    Rig rig = Rig.official();
    at(rig, 2, "a");
    at(rig, 4, "c");
    rig.pass(20_000);
    assertThat(rig.said(HaipEvent.REPLAY_REQUEST)).hasSize(4);
    assertThat(texts(rig)).containsExactly("\"a\"", "\"c\"");
    at(rig, 5, "d");
    assertThat(texts(rig)).hasSize(3);
  }

  @Test
  void aPeerThatCannotSendAgainIsNotWaitedFor() {
    Rig rig = Rig.seed();
    at(rig, 2, "a");
    at(rig, 9, "b");
    at(rig, 10, "c");
    assertThat(texts(rig)).hasSize(3);
    rig.pass(5_000);
    assertThat(rig.said(HaipEvent.REPLAY_REQUEST)).isEmpty();
  }

  /** However far it goes: nobody could ask it for anything. */
  @Test
  void ofAPeerThatCannotSendAgainNoGapIsTooLarge() {
    Rig rig = Rig.seed();
    for (int i = 1; i <= 20; i++) {
      at(rig, i * 1_000_000L, "x");
    }
    at(rig, 5, "before");
    assertThat(texts(rig)).hasSize(20);
    assertThat(rig.codes()).isEmpty();
  }

  @Test
  void whatIsMissingOfAPeerThatCannotSendAgainIsCounted() {
    Sequence sequence = new Sequence(HaipLimits.DEFAULTS);
    sequence.begin(true, 1, false);
    assertThat(sequence.place(5_002)).isEqualTo(Sequence.Place.BEHIND_LOSS);
    sequence.jump(5_002);
    assertThat(sequence.lost()).isEqualTo(5_000);
  }

  @Test
  void whatIsTooOldToBeSentAgainIsPassedOver() {
    Rig rig = Rig.official();
    at(rig, 2, "a");
    at(rig, 6, "e");
    rig.sayAt(
        7,
        "ERROR",
        "SYSTEM",
        "{\"code\":\"REPLAY_TOO_OLD\",\"message\":\"m\",\"detail\":{\"available_from\":\"5\"}}");
    at(rig, 5, "d");
    assertThat(texts(rig)).containsExactly("\"a\"", "\"d\"", "\"e\"");
  }

  @Test
  void aClockAsNumberOrNoNumberMeansNoOrder() {
    for (String seq : new String[] {"\"1700000000000\"", "\"17x\"", "17", "\"\""}) {
      Rig rig = Rig.server();
      rig.text(
          Rig.envelope(77, "HAI", "SYSTEM", Rig.officialHai(""), "")
              .replace("\"seq\":\"77\"", "\"seq\":" + seq));
      at(rig, 3, "a");
      at(rig, 3, "b");
      at(rig, 1, "c");
      assertThat(texts(rig)).as(seq).hasSize(3);
      assertThat(rig.frames.get(0)).doesNotContain("\"ack\"");
    }
  }

  @Test
  void numbersGoRoundAndAreUnsigned() {
    Sequence sequence = new Sequence(HaipLimits.DEFAULTS);
    sequence.begin(true, 5, true);
    assertThat(sequence.place(-1L)).isEqualTo(Sequence.Place.AGAIN);
    assertThat(sequence.place(Long.MAX_VALUE)).isEqualTo(Sequence.Place.FAR);
    sequence.jump(-2L);
    sequence.advance();
    assertThat(sequence.place(-1L)).isEqualTo(Sequence.Place.NEXT);
    sequence.advance();
    assertThat(sequence.place(0)).isEqualTo(Sequence.Place.NEXT);
    assertThat(sequence.place(-1L)).isEqualTo(Sequence.Place.AGAIN);
    assertThat(Long.toUnsignedString(sequence.received())).isEqualTo("18446744073709551615");
  }

  @Test
  void aNumberFarAheadIsAnErrorAndGoneOnFrom() {
    Rig rig = Rig.official();
    at(rig, 2, "a");
    at(rig, 4, "c");
    at(rig, 1_000_000, "z");
    at(rig, 1_000_001, "y");
    assertThat(rig.codes()).containsExactly("\"SEQ_VIOLATION\"");
    assertThat(texts(rig)).containsExactly("\"a\"", "\"c\"", "\"z\"", "\"y\"");
  }

  @Test
  void behindAGapOnlySoMuchIsKept() {
    Rig rig = Rig.official();
    for (int i = 0; i < 300; i++) {
      rig.sayAt(4 + i, "TOOL_CANCEL", "USER", "{}");
    }
    assertThat(rig.tickets).isEmpty();
    rig.sayAt(2, "PONG", "SYSTEM", "{}");
    rig.sayAt(3, "PONG", "SYSTEM", "{}");
    assertThat(rig.tickets).hasSize(256);
  }

  @Test
  void whatIsAcknowledgedIsForgottenAndAnAckOfNothingIsAnError() {
    Rig rig = Rig.official();
    rig.sayMore("PONG", "SYSTEM", "{}", ",\"ack\":\"1\"");
    assertThat(rig.frames).isEmpty();
    rig.sayMore("PONG", "SYSTEM", "{}", ",\"ack\":\"99\"");
    assertThat(rig.codes()).containsExactly("\"SEQ_VIOLATION\"");
  }

  @Test
  void aReplayCoversTheConversationsOwnFramesAndStretchesOfTheLog() {
    Rig rig = Rig.official();
    byte[] head = new byte[200];
    for (int offset = 7; offset <= 9; offset++) {
      int length = rig.conversation.headSize("AGENT");
      assertThat(rig.conversation.head(head, 0, "AGENT")).isEqualTo(length);
      rig.conversation.sent("AGENT", offset);
    }
    rig.say("PING", "SYSTEM", "{\"nonce\":\"n\"}");
    rig.clear();
    rig.say("REPLAY_REQUEST", "SYSTEM", "{\"from_seq\":\"2\"}");
    assertThat(rig.told).containsExactly("replay 2");
    assertThat(rig.replays.get(0)).isEqualTo(new HaipReplay.Published("AGENT", 2, 7, 9, 3));
    assertThat(new String(((HaipReplay.Said) rig.replays.get(1)).text(), UTF_8))
        .contains("\"seq\":\"5\"")
        .contains("PONG");
    int end = rig.conversation.headAgain(head, 0, "AGENT", 3);
    assertThat(end).isEqualTo(rig.conversation.headAgainSize("AGENT", 3));
    assertThat(new String(head, 0, end, UTF_8)).contains("\"seq\":\"3\"").endsWith("\"AGENT\",");
  }

  @Test
  void oneReplayIsMadeAtATimeAndTheNewestRequestWaits() {
    Rig rig = Rig.official();
    rig.say("PING", "SYSTEM", "{}");
    rig.clear();
    for (int i = 0; i < 5; i++) {
      rig.say("REPLAY_REQUEST", "SYSTEM", "{\"from_seq\":\"2\",\"to_seq\":\"2\"}");
    }
    assertThat(rig.told).containsExactly("replay 1");
    rig.conversation.replayed(rig.now());
    assertThat(rig.told).containsExactly("replay 1", "replay 1");
    rig.conversation.replayed(rig.now());
    assertThat(rig.told).hasSize(2);
  }

  @Test
  void aThousandMessagesAreKeptHoweverTheyLieInTheLogsAndWhatIsOlderIsTooOld() {
    List<LongFunction<Place>> layouts =
        List.of(
            i -> new Place("AGENT", i),
            i -> new Place("AGENT", 2 * i),
            i -> new Place(i % 2 == 0 ? "AGENT" : "USER", i / 2));
    for (LongFunction<Place> layout : layouts) {
      Rig rig = Rig.official();
      for (int i = 1; i <= 1_200; i++) {
        publish(rig, layout.apply(i));
      }
      rig.say("REPLAY_REQUEST", "SYSTEM", "{\"from_seq\":\"2\"}");
      assertThat(rig.codes()).containsExactly("\"REPLAY_TOO_OLD\"");
      assertThat(rig.frames.get(0)).contains("\"available_from\":\"202\"");
      assertThat(places(rig, 202)).isEqualTo(rangeClosed(201, 1_200).mapToObj(layout).toList());
    }
  }

  private record Place(String channel, long offset) {}

  private static void publish(Rig rig, Place place) {
    rig.conversation.head(new byte[200], 0, place.channel());
    rig.conversation.sent(place.channel(), place.offset());
  }

  /** Where the publications stand that are said again, whose numbers run on from there. */
  private static List<Place> places(Rig rig, long from) {
    List<Place> places = new ArrayList<>();
    for (HaipReplay step : rig.replays) {
      if (step instanceof HaipReplay.Published some) {
        assertThat(some.firstSeq()).isEqualTo(from + places.size());
        assertThat(some.lastOffset() - some.firstOffset()).isEqualTo(some.count() - 1);
        for (long i = some.firstOffset(); i <= some.lastOffset(); i++) {
          places.add(new Place(some.channel(), i));
        }
      }
    }
    return places;
  }

  @Test
  void whatIsAcknowledgedOfAStretchIsForgotten() {
    Rig rig = Rig.official();
    for (int i = 1; i <= 10; i++) {
      publish(rig, new Place("AGENT", i));
    }
    rig.sayMore("REPLAY_REQUEST", "SYSTEM", "{\"from_seq\":\"2\"}", ",\"ack\":\"5\"");
    assertThat(rig.replays).containsExactly(new HaipReplay.Published("AGENT", 6, 5, 10, 6));
  }

  @Test
  void aHaiIsSaidAgainAsItWas() {
    Rig rig = Rig.server();
    rig.hai(Rig.officialHai(""));
    String hai = rig.frames.getFirst();
    rig.pass(5_000);
    rig.say("REPLAY_REQUEST", "SYSTEM", "{\"from_seq\":\"1\",\"to_seq\":\"1\"}");
    String again = new String(((HaipReplay.Said) rig.replays.getFirst()).text(), UTF_8);
    // As in every head, what has come since is acknowledged.
    assertThat(again.replace("\"ack\":\"2\"", "\"ack\":\"1\"")).isEqualTo(hai);
  }

  @Test
  void headsThatWereNotWrittenGiveTheirNumbersBack() {
    Rig rig = Rig.official();
    byte[] head = new byte[200];
    rig.conversation.head(head, 0, "AGENT");
    rig.conversation.head(head, 0, "AGENT");
    rig.conversation.sent("AGENT", 1);
    rig.conversation.unsent(1);
    rig.say("PING", "SYSTEM", "{}");
    assertThat(Rig.member(rig.frames.get(0), "seq")).isEqualTo("\"3\"");
  }

  @Test
  void aCutSessionGoesOnWhereThePeerIs() {
    Rig rig = Rig.official();
    rig.say("PING", "SYSTEM", "{\"nonce\":\"lost\"}");
    HaipKept kept = rig.conversation.cut(rig.now());
    assertThat(kept).isNotNull();
    assertThat(kept.session()).isEqualTo(Rig.SESSION);
    Rig next = Rig.server();
    next.kept = kept;
    next.sayAt(3, "HAI", "SYSTEM", Rig.officialHai(",\"last_rx_seq\":\"1\""));
    assertThat(next.frames.get(0)).contains("\"last_rx_seq\":\"3\"").contains("\"seq\":\"3\"");
    assertThat(next.told).contains("replay 1");
    assertThat(new String(((HaipReplay.Said) next.replays.get(0)).text(), UTF_8)).contains("lost");
    at(next, 4, "x");
    assertThat(texts(next)).containsExactly("\"x\"");
  }

  @Test
  void whoComesBackForWhatIsGoneIsToldAndGoesOnInANewSession() {
    Rig rig = Rig.server();
    rig.hai(Rig.officialHai(",\"last_rx_seq\":\"41\""));
    assertThat(rig.types()).containsExactly("HAI", "ERROR");
    assertThat(rig.codes()).containsExactly("\"RESUME_FAILED\"");
    Rig seed = Rig.seed();
    assertThat(seed.conversation.cut(seed.now())).isNull();
  }

  @Test
  void aSilentPeerIsAskedForASignOfLifeAndClosedWithoutOne() {
    Rig rig = Rig.official();
    rig.pass(30_000);
    assertThat(rig.said(HaipEvent.PING)).hasSize(1);
    rig.pass(9_999);
    assertThat(rig.told).isEmpty();
    rig.pass(1);
    assertThat(rig.told).containsExactly("close IDLE idle");
    Rig seed = Rig.seed();
    seed.pass(30_000);
    assertThat(seed.told).containsExactly("ping");
    seed.conversation.alive(seed.now());
    seed.pass(20_000);
    assertThat(seed.told).containsExactly("ping");
  }

  @Test
  void aBinaryFrameIsPublishedWithItsEnvelope() {
    Rig rig = Rig.official();
    String more = ",\"bin_len\":3,\"bin_mime\":\"audio/opus\"";
    rig.sayMore("AUDIO_CHUNK", "AUDIO_IN", "{\"message_id\":\"m\"}", more);
    assertThat(rig.told).isEmpty();
    rig.binary(new byte[] {1, 2, 3});
    assertThat(rig.told)
        .singleElement()
        .asString()
        .contains("\"payload\":{\"message_id\":\"m\",\"data\":\"AQID\"}")
        .endsWith("\"bin_mime\":\"audio/opus\"}");
    assertThat(rig.frames).isEmpty();
  }

  @Test
  void aBinaryFrameThatDoesNotBelongIsAnErrorAndDropped() {
    Rig rig = Rig.official();
    rig.binary(new byte[] {1});
    String more = ",\"bin_len\":3,\"bin_mime\":\"audio/opus\"";
    rig.sayMore("AUDIO_CHUNK", "AUDIO_IN", "{}", more);
    rig.binary(new byte[] {1, 2, 3, 4});
    rig.sayMore("AUDIO_CHUNK", "AUDIO_IN", "{}", more);
    rig.message("USER", "next");
    rig.sayMore("AUDIO_CHUNK", "AUDIO_IN", "{}", ",\"bin_len\":99999999");
    rig.binary(new byte[] {1});
    rig.sayMore("AUDIO_CHUNK", "AUDIO_IN", "{}", ",\"bin_len\":-1");
    rig.binary(new byte[] {1});
    assertThat(rig.codes()).hasSize(5).containsOnly("\"PROTOCOL_VIOLATION\"");
    assertThat(rig.payloads(HaipEvent.ERROR)).allMatch(text -> text.contains("BINARY_FRAME"));
    assertThat(texts(rig)).containsExactly("\"next\"");
  }

  @Test
  void elevenViolationsInAMinuteEndTheConnection() {
    Rig rig = Rig.official();
    for (int i = 0; i < 10; i++) {
      rig.text("nonsense");
    }
    assertThat(rig.told).isEmpty();
    rig.pass(30_000);
    rig.conversation.alive(rig.now());
    rig.pass(30_000);
    rig.text("nonsense");
    assertThat(rig.codes()).hasSize(11);
    assertThat(rig.told).isEmpty();
    for (int i = 0; i < 10; i++) {
      rig.text("nonsense");
    }
    assertThat(rig.told).containsExactly("close POLICY PROTOCOL_VIOLATION");
  }
}
