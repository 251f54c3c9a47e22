package io.sluice.services.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an agent hears, and what the person is told when it fails. */
@Timeout(60)
class AgentMessagesTest {
  private final List<String> heard = new ArrayList<>();

  /** Notes all that it is called for. */
  private class Noting implements Agent {
    @Override
    public void opened(AgentSession session) {
      heard.add("opened by " + session.who().user());
    }

    @Override
    public void message(AgentSession session, Message message) {
      heard.add(message.author() + ": " + message.text());
    }

    @Override
    public void heard(AgentSession session, Piece piece) {
      heard.add(piece.getClass().getSimpleName() + " " + piece.messageId());
    }

    @Override
    public void audio(AgentSession session, AudioChunk chunk) {
      heard.add(chunk.mime() + " " + chunk.data().length + " " + chunk.durationMillis());
    }

    @Override
    public void closed(AgentSession session) {
      heard.add("closed");
    }
  }

  private final Rig rig = new Rig(new Noting());

  @Test
  void aMessageThatBeginsWithTextIsDeliveredAtOnceAndOnlyOnce() {
    rig.open().says("MESSAGE_START", "{'message_id':'a','author':'ada','text':'hi'}");
    assertThat(heard).containsExactly("opened by ada", "Start a", "ada: hi");
    rig.says("MESSAGE_END", "{'message_id':'a'}");
    assertThat(heard).endsWith("ada: hi", "End a");
  }

  @Test
  void aMessageWithoutTextIsPutTogetherAndDeliveredWhenItEnds() {
    rig.open().says("MESSAGE_START", "{'message_id':'a'}");
    rig.says("MESSAGE_PART", "{'message_id':'a','text':'good '}");
    rig.says("TEXT_MESSAGE_PART", "{'message_id':'a','text':'morning'}");
    assertThat(heard).containsExactly("opened by ada", "Start a", "Part a", "Part a");
    rig.says("MESSAGE_END", "{'message_id':'a'}");
    assertThat(heard).endsWith("End a", "null: good morning");
  }

  @Test
  void anOpenMessageIsForgottenWhenNothingWasAddedForAMinute() {
    rig.open().says("MESSAGE_START", "{'message_id':'a'}");
    rig.time.advance(HaipLimits.Talk.DEFAULTS.messageAge().plusMillis(1));
    rig.says("MESSAGE_START", "{'message_id':'b'}");
    rig.says("MESSAGE_PART", "{'message_id':'a','text':'x'}");
    rig.says("MESSAGE_END", "{'message_id':'a'}");
    assertThat(heard).containsExactly("opened by ada", "Start a", "Start b");
    assertThat(rig.answers("SYSTEM")).isEmpty();
    assertThat(rig.handled).hasSize(4);
  }

  @Test
  void theMessageThatNothingWasAddedToForLongestIsForgottenWhenTooManyAreOpen() {
    rig.open();
    int most = HaipLimits.Talk.DEFAULTS.messages();
    for (int i = 0; i <= most; i++) {
      rig.says("MESSAGE_START", "{'message_id':'" + i + "'}");
    }
    heard.clear();
    rig.says("MESSAGE_END", "{'message_id':'0'}");
    assertThat(heard).isEmpty();
    rig.says("MESSAGE_END", "{'message_id':'1'}");
    assertThat(heard).containsExactly("End 1");
  }

  @Test
  void openMessagesTogetherHoldNoMoreTextThanMayBeUnhandled() {
    OpenMessages open = new OpenMessages(HaipLimits.DEFAULTS);
    open.begin(new Message("USER", "a", null, "", null, null), rig.time.now());
    String half = "x".repeat(HaipLimits.Pressure.DEFAULTS.unhandledBytes() / 2);
    open.begin(new Message("USER", "b", null, "", null, null), rig.time.now());
    assertThat(open.add("a", half, rig.time.now())).isTrue();
    assertThat(open.add("b", half, rig.time.now())).isTrue();
    assertThat(open.size()).isEqualTo(2);
    assertThat(open.add("b", "x", rig.time.now())).isTrue();
    assertThat(open.end("a")).isNull();
    assertThat(open.end("b").text()).hasSize(half.length() + 1);
    assertThat(open.size()).isZero();
  }

  @Test
  void soundComesAsBytes() {
    rig.open()
        .says(
            "AUDIO_IN",
            "AUDIO_CHUNK",
            "{'message_id':'a','mime':'audio/opus','data':'AAEC','duration_ms':'20'}",
            "");
    rig.says("AUDIO_IN", "AUDIO", "{'data':'AA=='}", ",'bin_mime':'audio/webm'");
    assertThat(heard).endsWith("audio/opus 3 20", "audio/webm 1 -1");
    rig.says("AUDIO_IN", "AUDIO_CHUNK", "{'message_id':'a','data':'%'}", "");
    assertThat(rig.answers("SYSTEM"))
        .containsExactly(
            "ERROR {'code':'PROTOCOL_VIOLATION','message':'AUDIO_CHUNK needs data in base64',"
                + "'related_id':'m3'}");
  }

  @Test
  void onlyWhatThePersonPublishedIsHeard() {
    rig.open();
    rig.publish(Rig.SESSION, "USER", "{\"text\":\"from Nexus\"}", null);
    rig.publish(Rig.SESSION, "USER", "\"of the agent's\"", AgentHost.PUBLISHER);
    rig.run();
    assertThat(heard).containsExactly("opened by ada");
    assertThat(rig.handled).isEmpty();
  }

  @Test
  void allThatThePersonSaidIsSaidToBeHandledInItsOrder() {
    rig.open().says("MESSAGE_START", "{'message_id':'a','text':'x'}");
    rig.says("SYSTEM", "PING", "{}", "");
    rig.says("USER", "WHO_KNOWS", "{}", "");
    assertThat(rig.handled).containsExactly("USER 1", "SYSTEM 1", "USER 2");
  }

  @Test
  void whatIsHandledIsSaidWhenTheAgentIsDoneWithItAndNotBefore() {
    rig.open();
    rig.publish(Rig.SESSION, "USER", "MESSAGE_START", "{\"message_id\":\"a\"}", "");
    rig.publish(Rig.SESSION, "USER", "PING", "{}", "");
    while (heard.size() < 2 && !rig.steps.isEmpty()) {
      assertThat(rig.handled).isEmpty();
      rig.steps.remove().run();
    }
    rig.run();
    assertThat(rig.handled).containsExactly("USER 1", "USER 2");
  }

  @Test
  void whatTheAgentCannotTakeWaitsInTheLog() {
    rig.open();
    int most = HaipLimits.Pressure.DEFAULTS.unhandledMessages();
    for (int i = 0; i < most + 50; i++) {
      rig.publish(Rig.SESSION, "USER", "MESSAGE_START", "{\"message_id\":\"" + i + "\"}", "");
    }
    // One step of the agent's is kept back, so that nothing is ever done.
    Runnable agents = null;
    for (int i = 0; i < 1_000 && !rig.steps.isEmpty(); i++) {
      Runnable step = rig.steps.remove();
      if (!(step instanceof io.sluice.core.Reader) && agents == null) {
        agents = step;
      } else {
        step.run();
      }
    }
    assertThat(rig.steps).isEmpty();
    assertThat(heard).hasSizeLessThanOrEqualTo(1);
    agents.run();
    rig.run();
    assertThat(heard).hasSize(1 + most + 50);
    assertThat(rig.handled).endsWith("USER " + (most + 50)).hasSize(most + 50);
  }

  @Test
  void whatIsNoEnvelopeOrLacksSomethingIsAnsweredWithItsId() {
    rig.open();
    rig.publish(Rig.SESSION, "USER", "7", Rig.SESSION);
    rig.publish(Rig.SESSION, "USER", "{\"id\":\"x\",\"type\":", Rig.SESSION);
    rig.run();
    rig.says("MESSAGE_START", "{}");
    rig.says("MESSAGE_PART", "{'message_id':'a'}");
    rig.says("MESSAGE_END", "{}");
    rig.says("AUDIO", "{}");
    assertThat(rig.answers("SYSTEM"))
        .containsExactly(
            "ERROR {'code':'PROTOCOL_VIOLATION','message':'This is no envelope'}",
            "ERROR {'code':'PROTOCOL_VIOLATION','message':'This is no envelope'}",
            "ERROR {'code':'PROTOCOL_VIOLATION','message':'MESSAGE_START needs message_id',"
                + "'related_id':'m1'}",
            "ERROR {'code':'PROTOCOL_VIOLATION','message':'MESSAGE_PART needs message_id and text',"
                + "'related_id':'m2'}",
            "ERROR {'code':'PROTOCOL_VIOLATION','message':'MESSAGE_END needs message_id',"
                + "'related_id':'m3'}",
            "ERROR {'code':'PROTOCOL_VIOLATION','message':'AUDIO needs data','related_id':'m4'}");
    assertThat(rig.handled).endsWith("USER 6");
  }

  @Test
  void whatWasLostBeforeTheAgentReadItIsToldAndCountsAsHandled() {
    rig.open();
    rig.publish(Rig.SESSION, "USER", "PING", "{}", "");
    for (int i = 0; i < rig.bounds.messages() + 1; i++) {
      rig.publish(Rig.SESSION, "USER", "PING", "{}", "");
    }
    rig.run();
    assertThat(rig.answers("SYSTEM"))
        .containsExactly(
            "ERROR {'code':'REPLAY_TOO_OLD',"
                + "'message':'What was said on USER from 1 to 2 is lost'}");
    assertThat(rig.handled).startsWith("USER 2", "USER 3").endsWith("USER 1002");
  }

  @Test
  void anAgentThatFailsIsNotedThePersonIsToldAndTheSessionGoesOn() {
    Rig failing =
        new Rig(
            new Agent() {
              @Override
              public void message(AgentSession session, Message message) throws Exception {
                if (message.text().equals("fail")) {
                  throw new java.io.IOException("secret");
                }
                session.say("well");
              }
            });
    failing.open().says("MESSAGE_START", "{'message_id':'a','text':'fail'}");
    assertThat(failing.answers("SYSTEM"))
        .containsExactly(
            "ERROR {'code':'SERVER_ERROR','message':'The agent failed','related_id':'m1'}");
    assertThat(failing.mishaps).containsExactly("MESSAGE_START: java.io.IOException: secret");
    failing.says("MESSAGE_START", "{'message_id':'b','text':'x'}");
    assertThat(failing.answers())
        .containsExactly(
            "MESSAGE_START {'message_id':'id2','author':'agent','text':'well'}",
            "MESSAGE_END {'message_id':'id2'}");
    assertThat(failing.handled).containsExactly("USER 1", "USER 2");
  }

  @Test
  void anAgentThatSaysWhyIsQuotedAndNoMishap() {
    Rig refusing =
        new Rig(
            new Agent() {
              @Override
              public void message(AgentSession session, Message message) {
                throw new AgentException(AgentCode.BUSY, "Later, please");
              }
            });
    refusing.open().says("MESSAGE_START", "{'message_id':'a','text':'x'}");
    assertThat(refusing.answers("SYSTEM"))
        .containsExactly("ERROR {'code':'BUSY','message':'Later, please','related_id':'m1'}");
    assertThat(refusing.mishaps).isEmpty();
  }

  @Test
  void aSessionNobodyHearsIsNotHeard() {
    Rig alone = new Rig((session, who) -> null);
    assertThat(alone.host.opened(Rig.SESSION, Rig.ADA)).isFalse();
    alone.says("MESSAGE_START", "{'message_id':'a','text':'x'}");
    alone.host.closed(Rig.SESSION);
    assertThat(alone.handled).isEmpty();
    Rig broken =
        new Rig(
            (session, who) -> {
              throw new IllegalStateException("a bug");
            });
    assertThat(broken.host.opened(Rig.SESSION, Rig.ADA)).isFalse();
    assertThat(broken.mishaps).hasSize(1);
  }

  @Test
  void aSessionThatGoesOnIsTheSame() {
    rig.open();
    assertThat(rig.host.opened(Rig.SESSION, Rig.ADA)).isTrue();
    rig.run();
    assertThat(heard).containsExactly("opened by ada");
    assertThat(rig.host.sessions()).isOne();
  }

  @Test
  void aSessionOfTheSameIdHearsNothingOfTheOneBefore() {
    rig.open().says("MESSAGE_START", "{'message_id':'a','text':'old'}");
    rig.host.closed(Rig.SESSION);
    rig.run();
    heard.clear();
    rig.open();
    rig.host.channelOpened(Rig.channel("USER"), 2, rig.time.now());
    rig.says("MESSAGE_START", "{'message_id':'b','text':'new'}");
    assertThat(heard).containsExactly("opened by ada", "Start b", "null: new");
  }

  @Test
  void whenASessionIsClosedItsAgentHearsOfItLastAndItsLogsAreGivenBack() {
    rig.open().says("MESSAGE_START", "{'message_id':'a','text':'x'}");
    rig.publish(Rig.SESSION, "USER", "MESSAGE_START", "{\"message_id\":\"b\"}", "");
    rig.host.closed(Rig.SESSION);
    rig.run();
    rig.says("MESSAGE_START", "{'message_id':'c'}");
    assertThat(heard).containsExactly("opened by ada", "Start a", "null: x", "closed");
    rig.time.advance(Duration.ofMinutes(6));
    rig.broker.tick(rig.time.now());
    assertThat(rig.broker.channels()).isZero();
    assertThat(rig.host.sessions()).isZero();
  }

  @Test
  void nothingIsHeardAfterTheEnd() {
    rig.open();
    rig.publish(Rig.SESSION, "USER", "MESSAGE_START", "{\"message_id\":\"a\"}", "");
    List<Runnable> begun = new ArrayList<>(rig.steps);
    rig.steps.clear();
    // The reader is at it, and the agent about to be called.
    begun.forEach(Runnable::run);
    rig.host.closed(Rig.SESSION);
    rig.run();
    assertThat(heard).last().isEqualTo("closed");
  }

  @Test
  void aSessionThatIsClosedWhileItsAgentIsToldOfItsBeginningHearsOfBothInOrder() {
    assertThat(rig.host.opened(Rig.SESSION, Rig.ADA)).isTrue();
    Runnable begin = rig.steps.remove();
    rig.host.closed(Rig.SESSION);
    rig.run();
    begin.run();
    rig.run();
    assertThat(heard).containsExactly("opened by ada", "closed");
  }

  @Test
  void aChannelThatCannotBeReadIsTriedAgain() {
    rig.open();
    rig.full = true;
    rig.host.channelOpened(Rig.channel("USER"), rig.time.now());
    assertThat(rig.mishaps).singleElement().asString().contains("channel_limit");
    rig.full = false;
    rig.says("MESSAGE_START", "{'message_id':'a','text':'x'}");
    assertThat(heard).endsWith("null: x");
  }

  @Test
  void otherChannelsAndOthersSessionsAreNoneOfItsBusiness() {
    rig.open();
    rig.publish("5e551011-0000-4000-8000-00000000000f", "USER", "7", "x");
    rig.host.channelOpened(new io.sluice.model.ChannelName("chat.room"), rig.time.now());
    rig.host.channelOpened(new io.sluice.model.ChannelName("haip.x"), rig.time.now());
    rig.run();
    assertThat(heard).containsExactly("opened by ada");
  }
}
