package io.sluice.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.protocol.visionflow.FrameType;
import io.sluice.protocol.visionflow.FrameWriter;
import io.sluice.protocol.visionflow.NodeForm;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What nobody should send to a room, and a neighbour there that goes on hearing. */
class VoiceAttackTest {
  private static final int HEADER = 16;
  private static final int MOST = 4_000;

  private RunningServer server;
  private int marks;

  @BeforeEach
  void start() throws Exception {
    server = new RunningServer(Map.of("lanes", "2"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String at(String user, String room) {
    return "/ws/voice?room="
        + URLEncoder.encode(room, UTF_8)
        + "&token="
        + server.token(user, Duration.ofMinutes(5));
  }

  private VisionFlowPeer peer(String user, String room, NodeForm form) {
    URI uri = URI.create("ws://127.0.0.1:" + server.port() + at(user, room));
    return new VisionFlowPeer(server.http, uri, form);
  }

  /** Somebody in the room r. */
  private VisionFlowPeer inside(String user, NodeForm form) {
    VisionFlowPeer peer = peer(user, "r", form);
    peer.next("room");
    return peer;
  }

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

  /** The speaker is heard by the neighbour, and by the next packet: nothing came between. */
  private void isHeard(VisionFlowPeer speaker, NodeForm form, VisionFlowPeer neighbour) {
    int mark = 0x7000 + marks++;
    byte[] opus = {1, 2, 3};
    speaker.send(form == NodeForm.FRAMED ? FrameWriter.voice(0, mark, opus, 0) : packet(mark, 3));
    assertThat(word(neighbour.binary(), 2)).isEqualTo(mark);
  }

  // Bytes

  @Test
  void aPacketOfAnyLengthIsHeardOrRefusedAndNothingElse() {
    VisionFlowPeer ada = inside("ada", NodeForm.RAW);
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    for (int length = 0; length <= MOST + 100; length += length > 40 && length < 3_990 ? 79 : 1) {
      if (length >= 3 && length <= MOST + 2) {
        ada.send(packet(length, length - 2));
        byte[] heard = bob.binary();
        assertThat(heard).hasSize(length + 2);
        assertThat(word(heard, 2)).isEqualTo(length);
      } else {
        ada.send(new byte[length]);
        assertThat(ada.error()).as("%d bytes", length).isEqualTo("invalid_length");
      }
    }
    isHeard(ada, NodeForm.RAW, bob);
  }

  @Test
  void aFrameOfAnyTypeWithoutPayloadIsRefused() {
    VisionFlowPeer eve = inside("eve", NodeForm.FRAMED);
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    for (int type = 0; type < 256; type++) {
      byte[] frame = new byte[HEADER];
      frame[0] = (byte) type;
      eve.send(frame);
      assertThat(eve.error()).as("type %d", type).isEqualTo(withoutPayload(type));
    }
    isHeard(eve, NodeForm.FRAMED, bob);
  }

  private static String withoutPayload(int type) {
    FrameType known = FrameType.of((byte) type);
    return known == null
        ? "unknown_type"
        : switch (known) {
          // No node at all is a message of nodes.
          case NODE_UPDATE, SSSP_UPDATE -> "unexpected_type";
          case VOICE_FRAME, PING, PONG, CLOSE -> "invalid_length";
          case SETTINGS_UPDATE, AGENT_STATUS, ERROR -> "invalid_json";
        };
  }

  @Test
  void aFrameThatIsCutAnywhereIsRefused() {
    VisionFlowPeer eve = inside("eve", NodeForm.FRAMED);
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    byte[] whole = FrameWriter.voice(0, 5, new byte[40], 0);
    for (int length = 0; length < whole.length; length++) {
      eve.send(Arrays.copyOf(whole, length));
      assertThat(eve.error()).as("%d bytes", length).isEqualTo("invalid_length");
    }
    // And one that is too long by what follows it.
    eve.send(Arrays.copyOf(whole, whole.length + 1));
    assertThat(eve.error()).isEqualTo("invalid_length");
    // What says that it is so short must have a byte of voice.
    for (int length = HEADER; length < HEADER + 5; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      cut[4] = (byte) (length - HEADER);
      eve.send(cut);
      assertThat(eve.error()).as("%d bytes", length).isEqualTo("invalid_length");
    }
    eve.send(FrameWriter.voice(0, 5, new byte[MOST + 1], 0));
    assertThat(eve.error()).isEqualTo("invalid_length");
    isHeard(eve, NodeForm.FRAMED, bob);
  }

  @Test
  void flagsThatMeanNothingAreRefusedAndPrioritiesAreNobodysBusiness() {
    VisionFlowPeer eve = inside("eve", NodeForm.FRAMED);
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    for (int flags = 0; flags < 256; flags++) {
      byte[] frame = FrameWriter.voice(0, flags, new byte[] {1, 2, 3}, 0);
      frame[1] = (byte) flags;
      eve.send(frame);
      if (flags > 7) {
        assertThat(eve.error()).as("flags %d", flags).isEqualTo("invalid_header");
      } else if (flags % 2 == 1) {
        assertThat(eve.error()).as("flags %d", flags).isEqualTo("invalid_gzip");
      } else {
        assertThat(word(bob.binary(), 2)).isEqualTo(flags);
      }
    }
    byte[] reserved = FrameWriter.voice(0, 1, new byte[] {1}, 0);
    reserved[3] = 1;
    eve.send(reserved);
    assertThat(eve.error()).isEqualTo("invalid_header");
    isHeard(eve, NodeForm.FRAMED, bob);
  }

  @ParameterizedTest
  @EnumSource(
      value = NodeForm.class,
      names = {"RAW", "FRAMED"})
  void textThatDoesNotBelongIsRefused(NodeForm form) {
    VisionFlowPeer eve = inside("eve", form);
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    List<String> wrong =
        List.of(
            "{\"type\":\"subscribe_position_updates\",\"data\":{\"interval\":50}} unexpected_type",
            "{\"type\":\"request_full_snapshot\"} unexpected_type",
            "{\"type\":\"room\",\"room\":\"r\",\"speaker\":1} unknown_type",
            "{\"type\":\"leave\",\"speaker\":1} unknown_type",
            "{\"type\":\"join\",\"speaker\":9,\"name\":\"x\"} unknown_type",
            "{\"type\":7} invalid_field",
            "{} missing_field",
            "[] invalid_json",
            "{\"type\":\"ping\"}{} invalid_json",
            "hello invalid_json");
    for (String line : wrong) {
      int space = line.lastIndexOf(' ');
      eve.say(line.substring(0, space));
      assertThat(eve.error()).as(line).isEqualTo(line.substring(space + 1));
    }
    isHeard(eve, form, bob);
    bob.roundTrip();
  }

  // Floods and stalls

  @Test
  void manyWhoShoutAtOnceAreHeardInOrderAndNobodyIsCut() throws Exception {
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    List<VisionFlowPeer> shouting = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      VisionFlowPeer one = inside("loud" + i, NodeForm.RAW);
      shouting.add(one);
      threads.add(Thread.ofVirtual().start(() -> shout(one, 3_000)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (VisionFlowPeer one : shouting) {
      one.roundTrip();
    }
    // What each says now is the newest, and is heard behind whatever came through.
    int[] last = new int[6];
    for (VisionFlowPeer one : shouting) {
      one.send(packet(60_000, 1));
      int[] heard = {0, 0};
      while (heard[1] != 60_000) {
        byte[] packet = bob.binary();
        heard = new int[] {word(packet, 0), word(packet, 2)};
        assertThat(heard[1]).isGreaterThan(last[heard[0]]);
        last[heard[0]] = heard[1];
      }
    }
    bob.roundTrip();
  }

  private static void shout(VisionFlowPeer peer, int packets) {
    for (int i = 1; i <= packets; i++) {
      peer.send(packet(i, 500));
    }
  }

  @Test
  void whoStallsForLongHearsTheNewestAndItsNeighbourHearsAll() {
    VisionFlowPeer ada = inside("ada", NodeForm.RAW);
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    VisionFlowPeer eve = inside("eve", NodeForm.FRAMED);
    bob.stop();
    int packets = 6_000;
    for (int i = 1; i <= packets; i++) {
      ada.send(packet(i, MOST));
      byte[] frame = eve.binary();
      assertThat(word(frame, HEADER + 2)).isEqualTo(i);
    }
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
    isHeard(ada, NodeForm.RAW, bob);
  }

  @Test
  void aListenerThatIsCutInTheMiddleOfAPacketHurtsNobody() throws Exception {
    VisionFlowPeer ada = inside("ada", NodeForm.RAW);
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    VoiceLine stalled = new VoiceLine(server.port(), at("eve", "r"), "");
    assertThat(bob.next("join").get("speaker").asInt()).isEqualTo(3);
    // Far more than a small window and what lies behind it can take: a packet is under way.
    for (int i = 1; i <= 3_000; i++) {
      ada.send(packet(i, MOST));
      assertThat(word(bob.binary(), 2)).isEqualTo(i);
    }
    stalled.cut();
    assertThat(bob.next("leave").get("speaker").asInt()).isEqualTo(3);
    isHeard(ada, NodeForm.RAW, bob);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 8, 20})
  void aSpeakerThatIsCutInTheMiddleOfAPacketIsNotHeard(int bytes) throws Exception {
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    VoiceLine eve = new VoiceLine(server.port(), at("eve", "r"), "");
    eve.next("room");
    eve.write(VoiceLine.frame(VoiceLine.BINARY, packet(1, 30)));
    assertThat(word(bob.binary(), 2)).isEqualTo(1);
    eve.write(Arrays.copyOf(VoiceLine.frame(VoiceLine.BINARY, packet(2, 30)), bytes));
    eve.cut();
    bob.next("leave");
    bob.roundTrip();
    assertThat(bob.hasBinary()).isFalse();
  }

  // Rooms

  @Test
  void theHundredAndFirstIsTurnedAwayUntilSomebodyGoes() throws Exception {
    List<VisionFlowPeer> all = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      VisionFlowPeer one = peer("u" + i, "r", NodeForm.RAW);
      assertThat(one.next("room").get("speaker").asInt()).isEqualTo(i);
      all.add(one);
    }
    VisionFlowPeer late = peer("late", "r", NodeForm.RAW);
    assertThat(late.error()).isEqualTo("busy");
    assertThat(late.closeCode()).isEqualTo(1008);
    VisionFlowPeer last = all.getLast();
    all.get(41).leave();
    assertThat(last.next("leave").get("speaker").asInt()).isEqualTo(42);
    VisionFlowPeer next = peer("late", "r", NodeForm.RAW);
    assertThat(next.next("room").get("speaker").asInt()).isEqualTo(42);
    JsonNode join = last.next("join");
    assertThat(join.get("speaker").asInt()).isEqualTo(42);
    assertThat(join.get("name").asString()).isEqualTo("late");
    next.send(packet(9, 1));
    byte[] heard = last.binary();
    assertThat(word(heard, 0)).isEqualTo(42);
    assertThat(word(heard, 2)).isEqualTo(9);
  }

  @Test
  void aNumberThatIsGivenAgainIsAnothersFromItsFirstPacketOn() throws Exception {
    VisionFlowPeer bob = inside("bob", NodeForm.RAW);
    for (int turn = 0; turn < 30; turn++) {
      String name = "guest" + turn;
      VisionFlowPeer guest = inside(name, NodeForm.RAW);
      assertThat(bob.next("join").get("name").asString()).isEqualTo(name);
      guest.send(packet(turn, 2));
      byte[] heard = bob.binary();
      assertThat(word(heard, 0)).isEqualTo(2);
      assertThat(word(heard, 2)).isEqualTo(turn);
      guest.leave();
      assertThat(bob.next("leave").get("speaker").asInt()).isEqualTo(2);
      assertThat(guest.closeCode()).isEqualTo(1000);
    }
    assertThat(bob.hasBinary()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"a", "A-Z_09", "a:b", "'-'"})
  void aRoomMayBeCalledSo(String room) {
    VisionFlowPeer peer = peer("ada", room, NodeForm.RAW);
    assertThat(peer.next("room").get("room").asString()).isEqualTo(room);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "a.b", "..", "*", ">", "a/b", "ä", "a b", "a\nb", "\"", "€"})
  void aRoomMayNotBeCalledSo(String room) throws Exception {
    VisionFlowPeer peer = peer("ada", room, NodeForm.RAW);
    assertThat(peer.error()).isEqualTo("invalid_field");
    assertThat(peer.closeCode()).isEqualTo(1008);
  }

  @Test
  void aRoomsNameFitsIntoTheNameOfItsChannel() throws Exception {
    VisionFlowPeer longest = peer("ada", "r".repeat(122), NodeForm.RAW);
    assertThat(longest.next("room").get("room").asString()).hasSize(122);
    VisionFlowPeer longer = peer("ada", "r".repeat(123), NodeForm.RAW);
    assertThat(longer.error()).isEqualTo("invalid_field");
    assertThat(longer.closeCode()).isEqualTo(1008);
  }

  // The line

  @ParameterizedTest
  @ValueSource(strings = {"/ws/voice?room=r", "/ws/positions?graph=default"})
  void aTokenThatExpiresEndsTheLine(String path) throws Exception {
    VisionFlowPeer neighbour = inside("bob", NodeForm.RAW);
    String brief = server.token("ada", Duration.ofSeconds(2));
    URI uri = URI.create("ws://127.0.0.1:" + server.port() + path + "&token=" + brief);
    VisionFlowPeer ada = new VisionFlowPeer(server.http, uri, NodeForm.RAW);
    ada.roundTrip();
    assertThat(ada.closeCode()).isEqualTo(4401);
    if (path.contains("voice")) {
      neighbour.next("leave");
    }
    neighbour.roundTrip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws/voice?room=r", "/ws/positions?graph=default"})
  void whoCompressesIsUnderstood(String path) throws Exception {
    String url = path + "&token=" + server.token("ada");
    VoiceLine line = new VoiceLine(server.port(), url, "permessage-deflate");
    String ping = "{\"type\":\"ping\",\"timestamp\":\"" + "x".repeat(50) + "\"}";
    line.write(VoiceLine.compressed(VoiceLine.TEXT, ping.getBytes(UTF_8)));
    assertThat(line.next("pong")).isEqualTo(ping.replace("ping", "pong"));
    line.cut();
  }
}
