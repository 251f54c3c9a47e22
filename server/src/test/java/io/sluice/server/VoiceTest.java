package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.server.auth.TokenIssuer;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Voices through a whole server and its sockets. */
class VoiceTest {
  private RunningServer server;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(Map.of("lanes", "2"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private VisionFlowPeer peer(String user, String room, NodeForm form) {
    return peerWith(server.token(user), room, form);
  }

  private VisionFlowPeer peerWith(String token, String room, NodeForm form) {
    URI at =
        URI.create(
            "ws://127.0.0.1:" + server.port() + "/ws/voice?room=" + room + "&token=" + token);
    return new VisionFlowPeer(server.http, at, form);
  }

  private VisionFlowPeer peer(String user) {
    return peer(user, "r", NodeForm.RAW);
  }

  /** A packet of this number, as a client sends it. */
  private static byte[] packet(int sequence, int size) {
    byte[] packet = new byte[2 + size];
    Arrays.fill(packet, (byte) 0x5A);
    packet[0] = (byte) sequence;
    packet[1] = (byte) (sequence >>> 8);
    return packet;
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) | (bytes[at + 1] & 0xFF) << 8;
  }

  @Test
  void everybodyElseHearsAPacketAndWhoSpeaksDoesNot() {
    VisionFlowPeer ada = peer("ada");
    assertThat(ada.next("room").get("speaker").asInt()).isEqualTo(1);
    VisionFlowPeer bob = peer("bob");
    bob.next("room");
    VisionFlowPeer eve = peer("eve", "r", NodeForm.FRAMED);
    eve.next("room");
    ada.next("join");
    ada.next("join");
    ada.send(packet(0x0102, 3));
    assertThat(bob.binary()).containsExactly(1, 0, 2, 1, 0x5A, 0x5A, 0x5A);
    byte[] framed = eve.binary();
    assertThat(framed).hasSize(16 + 7).startsWith(2, 6);
    assertThat(Arrays.copyOfRange(framed, 16, 23)).containsExactly(1, 0, 2, 1, 0x5A, 0x5A, 0x5A);
    // What a client says of the speaker means nothing.
    eve.send(FrameWriter.voice(1, 9, new byte[] {7}, 0));
    assertThat(ada.binary()).containsExactly(3, 0, 9, 0, 7);
    assertThat(bob.binary()).containsExactly(3, 0, 9, 0, 7);
    ada.roundTrip();
    assertThat(ada.hasBinary()).isFalse();
  }

  @Test
  void whoComesKnowsWhoIsThereAndEverybodyHearsOfComingAndGoing() throws Exception {
    VisionFlowPeer ada = peer("ada");
    assertThat(ada.next("room").get("speakers")).isEmpty();
    VisionFlowPeer bob = peer("bob");
    JsonNode room = bob.next("room");
    assertThat(room.get("room").asString()).isEqualTo("r");
    assertThat(room.get("speaker").asInt()).isEqualTo(2);
    assertThat(room.get("speakers").get(0).get("name").asString()).isEqualTo("ada");
    assertThat(ada.next("join").get("name").asString()).isEqualTo("bob");
    ada.leave();
    assertThat(ada.closeCode()).isEqualTo(1000);
    assertThat(bob.next("leave").get("speaker").asInt()).isEqualTo(1);
    assertThat(peer("eve").next("room").get("speaker").asInt()).isEqualTo(1);
  }

  @Test
  void roomsAreApart() {
    VisionFlowPeer ada = peer("ada", "one", NodeForm.RAW);
    VisionFlowPeer bob = peer("bob", "two", NodeForm.RAW);
    ada.next("room");
    assertThat(bob.next("room").get("speaker").asInt()).isEqualTo(1);
    ada.send(packet(1, 1));
    ada.roundTrip();
    bob.roundTrip();
    assertThat(bob.hasBinary()).isFalse();
  }

  @Test
  void whoIsLateHearsTheNewestAndNotAllThatWaited() {
    VisionFlowPeer ada = peer("ada");
    VisionFlowPeer bob = peer("bob");
    bob.next("room");
    bob.stop();
    int packets = 8_000;
    for (int i = 1; i <= packets; i++) {
      ada.send(packet(i, 4_000));
    }
    ada.roundTrip();
    bob.goOn();
    int heard = 0;
    int last = 0;
    while (last < packets) {
      int sequence = word(bob.binary(), 2);
      assertThat(sequence).isGreaterThan(last);
      last = sequence;
      heard++;
    }
    assertThat(heard).isLessThan(packets);
  }

  // What is wrong

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4_003})
  void aPacketOfNoLengthOrTooMuchIsAnError(int size) {
    VisionFlowPeer ada = peer("ada");
    VisionFlowPeer bob = peer("bob");
    bob.next("room");
    ada.send(new byte[size]);
    assertThat(ada.error()).isEqualTo("invalid_length");
    ada.send(packet(5, 4_000));
    assertThat(word(bob.binary(), 2)).isEqualTo(5);
  }

  @Test
  void whatIsNoVoiceIsRefused() {
    VisionFlowPeer eve = peer("eve", "r", NodeForm.FRAMED);
    eve.send(new byte[16]);
    assertThat(eve.error()).isEqualTo("unknown_type");
    eve.send(
        FrameWriter.json(
            io.sluice.protocol.visionflow.FrameType.AGENT_STATUS, new byte[] {'{', '}'}, 0));
    assertThat(eve.error()).isEqualTo("unexpected_type");
    eve.say("{\"type\":\"request_full_snapshot\"}");
    assertThat(eve.error()).isEqualTo("unexpected_type");
    eve.roundTrip();
  }

  @Test
  void whoMayOnlyListenIsNotHeard() {
    TokenIssuer.Request listening =
        new TokenIssuer.Request("eve", null, List.of(), List.of(new ChannelPattern("voice.r")));
    String token =
        server
            .sluice()
            .developer()
            .issue(listening, Duration.ofMinutes(5), System.currentTimeMillis());
    VisionFlowPeer eve = peerWith(token, "r", NodeForm.RAW);
    eve.next("room");
    VisionFlowPeer ada = peer("ada");
    ada.next("room");
    eve.send(packet(1, 1));
    assertThat(eve.error()).isEqualTo("forbidden");
    ada.send(packet(2, 1));
    assertThat(word(eve.binary(), 2)).isEqualTo(2);
    assertThat(ada.hasBinary()).isFalse();
  }

  @Test
  void whoMayNotListenIsToldAndNobodyHearsOfIt() throws Exception {
    TokenIssuer.Request elsewhere =
        new TokenIssuer.Request("eve", null, List.of(), List.of(new ChannelPattern("voice.q")));
    String token =
        server
            .sluice()
            .developer()
            .issue(elsewhere, Duration.ofMinutes(5), System.currentTimeMillis());
    VisionFlowPeer eve = peerWith(token, "r", NodeForm.RAW);
    assertThat(eve.first().get("code").asString()).isEqualTo("forbidden");
    assertThat(eve.closeCode()).isEqualTo(1008);
    assertThat(peer("ada").next("room").get("speakers")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"a.b", "''", "%20"})
  void aRoomThatCannotBeCalledSoEndsTheLine(String room) throws Exception {
    VisionFlowPeer ada = peer("ada", room, NodeForm.RAW);
    assertThat(ada.error()).isEqualTo("invalid_field");
    assertThat(ada.closeCode()).isEqualTo(1008);
  }

  @Test
  void aRoomHasRoomForSoMany() throws Exception {
    server.restart(Map.of("visionflow.voice.speakers", "1"));
    peer("ada").next("room");
    VisionFlowPeer bob = peer("bob");
    assertThat(bob.error()).isEqualTo("busy");
    assertThat(bob.closeCode()).isEqualTo(1008);
    peer("eve", "other", NodeForm.RAW).next("room");
  }

  @Test
  void whoIsSilentIsAskedAndLetGo() throws Exception {
    server.restart(
        Map.of("visionflow.heartbeat.every", "50ms", "visionflow.heartbeat.timeout", "200ms"));
    VisionFlowPeer ada = peer("ada");
    assertThat(ada.next("ping").has("timestamp")).isTrue();
    assertThat(ada.closeCode()).isEqualTo(1001);
  }
}
