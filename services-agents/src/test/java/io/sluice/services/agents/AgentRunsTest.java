package io.sluice.services.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs: begun, ended once, cancelled, and no more than may be. */
@Timeout(60)
class AgentRunsTest {
  private final List<Run> runs = new ArrayList<>();
  private final List<String> noted = new ArrayList<>();

  /** Does what it is told by the text of a message. */
  private final Agent obedient =
      new Agent() {
        @Override
        public void message(AgentSession session, Message message) throws Exception {
          switch (message.text()) {
            case "start" -> runs.add(session.startRun("t"));
            case "fail" -> {
              runs.add(session.startRun(null));
              throw new IllegalStateException("secret");
            }
            case "speak" -> runs.getFirst().say("hello");
            default -> runs.getFirst().finish(message.text());
          }
        }

        @Override
        public void cancelled(AgentSession session, Run run) {
          noted.add("cancelled " + run.id());
        }
      };

  private final Rig rig = new Rig(obedient).open();

  private void tell(String text) {
    rig.says("MESSAGE_START", "{'message_id':'" + text + "','text':'" + text + "'}");
  }

  @Test
  void aRunIsBegunAndEndedOnceAndWhatIsSaidInItSaysSo() {
    tell("start");
    tell("speak");
    tell("all well");
    tell("twice");
    List<Envelope> said = rig.news(Rig.SESSION, "AGENT");
    assertThat(said)
        .extracting(Envelope::type)
        .containsExactly("RUN_STARTED", "MESSAGE_START", "MESSAGE_END", "RUN_FINISHED");
    assertThat(said).extracting(Envelope::runId).containsOnly("id1");
    assertThat(said).extracting(Envelope::threadId).containsOnly("t");
    assertThat(said.getFirst().payload())
        .isEqualTo(Json.object("{\"run_id\":\"id1\",\"thread_id\":\"t\"}"));
    assertThat(said.getLast().payload())
        .isEqualTo(
            Json.object(
                "{\"run_id\":\"id1\",\"thread_id\":\"t\",\"status\":\"OK\","
                    + "\"summary\":\"all well\"}"));
  }

  @Test
  void anAgentThatFailsInARunEndsItWithWhatHasFailed() {
    tell("fail");
    assertThat(rig.answers())
        .containsExactly(
            "RUN_STARTED {'run_id':'id1'}",
            "RUN_ERROR {'run_id':'id1','code':'SERVER_ERROR','message':'The agent failed'}");
    assertThat(rig.answers("SYSTEM")).isEmpty();
    assertThat(runs.getFirst().isOver()).isTrue();
  }

  @Test
  void onlySoManyAreOpenThePersonsIncluded() {
    int most = HaipLimits.Talk.DEFAULTS.runs();
    for (int i = 1; i < most; i++) {
      tell("start");
    }
    rig.says("RUN_STARTED", "{'run_id':'r'}");
    rig.says("RUN_STARTED", "{'run_id':'r'}");
    rig.says("RUN_STARTED", "{'run_id':'s'}");
    rig.says("RUN_STARTED", "{}");
    rig.says("USER", "TRANSACTION_START", "{'toolName':'x'}", "");
    assertThat(rig.answers("SYSTEM"))
        .satisfiesExactly(
            error -> assertThat(error).contains("RUN_LIMIT_EXCEEDED"),
            error -> assertThat(error).contains("PROTOCOL_VIOLATION"),
            error -> assertThat(error).contains("TOOL_NOT_FOUND"));
    rig.answers();
    tell("start");
    // The run that was begun last hears of it, as of everything its agent fails at.
    assertThat(rig.answers("AGENT")).singleElement().asString().contains("RUN_LIMIT_EXCEEDED");
    rig.says("RUN_FINISHED", "{'run_id':'r','status':'OK'}");
    assertThat(runs.getFirst().isOver()).isFalse();
  }

  @Test
  void aPersonDoesNotEndARunOfTheAgentsButCancelsIt() {
    tell("start");
    rig.says("RUN_FINISHED", "{'run_id':'id1'}");
    assertThat(runs.getFirst().isOver()).isFalse();
    rig.says("SYSTEM", "RUN_CANCEL", "{'run_id':'id1'}", "");
    assertThat(noted).containsExactly("cancelled id1");
    assertThat(rig.answers())
        .endsWith("RUN_FINISHED {'run_id':'id1','thread_id':'t','status':'CANCELLED'}");
    tell("speak");
    assertThat(rig.mishaps).singleElement().asString().contains("CancellationException");
  }

  @Test
  void aCancelWithoutAnIdMeansTheNewestRunAndOneOfNoneIsAnError() {
    rig.says("RUN_CANCEL", "{}");
    rig.says("RUN_CANCEL", "{'run_id':'r'}");
    assertThat(rig.answers("SYSTEM"))
        .satisfiesExactly(
            error -> assertThat(error).contains("PROTOCOL_VIOLATION"),
            error -> assertThat(error).contains("RUN_NOT_FOUND"));
    rig.says("RUN_STARTED", "{}").says("USER", "RUN_STARTED", "{}", ",'run_id':'r'");
    rig.says("RUN_CANCEL", "{}");
    assertThat(noted).containsExactly("cancelled r");
  }

  private static Rig demo() {
    Rig demo =
        new Rig(
            (session, who) -> new TokenAgent(Duration.ofMillis(20)),
            HaipLimits.DEFAULTS,
            Rig.virtual());
    demo.host.opened(Rig.SESSION, Rig.ADA);
    return demo;
  }

  @Test
  void theDemoSpeaksWordByWordCallsAToolAndFinishes() throws Exception {
    LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();
    Rig demo = demo();
    demo.onHandled = handled::add;
    demo.says("MESSAGE_START", "{'message_id':'a','text':'add 2 and 40'}");
    assertThat(Rig.take(handled)).isEqualTo("USER 1");
    List<Envelope> said = demo.news(Rig.SESSION, "AGENT");
    assertThat(said.getFirst().type()).isEqualTo("RUN_STARTED");
    assertThat(said.getLast().type()).isEqualTo("RUN_FINISHED");
    assertThat(said)
        .extracting(Envelope::type)
        .containsSubsequence(
            "MESSAGE_START",
            "MESSAGE_PART",
            "TOOL_CALL",
            "TOOL_DONE",
            "MESSAGE_PART",
            "MESSAGE_END");
    assertThat(said).extracting(Envelope::runId).containsOnly(said.getFirst().runId());
    StringBuilder text = new StringBuilder();
    said.stream()
        .filter(envelope -> envelope.type().equals("MESSAGE_PART"))
        .forEach(envelope -> text.append(envelope.text("text")));
    assertThat(text).hasToString("You said: add 2 and 40 Together that is 42.");
    demo.says("MESSAGE_START", "{'message_id':'b','text':'what time is it?'}");
    assertThat(Rig.take(handled)).isEqualTo("USER 2");
    assertThat(demo.answers().toString()).contains("'tool':'clock'", "It ", "2030-");
    assertThat(demo.mishaps).isEmpty();
  }

  @Test
  void theDemoKeepsItsPaceAndStopsWhenItsRunIsCancelled() throws Exception {
    Rig demo = demo();
    LinkedBlockingQueue<Runnable> pauses = new LinkedBlockingQueue<>();
    demo.later = new Handing(pauses);
    demo.says("MESSAGE_START", "{'message_id':'a','text':'one two three'}");
    Rig.take(pauses).run();
    Rig.take(pauses).run();
    Runnable third = Rig.take(pauses);
    assertThat(demo.answers())
        .satisfiesExactly(
            one -> assertThat(one).startsWith("RUN_STARTED"),
            two -> assertThat(two).startsWith("MESSAGE_START"),
            three -> assertThat(three).contains("'text':'You '"),
            four -> assertThat(four).contains("'text':'said: '"));
    LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();
    demo.onHandled = handled::add;
    demo.says("SYSTEM", "RUN_CANCEL", "{}", "");
    assertThat(List.of(Rig.take(handled), Rig.take(handled))).containsExactly("USER 1", "SYSTEM 1");
    third.run();
    assertThat(demo.answers()).singleElement().asString().contains("CANCELLED");
    assertThat(demo.answers("SYSTEM")).isEmpty();
    assertThat(demo.mishaps).isEmpty();
    assertThat(pauses).isEmpty();
  }

  /** A queue that hands over to other threads. */
  private static final class Handing extends ArrayDeque<Runnable> {
    private final transient LinkedBlockingQueue<Runnable> to;

    Handing(LinkedBlockingQueue<Runnable> to) {
      this.to = to;
    }

    @Override
    public boolean add(Runnable task) {
      return to.add(task);
    }
  }

  @Test
  void whoWaitsInACancelledRunIsToldSo() {
    List<Throwable> thrown = new ArrayList<>();
    Rig waiting =
        new Rig(
                new Agent() {
                  @Override
                  public void message(AgentSession session, Message message) throws Exception {
                    Run run = session.startRun(null);
                    run.cancel();
                    try {
                      run.pause(Duration.ofDays(1));
                    } catch (CancellationException e) {
                      thrown.add(e);
                      throw e;
                    }
                  }
                })
            .open();
    waiting.later = new ArrayDeque<>();
    waiting.says("MESSAGE_START", "{'message_id':'a','text':'x'}");
    assertThat(thrown).hasSize(1);
    assertThat(waiting.answers()).endsWith("RUN_FINISHED {'run_id':'id1','status':'CANCELLED'}");
    assertThat(waiting.mishaps).isEmpty();
  }
}
