package io.sluice.services.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.HaipLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the person asks to stop is stopped though more is said before it than may be unanswered. */
@Timeout(60)
class AgentCancelTest {
  private static final int MANY = HaipLimits.Pressure.DEFAULTS.unhandledMessages() + 50;
  private static final String CANCELLED = "RUN_FINISHED {'run_id':'id1','status':'CANCELLED'}";

  private final List<Run> runs = new ArrayList<>();
  private final List<ToolCall> calls = new ArrayList<>();
  private final List<String> noted = new ArrayList<>();

  /** What happens while the agent is busy. */
  private Runnable meanwhile = () -> {};

  private final Tool slow =
      Tool.of(
          "slow",
          "Takes its time.",
          "{}",
          (params, call) -> {
            meanwhile.run();
            noted.add(call.isOver() ? "the call is over" : "the call goes on");
            return null;
          });

  private final Agent agent =
      new Agent() {
        @Override
        public Tools tools() {
          return Tools.of(slow);
        }

        @Override
        public void message(AgentSession session, Message message) throws Exception {
          if (message.text().equals("run")) {
            runs.add(session.startRun(null));
          } else {
            meanwhile.run();
          }
        }

        @Override
        public void toolCall(AgentSession session, ToolCall call) {
          calls.add(call);
        }

        @Override
        public void cancelled(AgentSession session, Run run) {
          noted.add("cancelled " + run.id());
        }
      };

  private final Rig rig = new Rig(agent).open();

  private void tell(String text) {
    rig.says("MESSAGE_START", "{'message_id':'" + text + "','text':'" + text + "'}");
  }

  private void publish(String channel, String type, String payload, String more) {
    rig.publish(Rig.SESSION, channel, type, payload.replace('\'', '"'), more.replace('\'', '"'));
  }

  private void publish(String type, String payload) {
    publish("USER", type, payload, "");
  }

  /** More than may be unanswered. */
  private void flood() {
    for (int i = 0; i < MANY; i++) {
      publish("INFO", "{}");
    }
  }

  private void noteWhetherTheRunIsCancelled() {
    noted.add(runs.getFirst().isCancelled() ? "the run is cancelled" : "the run goes on");
  }

  private void allIsHandledAndNothingWentWrong(int said) {
    assertThat(rig.handled).hasSize(said);
    assertThat(rig.answers("SYSTEM")).isEmpty();
    assertThat(rig.mishaps).isEmpty();
  }

  @Test
  void aRunIsCancelledBeforeWhatWaits() {
    tell("run");
    meanwhile =
        () -> {
          flood();
          publish("RUN_CANCEL", "{'run_id':'id1'}");
          rig.run();
          noteWhetherTheRunIsCancelled();
        };
    tell("busy");
    assertThat(noted).containsExactly("the run is cancelled", "cancelled id1");
    assertThat(rig.answers()).containsOnlyOnce(CANCELLED).endsWith(CANCELLED);
    allIsHandledAndNothingWentWrong(MANY + 3);
  }

  @Test
  void theNewestRunIsCancelledFromAnotherChannel() {
    tell("run");
    meanwhile =
        () -> {
          flood();
          rig.run();
          publish("SYSTEM", "RUN_CANCEL", "{}", "");
          rig.run();
          noteWhetherTheRunIsCancelled();
        };
    tell("busy");
    assertThat(noted).containsExactly("the run is cancelled", "cancelled id1");
    allIsHandledAndNothingWentWrong(MANY + 3);
  }

  @Test
  void aCancelOfTheNewestRunWaitsForOneThatWaitsToBegin() {
    tell("run");
    meanwhile =
        () -> {
          flood();
          publish("USER", "RUN_STARTED", "{}", ",'run_id':'r'");
          publish("RUN_CANCEL", "{}");
          rig.run();
          noteWhetherTheRunIsCancelled();
        };
    tell("busy");
    assertThat(noted).containsExactly("the run goes on", "cancelled r");
    allIsHandledAndNothingWentWrong(MANY + 4);
  }

  @Test
  void aCallIsCancelledBeforeWhatWaitsAndOneThatWaitsBehindItsBeginning() {
    publish("TOOL_CALL", "{'call_id':'c','tool':'mine'}");
    rig.run();
    meanwhile =
        () -> {
          flood();
          publish("TOOL_CANCEL", "{'call_id':'c'}");
          publish("TOOL_CALL", "{'call_id':'d','tool':'mine'}");
          publish("TOOL_CANCEL", "{'call_id':'d'}");
          publish("TOOL_CALL", "{'call_id':'e','tool':'mine'}");
          publish("TOOL_CANCEL", "{}");
          rig.run();
          assertThat(calls).singleElement().matches(ToolCall::isOver);
        };
    tell("busy");
    assertThat(calls).extracting(ToolCall::id).containsExactly("c", "d", "e");
    assertThat(calls).extracting(ToolCall::isOver).containsExactly(true, true, false);
    assertThat(rig.answers())
        .containsExactly(
            "TOOL_UPDATE {'call_id':'c','status':'CANCELLING'}",
            "TOOL_DONE {'call_id':'c','status':'CANCELLED'}",
            "TOOL_UPDATE {'call_id':'d','status':'CANCELLING'}",
            "TOOL_DONE {'call_id':'d','status':'CANCELLED'}");
    assertThat(rig.answers("SYSTEM")).singleElement().asString().contains("needs call_id");
    assertThat(rig.handled).hasSize(MANY + 7);
  }

  @Test
  void whatIsUnderWayInATransactionIsOverBeforeWhatWaits() {
    publish("TRANSACTION_START", "{'toolName':'slow'}");
    rig.run();
    String id = rig.news(Rig.SESSION, "AGENT").getFirst().transaction();
    String more = ",'transaction':'" + id + "'";
    meanwhile =
        () -> {
          publish("USER", "MESSAGE", "{}", more);
          meanwhile =
              () -> {
                flood();
                publish("USER", "TRANSACTION_END", "{}", more);
                rig.run();
              };
          rig.run();
        };
    tell("busy");
    assertThat(noted).containsExactly("the call is over");
    allIsHandledAndNothingWentWrong(MANY + 4);
    rig.says("USER", "TRANSACTION_JOIN", "{}", more);
    assertThat(rig.answers("SYSTEM")).singleElement().asString().contains("TRANSACTION_NOT_FOUND");
  }
}
