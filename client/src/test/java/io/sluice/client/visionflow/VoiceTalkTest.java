package io.sluice.client.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientState;
import io.sluice.protocol.visionflow.FrameType;
import io.sluice.protocol.visionflow.FrameWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of a room does with what a server says, on virtual time. */
class VoiceTalkTest {
  private static final String ROOM =
      "{\"type\":\"room\",\"room\":\"r\",\"speaker\":2,"
          + "\"speakers\":[{\"speaker\":1,\"name\":\"ada\"}]}";

  private final List<String> heard = new ArrayList<>();
  private VoiceRoom room = new VoiceRoom("", 0, Map.of());
  private VisionFlowWorld<VoiceTalk> world = world(VoiceOptions.DEFAULTS);

  private final class Ears implements VoiceEars {
    @Override
    public void knows(VoiceRoom told) {
      room = told;
    }

    @Override
    public void entered(VoiceRoom told) {
      heard.add("room");
    }

    @Override
    public void joined(int speaker, String name) {
      heard.add("join " + speaker + " " + name);
    }

    @Override
    public void left(int speaker) {
      heard.add("leave " + speaker);
    }

    @Override
    public void packet(int speaker, int sequence, byte[] bytes, int from) {
      String opus = Arrays.toString(Arrays.copyOfRange(bytes, from, bytes.length));
      heard.add(speaker + " says " + sequence + " " + opus);
    }
  }

  private VisionFlowWorld<VoiceTalk> world(VoiceOptions options) {
    return new VisionFlowWorld<>(
        it -> new VoiceTalk(options, it.tally, it, new Ears()),
        options.client(),
        options.pingEvery());
  }

  private void connected(VoiceOptions options) {
    world = world(options);
    CompletableFuture<@Nullable Void> connected = world.connect();
    assertThat(connected).isNotDone();
    world.says(ROOM);
    assertThat(connected).isCompleted();
  }

  private void speak(int... opus) {
    byte[] bytes = new byte[opus.length];
    for (int i = 0; i < opus.length; i++) {
      bytes[i] = (byte) opus[i];
    }
    world.talk().speak(bytes, world.now());
  }

  @Test
  void whoIsInTheRoomIsKnown() {
    List<VoiceRoom> entered = new ArrayList<>();
    CompletableFuture<Void> told = world.connect().thenAccept(stood -> entered.add(room));
    world.says(ROOM);
    assertThat(told).isCompleted();
    // Nobody hears of the connection before it is known where that is.
    assertThat(entered).containsExactly(room);
    assertThat(room).isEqualTo(new VoiceRoom("r", 2, Map.of(1, "ada")));
    world.says("{\"type\":\"join\",\"speaker\":3,\"name\":\"bob\"}");
    world.says("{\"type\":\"leave\",\"speaker\":1}");
    assertThat(room).isEqualTo(new VoiceRoom("r", 2, Map.of(3, "bob")));
    // The number is given to another.
    world.says("{\"type\":\"join\",\"speaker\":1,\"name\":\"eve\"}");
    assertThat(room.others()).isEqualTo(Map.of(1, "eve", 3, "bob"));
    assertThat(heard).containsExactly("room", "join 3 bob", "leave 1", "join 1 eve");
  }

  @Test
  void packetsAreHeardBareOrFramed() {
    connected(VoiceOptions.DEFAULTS);
    world.says(new byte[] {1, 0, (byte) 0xFF, (byte) 0xFF, 9, 8});
    assertThat(heard.getLast()).isEqualTo("1 says 65535 [9, 8]");
    connected(VoiceOptions.DEFAULTS.withFramed(true));
    world.says(FrameWriter.voice(1, 0x8001, new byte[] {7}, 5));
    assertThat(heard.getLast()).isEqualTo("1 says 32769 [7]");
    assertThat(world.tally.ofVoice().packets()).isEqualTo(1);
  }

  @Test
  void whatIsSaidIsCountedFromZeroAndAgainFromZero() {
    connected(VoiceOptions.DEFAULTS);
    for (int i = 0; i < 65_537; i++) {
      speak(5, 6);
    }
    assertThat(world.binaries.getFirst()).containsExactly(0, 0, 5, 6);
    assertThat(world.binaries.get(0x0102)).containsExactly(2, 1, 5, 6);
    assertThat(world.binaries.get(65_535)).containsExactly(0xFF, 0xFF, 5, 6);
    assertThat(world.binaries.get(65_536)).containsExactly(0, 0, 5, 6);
    assertThat(world.tally.ofVoice().sent()).isEqualTo(65_537);
  }

  @Test
  void framedItIsAFrame() {
    connected(VoiceOptions.DEFAULTS.withFramed(true));
    speak(5);
    speak(6);
    assertThat(world.binaries.getLast())
        .isEqualTo(FrameWriter.voice(0, 1, new byte[] {6}, world.now().epochMillis()));
  }

  @Test
  void whatCannotGoAtOnceNeverGoesAndItsNumberIsMissed() {
    world.connect();
    speak(1);
    world.says(ROOM);
    world.ready = false;
    speak(2);
    world.writable();
    speak(3);
    assertThat(world.binaries).hasSize(1);
    assertThat(world.binaries.getFirst()).containsExactly(2, 0, 3);
    assertThat(world.tally.ofVoice().unsent()).isEqualTo(2);
    world.cut();
    speak(4);
    assertThat(world.binaries).hasSize(1);
  }

  @Test
  void aLineThatIsLostComesBackAndTheNumbersGoOn() {
    connected(VoiceOptions.DEFAULTS);
    speak(1);
    world.cut();
    assertThat(world.states.getLast()).isEqualTo(ClientState.WAITING);
    world.pass(1_200);
    world.says(ROOM.replace("\"speaker\":2", "\"speaker\":4"));
    assertThat(room.speaker()).isEqualTo(4);
    speak(2);
    assertThat(world.binaries.getLast()).containsExactly(1, 0, 2);
    assertThat(world.tally.ofVoice().reconnects()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{\"type\":\"room\",\"room\":\"r\",\"speaker\":70000}",
        "{\"type\":\"room\",\"room\":\"r\",\"speaker\":1,\"speakers\":[1]}",
        "{\"type\":\"room\",\"room\":\"r\",\"speaker\":1,\"speakers\":[{\"speaker\":2}]}",
        "{\"type\":\"join\",\"speaker\":2}",
        "{\"type\":\"leave\"}"
      })
  void textThatIsWrongIsAnErrorAndTheLineBeginsAnew(String text) {
    connected(VoiceOptions.DEFAULTS);
    world.says(text);
    assertThat(world.errors).containsExactly("bad_message");
    assertThat(world.drops).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4})
  void aPacketWithoutVoiceIsAnErrorAndTheLineBeginsAnew(int size) {
    connected(VoiceOptions.DEFAULTS);
    world.says(new byte[size]);
    assertThat(world.errors).containsExactly("bad_message");
    assertThat(world.drops).isEqualTo(1);
  }

  @Test
  void framesThatMakeNoSenseEndTheLineAndOthersAreAnsweredOrPassedOver() {
    connected(VoiceOptions.DEFAULTS.withFramed(true));
    world.says("{\"type\":\"weather\"}");
    world.says(FrameWriter.ping(5, 0));
    assertThat(world.binaries.getLast()).isEqualTo(FrameWriter.pong(5, world.now().epochMillis()));
    byte[] error =
        "{\"type\":\"error\",\"code\":\"forbidden\",\"message\":\"m\",\"recoverable\":true}"
            .getBytes(UTF_8);
    world.says(FrameWriter.json(FrameType.ERROR, error, 0));
    assertThat(world.errors).containsExactly("forbidden");
    assertThat(world.drops).isZero();
    world.says(new byte[16]);
    assertThat(world.drops).isEqualTo(1);
  }

  @Test
  void pingsAreAnsweredAndOursAreMeasured() {
    connected(VoiceOptions.DEFAULTS);
    world.says("{\"type\":\"ping\",\"timestamp\":12}");
    assertThat(world.texts).containsExactly("{\"type\":\"pong\",\"timestamp\":12}");
    world.pass(0);
    world.pass(7);
    world.answers();
    assertThat(world.tally.ofVoice().roundTrips().last()).isEqualTo(7_000);
    world.engine.close(world.now());
    assertThat(world.closes).isEqualTo(1);
  }
}
