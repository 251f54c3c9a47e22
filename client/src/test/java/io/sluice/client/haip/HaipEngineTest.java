package io.sluice.client.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientState;
import io.sluice.client.Json;
import io.sluice.client.SluiceException;
import io.sluice.client.haip.HaipOptions.Flow;
import io.sluice.protocol.haip.HaipDialect;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client of HAIP does, against the server's own conversation. */
class HaipEngineTest {
  private static final String USER = "USER";

  private HaipWorld world = world(HaipOptions.DEFAULTS);

  private static HaipWorld world(HaipOptions options) {
    return new HaipWorld(options, new Random(1));
  }

  private HaipWorld connected(HaipOptions options) {
    world = world(options);
    CompletableFuture<HaipSession> connected = world.connect();
    world.pass(100);
    assertThat(connected).isCompleted();
    return world;
  }

  private static String code(CompletableFuture<?> future) {
    try {
      future.join();
      return "none";
    } catch (CompletionException e) {
      return ((SluiceException) e.getCause()).code();
    }
  }

  @ParameterizedTest
  @EnumSource(Flow.class)
  void sessionStandsAndWhatIsSentArrives(Flow flow) {
    connected(HaipOptions.DEFAULTS.withFlow(flow));
    HaipDialect dialect =
        switch (flow) {
          case AUTO, OFFICIAL -> HaipDialect.OFFICIAL;
          case SEED -> HaipDialect.SEED;
          case NONE -> HaipDialect.NONE;
        };
    assertThat(world.sessions.getLast().dialect()).isEqualTo(dialect);
    assertThat(world.sessions.getLast().resumed()).isFalse();
    HaipSend send = world.text(USER, "hello");
    assertThat(send.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(send.told()).isCompletedWithValue(HaipSend.State.SENT);
    assertThat(send.sent()).isCompleted();
    world.pass(10);
    assertThat(world.heardTexts()).containsExactly("hello");
    assertThat(world.states).containsExactly(ClientState.CONNECTING, ClientState.CONNECTED);
    assertThat(world.errors).isEmpty();
  }

  @Test
  void whatIsSentBeforeTheSessionStandsWaitsForIt() {
    HaipSend send = world.text(USER, "early");
    assertThat(send.state()).isEqualTo(HaipSend.State.QUEUED);
    assertThat(send.sent()).isNotDone();
    CompletableFuture<HaipSession> connected = world.connect();
    world.pass(100);
    assertThat(connected).isCompleted();
    assertThat(send.sent()).isCompleted();
    assertThat(world.heardTexts()).containsExactly("early");
  }

  @ParameterizedTest
  @EnumSource(
      value = Flow.class,
      names = {"AUTO", "SEED"})
  void whatIsBeyondTheCreditWaitsForItAndStaysInOrder(Flow flow) {
    connected(HaipOptions.DEFAULTS.withFlow(flow));
    world.agentHangs = true;
    List<HaipSend> sends = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sends.add(world.text(USER, "number " + i));
    }
    world.pass(1_000);
    long gone = sends.stream().filter(it -> it.state() == HaipSend.State.SENT).count();
    assertThat(gone).isBetween(1L, 150L);
    assertThat(sends.getLast().state()).isEqualTo(HaipSend.State.QUEUED);
    assertThat(world.channel(USER).queued()).isEqualTo((int) (200 - gone));
    world.agentReturns();
    world.pass(60_000);
    assertThat(sends).allMatch(it -> it.state() == HaipSend.State.SENT && it.sent().isDone());
    assertThat(world.heardTexts())
        .containsExactlyElementsOf(IntStream.range(0, 200).mapToObj(i -> "number " + i).toList());
    assertThat(world.errors).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 30})
  void whatWaitsOnAChannelIsBounded(int most) {
    connected(HaipOptions.DEFAULTS.withQueue(most, 1 << 20));
    world.engine.pause(USER, world.now());
    List<HaipSend> sends =
        IntStream.rangeClosed(0, most).mapToObj(i -> world.text(USER, "x")).toList();
    assertThat(sends.subList(0, most)).allMatch(it -> it.state() == HaipSend.State.QUEUED);
    assertThat(code(sends.getLast().told())).isEqualTo("queue_full");
    assertThat(code(sends.getLast().sent())).isEqualTo("queue_full");
    assertThat(world.text("AGENT", "another channel").state()).isEqualTo(HaipSend.State.SENT);
    world.engine.resume(USER, world.now());
    assertThat(sends.subList(0, most)).allMatch(it -> it.state() == HaipSend.State.SENT);
  }

  @Test
  void whatWaitsOnAChannelIsBoundedInBytes() {
    connected(HaipOptions.DEFAULTS.withQueue(1_000, 500));
    world.engine.pause(USER, world.now());
    assertThat(world.text(USER, "x".repeat(300)).state()).isEqualTo(HaipSend.State.QUEUED);
    assertThat(code(world.text(USER, "x".repeat(300)).sent())).isEqualTo("queue_full");
  }

  @Test
  void whatCanNeverGoIsRefusedAtOnce() {
    ClientLimits small = ClientLimits.DEFAULTS.withMessageBytes(1 << 20, 1_000);
    connected(HaipOptions.DEFAULTS.withClient(small));
    assertThat(code(world.text(USER, "x".repeat(1_000)).sent())).isEqualTo("too_big");
    assertThat(code(world.text("no channel", "x").sent())).isEqualTo("invalid_channel");
    for (int i = 0; i < 16; i++) {
      assertThat(world.text("own" + i, "x").state()).isEqualTo(HaipSend.State.SENT);
    }
    assertThat(code(world.text("own16", "x").sent())).isEqualTo("invalid_channel");
  }

  @Test
  void withoutCreditTheLineBoundsWhatIsSent() {
    connected(HaipOptions.DEFAULTS.withFlow(Flow.NONE));
    world.congested = true;
    assertThat(code(world.text(USER, "x").sent())).isEqualTo("queue_full");
    world.congested = false;
    assertThat(world.text(USER, "x").state()).isEqualTo(HaipSend.State.SENT);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.2, 0.8})
  void creditIsAskedForBelowTheThreshold(double threshold) {
    connected(HaipOptions.DEFAULTS.withFlow(Flow.SEED).withCreditThreshold(threshold));
    world.agentHangs = true;
    world.text(USER, "x".repeat(400));
    world.pass(10);
    // A thousand were there; less than half is gone.
    boolean asked = world.channel(USER).creditUnits() > 1_000;
    assertThat(asked).isEqualTo(threshold == 0.8);
  }

  @Test
  void serverThatPausesIsWaitedFor() {
    connected(HaipOptions.DEFAULTS);
    HaipSend first = world.text(USER, "before");
    world.pass(10);
    world.serverPauses(USER, true);
    world.pass(10);
    assertThat(world.pauses).containsExactly("paused USER");
    HaipSend second = world.text(USER, "meanwhile");
    assertThat(first.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(second.state()).isEqualTo(HaipSend.State.QUEUED);
    assertThat(world.channel(USER).pausedByPeer()).isTrue();
    world.serverPauses(USER, false);
    world.pass(10);
    assertThat(second.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(world.pauses).endsWith("resumed USER");
  }

  @Test
  void slowListenerIsSentNoMoreThanItsWindow() {
    connected(HaipOptions.DEFAULTS);
    world.listenerHangs = true;
    for (int i = 0; i < 20; i++) {
      world.agentSays("AGENT", "part " + i);
    }
    world.pass(1_000);
    assertThat(world.told).hasSize(20);
    assertThat(world.channel("AGENT").unhandled()).isEqualTo(20);
    world.listenerReturns();
    world.pass(1_000);
    assertThat(world.channel("AGENT").unhandled()).isZero();
    assertThat(world.channel("AGENT").received()).isEqualTo(20);
  }

  @Test
  void soundGoesAsAFrameOfItsOwn() {
    connected(HaipOptions.DEFAULTS);
    byte[] sound = {1, 2, 3, 0, -1};
    String payload = Json.of(Map.of("message_id", "m", "mime", "audio/opus"));
    HaipDraft draft = new HaipDraft("AUDIO_IN", HaipEvent.AUDIO_CHUNK, payload);
    HaipSend send = world.send(draft.withBinary("audio/opus", sound));
    world.pass(10);
    assertThat(send.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(world.binaries).containsExactly(sound);
    assertThat(world.heard.getLast().type()).isEqualTo(HaipEvent.AUDIO_CHUNK);
    assertThat(world.heard.getLast().data()).containsExactly(sound);
  }

  @Test
  void oldestSoundThatWaitsMakesRoomForNewerAndNothingElseDoes() {
    connected(HaipOptions.DEFAULTS.withQueue(3, 1 << 20));
    world.engine.pause("AUDIO_IN", world.now());
    HaipSend text = world.text("AUDIO_IN", "a word");
    List<HaipSend> sounds = IntStream.range(0, 4).mapToObj(this::sound).toList();
    assertThat(sounds.get(0).state()).isEqualTo(HaipSend.State.FAILED);
    assertThat(code(sounds.get(0).sent())).isEqualTo("dropped");
    assertThat(code(sounds.get(1).sent())).isEqualTo("dropped");
    assertThat(sounds.get(3).state()).isEqualTo(HaipSend.State.QUEUED);
    assertThat(code(world.text("AUDIO_IN", "another").sent())).isEqualTo("queue_full");
    world.engine.resume("AUDIO_IN", world.now());
    world.pass(100);
    assertThat(text.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(world.binaries).containsExactly(new byte[] {2}, new byte[] {3});
  }

  private HaipSend sound(int number) {
    String payload = Json.of(Map.of("message_id", "m", "mime", "audio/opus"));
    HaipDraft draft = new HaipDraft("AUDIO_IN", HaipEvent.AUDIO_CHUNK, payload);
    return world.send(draft.withBinary("audio/opus", new byte[] {(byte) number}));
  }

  @Test
  void cancelTakesBackACallThatWaitsAndNothingOfItGoes() {
    connected(HaipOptions.DEFAULTS);
    world.engine.pause(USER, world.now());
    HaipSend call = world.send(new HaipDraft(USER, HaipEvent.TOOL_CALL, call("a")));
    HaipSend other = world.send(new HaipDraft(USER, HaipEvent.TOOL_CALL, call("b")));
    HaipSend cancel = world.send(new HaipDraft(USER, HaipEvent.TOOL_CANCEL, "{\"call_id\":\"a\"}"));
    assertThat(call.state()).isEqualTo(HaipSend.State.FAILED);
    assertThat(code(call.sent())).isEqualTo("cancelled");
    assertThat(cancel.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(world.channel(USER).queued()).isEqualTo(1);
    world.engine.resume(USER, world.now());
    world.pass(100);
    assertThat(other.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(world.heard).extracting(HaipMessage::type).containsExactly(HaipEvent.TOOL_CALL);
    assertThat(world.heard.getFirst().callId()).contains("b");
    world.send(new HaipDraft(USER, HaipEvent.TOOL_CANCEL, "{\"call_id\":\"b\"}"));
    world.pass(100);
    assertThat(world.heard.getLast().type()).isEqualTo(HaipEvent.TOOL_CANCEL);
  }

  private static String call(String id) {
    return Json.of(Map.of("call_id", id, "tool", "add"));
  }

  @Test
  void cancelTakesBackARunThatWaitsWithAllThatIsSaidInIt() {
    connected(HaipOptions.DEFAULTS);
    world.engine.pause(USER, world.now());
    String run = "{\"run_id\":\"r\"}";
    HaipSend started = world.send(new HaipDraft(USER, HaipEvent.RUN_STARTED, run).withRun("r"));
    HaipDraft said = new HaipDraft(USER, HaipEvent.MESSAGE_START, "{\"text\":\"in it\"}");
    HaipSend within = world.send(said.withRun("r"));
    world.text(USER, "beside it");
    world.send(new HaipDraft(USER, HaipEvent.RUN_CANCEL, run).withRun("r"));
    world.engine.resume(USER, world.now());
    world.pass(100);
    assertThat(started.state()).isEqualTo(HaipSend.State.FAILED);
    assertThat(code(started.sent())).isEqualTo("cancelled");
    assertThat(code(within.sent())).isEqualTo("cancelled");
    assertThat(world.heardTexts()).containsExactly("beside it");
  }

  @Test
  void lineThatIsCutIsReplacedAndNothingIsLostOrTwice() {
    connected(HaipOptions.DEFAULTS);
    world.latency = 20 * HaipWorld.MILLI;
    world.text(USER, "one");
    world.agentSays("AGENT", "eins");
    world.pass(100);
    world.text(USER, "two");
    world.agentSays("AGENT", "zwei");
    world.pass(1);
    world.cut();
    HaipSend third = world.text(USER, "three");
    assertThat(third.state()).isEqualTo(HaipSend.State.QUEUED);
    world.pass(10_000);
    assertThat(world.sessions).hasSize(2);
    assertThat(world.sessions.getLast().resumed()).isTrue();
    assertThat(world.sessions.getLast().id()).isEqualTo(world.sessions.getFirst().id());
    assertThat(third.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(world.heardTexts()).containsExactly("one", "two", "three");
    assertThat(world.toldTexts()).containsExactly("eins", "zwei");
  }

  @Test
  void sessionThatIsNotKeptBeginsAnewAndTakesWhatWaits() {
    connected(HaipOptions.DEFAULTS);
    world.forgets = true;
    world.engine.pause(USER, world.now());
    HaipSend waits = world.text(USER, "patient");
    world.pass(100);
    world.cut();
    world.pass(10_000);
    assertThat(world.sessions.getLast().resumed()).isFalse();
    assertThat(waits.state()).isEqualTo(HaipSend.State.QUEUED);
    world.engine.resume(USER, world.now());
    world.pass(1_000);
    assertThat(waits.state()).isEqualTo(HaipSend.State.SENT);
    assertThat(world.heardTexts()).containsExactly("patient");
  }

  @Test
  void refusedTokenIsFinal() {
    world.refusal = 401;
    HaipSend waits = world.text(USER, "x");
    CompletableFuture<HaipSession> connected = world.connect();
    world.pass(60_000);
    assertThat(code(connected)).isEqualTo("bad_token");
    assertThat(code(waits.sent())).isEqualTo("bad_token");
    assertThat(code(world.text(USER, "y").sent())).isEqualTo("bad_token");
    assertThat(world.states.getLast()).isEqualTo(ClientState.REFUSED);
    assertThat(world.lines).isEqualTo(1);
  }

  @Test
  void attemptsGoOnUntilOneStands() {
    world.opensFail = true;
    CompletableFuture<HaipSession> connected = world.connect();
    world.pass(40_000);
    assertThat(world.lines).isGreaterThan(4);
    assertThat(connected).isNotDone();
    world.opensFail = false;
    world.pass(40_000);
    assertThat(connected).isCompleted();
  }

  @Test
  void serverThatSaysNothingIsGivenUpAndTriedAgain() {
    connected(HaipOptions.DEFAULTS);
    world.vanish();
    world.pass(60_000);
    assertThat(world.errors).contains("silent");
    assertThat(world.states).contains(ClientState.WAITING);
    world.pass(120_000);
    assertThat(world.engine.state()).isEqualTo(ClientState.CONNECTED);
  }

  @Test
  void quietLineIsKeptAlive() {
    connected(HaipOptions.DEFAULTS);
    world.pass(600_000);
    assertThat(world.lines).isEqualTo(1);
    assertThat(world.errors).isEmpty();
  }

  @Test
  void whatWaitsFailsWhenTheClientIsClosed() {
    connected(HaipOptions.DEFAULTS);
    world.engine.pause(USER, world.now());
    HaipSend waits = world.text(USER, "x");
    world.engine.close();
    assertThat(code(waits.sent())).isEqualTo("closed");
    assertThat(code(world.text(USER, "y").sent())).isEqualTo("closed");
    assertThat(code(world.connect())).isEqualTo("closed");
    assertThat(world.states.getLast()).isEqualTo(ClientState.CLOSED);
    assertThat(world.engine.deadline()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void serverWithoutTheOfficialGrammarIsNotTalkedToIfThatIsAskedFor() {
    world = world(HaipOptions.DEFAULTS.withFlow(Flow.OFFICIAL));
    HaipSetup official = HaipSetup.server(1 << 20, true);
    world.server =
        new HaipSetup(
            official.role(), "", HaipDialect.NONE, official.messageBytes(), 0, 0, true, 0, null);
    CompletableFuture<HaipSession> connected = world.connect();
    world.pass(5_000);
    assertThat(connected).isNotDone();
    assertThat(world.errors).contains("bad_message");
  }

  @Test
  void draftsThatMakeNoSenseAreRefusedBeforeAnythingIsDone() {
    HaipSend send = new HaipSend();
    assertThat(refused(new HaipDraft(USER, HaipEvent.PING, "{}"), send))
        .isEqualTo("invalid_option");
    assertThat(refused(new HaipDraft(USER, HaipEvent.MESSAGE_START, "[]"), send))
        .isEqualTo("invalid_payload");
    assertThat(refused(new HaipDraft(USER, HaipEvent.MESSAGE_START, "{"), send))
        .isEqualTo("invalid_payload");
  }

  private static String refused(HaipDraft draft, HaipSend send) {
    try {
      draft.outgoing(send);
      return "none";
    } catch (SluiceException e) {
      return e.code();
    }
  }
}
