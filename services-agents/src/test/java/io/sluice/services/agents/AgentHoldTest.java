package io.sluice.services.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.core.log.Hold;
import io.sluice.core.log.Log;
import io.sluice.model.HaipLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A slow reader slows the agent, on the agent's own threads. */
@Timeout(60)
class AgentHoldTest {
  private static final int PARTS = 40;

  private final LinkedBlockingQueue<String> noted = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<AgentStream> streams = new LinkedBlockingQueue<>();

  /** Speaks without a pause, and notes each part that is in the log. */
  private final Agent talker =
      new Agent() {
        @Override
        public void message(AgentSession session, Message message) throws Exception {
          AgentStream stream =
              message.text().equals("run") ? session.startRun(null).stream() : session.stream();
          streams.add(stream);
          try {
            for (int i = 0; i < PARTS; i++) {
              stream.write("part " + i);
              noted.add("part " + i);
            }
            stream.end();
            noted.add("end");
          } catch (RuntimeException | InterruptedException e) {
            noted.add(e.getClass().getSimpleName());
            throw e;
          }
        }

        @Override
        public void closed(AgentSession session) {
          noted.add("closed");
        }
      };

  private final Rig rig = new Rig((session, who) -> talker, HaipLimits.DEFAULTS, Rig.virtual());

  /** A reader of AGENT that has read nothing yet. */
  private final Log log = rig.log(Rig.channel("AGENT"));

  private final Hold.Stake reader = log.hold().stake();

  AgentHoldTest() {
    assertThat(reader.take(1)).isTrue();
    rig.host.opened(Rig.SESSION, Rig.ADA);
  }

  @AfterEach
  void close() {
    rig.host.closed(Rig.SESSION);
  }

  private void say(String text) {
    rig.says("MESSAGE_START", "{'message_id':'" + text + "','text':'" + text + "'}");
  }

  /** What was noted until the agent had to wait. */
  private List<String> untilHeld() throws InterruptedException {
    Rig.take(rig.held);
    List<String> all = new ArrayList<>();
    noted.drainTo(all);
    return all;
  }

  @Test
  void theStreamWaitsUntilTheReaderHasReadAndLosesNothing() throws Exception {
    say("go");
    List<String> before = untilHeld();
    AgentStream stream = Rig.take(streams);
    assertThat(stream.isHeld()).isTrue();
    assertThat(before).isNotEmpty().hasSizeLessThan(PARTS / 2);
    long head = log.head();
    assertThat(noted).isEmpty();
    assertThat(log.head()).isEqualTo(head).isEqualTo(1 + before.size());
    reader.raise(log.head() + 1, 0, rig.time.now());
    List<String> more = untilHeld();
    assertThat(more).isNotEmpty();
    reader.give(Long.MAX_VALUE, 0, rig.time.now());
    String last = Rig.take(noted);
    List<String> all = new ArrayList<>(before);
    all.addAll(more);
    while (!last.equals("end")) {
      all.add(last);
      last = Rig.take(noted);
    }
    assertThat(all).hasSize(PARTS).startsWith("part 0").endsWith("part 39");
    assertThat(stream.isHeld()).isFalse();
    assertThat(log.head()).isEqualTo(PARTS + 2);
  }

  @Test
  void whileTheAgentWaitsThePersonIsGivenNoMoreCreditButHeard() throws Exception {
    say("go");
    untilHeld();
    say("again");
    rig.says("SYSTEM", "TOOL_LIST", "{'tools':[]}", "");
    assertThat(rig.handled).isEmpty();
  }

  @Test
  void aSessionWhoseReaderIsGoneEndsItsAgentAndLeavesNothingBehind() throws Exception {
    say("go");
    untilHeld();
    rig.host.closed(Rig.SESSION);
    assertThat(Rig.take(noted)).isIn("SessionClosedException", "InterruptedException");
    assertThat(Rig.take(noted)).isEqualTo("closed");
    assertThat(rig.host.sessions()).isZero();
    assertThat(rig.mishaps).isEmpty();
    assertThatThrownBy(() -> Rig.take(streams).write("x"))
        .isInstanceOf(SessionClosedException.class);
    reader.give(Long.MAX_VALUE, 0, rig.time.now());
    assertThat(rig.broker.waiting()).isZero();
    rig.time.advance(Duration.ofMinutes(6));
    rig.broker.tick(rig.time.now());
    assertThat(rig.broker.channels()).isZero();
  }

  @Test
  void aRunThatIsCancelledWhileItsStreamWaitsIsOverAtOnce() throws Exception {
    say("run");
    untilHeld();
    rig.says("SYSTEM", "RUN_CANCEL", "{}", "");
    assertThat(Rig.take(noted)).isEqualTo("CancellationException");
    reader.give(Long.MAX_VALUE, 0, rig.time.now());
    LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();
    rig.onHandled = handled::add;
    rig.says("SYSTEM", "PING", "{}", "");
    String last = Rig.take(handled);
    while (!last.equals("SYSTEM 2")) {
      last = Rig.take(handled);
    }
    assertThat(rig.answers()).endsWith("RUN_FINISHED {'run_id':'id1','status':'CANCELLED'}");
    assertThat(rig.mishaps).isEmpty();
  }

  @Test
  void whoMayNotWaitIsToldNoAndWhenToTryAgain() throws Exception {
    LinkedBlockingQueue<String> tried = new LinkedBlockingQueue<>();
    Rig polite =
        new Rig(
                new Agent() {
                  @Override
                  public void message(AgentSession session, Message message) {
                    AgentStream stream = session.stream();
                    int taken = 0;
                    while (stream.tryWrite("part")) {
                      taken++;
                    }
                    tried.add(taken + " held " + stream.isHeld());
                    stream.whenWritable(() -> tried.add("writable " + stream.tryWrite("the rest")));
                  }
                })
            .open();
    Hold.Stake slow = polite.log(Rig.channel("AGENT")).hold().stake();
    assertThat(slow.take(1)).isTrue();
    polite.says("MESSAGE_START", "{'message_id':'a','text':'x'}");
    String first = tried.remove();
    assertThat(first).endsWith("held true").doesNotStartWith("0");
    assertThat(tried).isEmpty();
    slow.raise(polite.log(Rig.channel("AGENT")).head() + 1, 0, polite.time.now());
    polite.run();
    assertThat(tried).containsExactly("writable true");
    int taken = Integer.parseInt(first.substring(0, first.indexOf(' ')));
    assertThat(polite.answers()).hasSize(taken + 2).last().asString().contains("'text':'the rest'");
  }

  @Test
  void theAnswersThatNobodyReadsAreBoundedAndWhatIsAskedWaitsInTheLog() {
    Rig deaf = new Rig(new Agent() {}).open();
    Hold.Stake stuck = deaf.log(Rig.channel("SYSTEM")).hold().stake();
    assertThat(stuck.take(1)).isTrue();
    int asked = 300;
    for (int i = 0; i < asked; i++) {
      deaf.publish(Rig.SESSION, "USER", "MESSAGE_END", "{}", "");
    }
    deaf.run();
    assertThat(deaf.handled.size()).isLessThan(Hearing.ANSWERS + 30);
    assertThat(deaf.broker.waiting()).isOne();
    stuck.give(Long.MAX_VALUE, 0, deaf.time.now());
    deaf.run();
    assertThat(deaf.handled).hasSize(asked).endsWith("USER " + asked);
    assertThat(deaf.answers("SYSTEM")).hasSize(asked);
  }

  @Test
  void halfACharacterWaitsForItsOtherHalf() {
    Rig plain =
        new Rig(
                new Agent() {
                  @Override
                  public void message(AgentSession session, Message message) throws Exception {
                    AgentStream stream = session.stream();
                    stream.write("a\uD83D");
                    stream.write("\uDE00b\uDE00");
                    stream.write("\uD83D");
                    stream.end();
                    stream.end();
                    session.say("\uD83D!");
                  }
                })
            .open();
    plain.says("MESSAGE_START", "{'message_id':'a','text':'x'}");
    List<String> texts = new ArrayList<>();
    plain.news(Rig.SESSION, "AGENT").forEach(envelope -> texts.add(envelope.text("text")));
    assertThat(texts).containsExactly(null, "a", "😀b\uFFFD", "\uFFFD", null, "\uFFFD!", null);
    assertThat(plain.mishaps).isEmpty();
  }

  @Test
  void soundIsSentInBase64AndDoesNotEndUpInTheSpeech() throws Exception {
    Rig plain =
        new Rig(
                new Agent() {
                  @Override
                  public void audio(AgentSession session, AudioChunk chunk) throws Exception {
                    session.audio("out", chunk.mime(), chunk.data(), Duration.ofMillis(20));
                  }
                })
            .open();
    plain.says("AUDIO_IN", "AUDIO_CHUNK", "{'mime':'audio/opus','data':'AAEC'}", "");
    Envelope out = plain.news(Rig.SESSION, "AUDIO_OUT").getFirst();
    assertThat(new String(out.bytes(), java.nio.charset.StandardCharsets.UTF_8))
        .endsWith(
            "\"type\":\"AUDIO_CHUNK\",\"payload\":{\"message_id\":\"out\",\"mime\":\"audio/opus\","
                + "\"data\":\"AAEC\",\"duration_ms\":\"20\"},\"bin_mime\":\"audio/opus\"}");
    assertThat(plain.answers()).isEmpty();
  }
}
