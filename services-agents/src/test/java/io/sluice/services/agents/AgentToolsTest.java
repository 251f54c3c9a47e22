package io.sluice.services.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.model.HaipLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

/** Tools that the person calls. */
@Timeout(60)
class AgentToolsTest {
  private static final String ANYTHING = "{}";

  private final List<ToolCall> calls = new ArrayList<>();

  private final Tool steps =
      Tool.of(
          "steps",
          "Tells how far it is.",
          ANYTHING,
          (params, call) -> {
            call.update(50, params);
            call.update(250, null);
            return null;
          });

  private final Tool fails =
      Tool.of(
          "fails",
          "Never works.",
          ANYTHING,
          (params, call) -> {
            throw new IllegalStateException("secret");
          });

  private final Tool refuses =
      Tool.of(
          "refuses",
          "Says why it does not.",
          ANYTHING,
          (params, call) -> {
            throw new AgentException(AgentCode.BUSY, "Not today");
          });

  private final Rig rig =
      new Rig(
              new Agent() {
                private final Tools tools = Tools.of(BuiltInTools.ADD, steps, fails, refuses);

                @Override
                public Tools tools() {
                  return tools;
                }

                @Override
                public void toolCall(AgentSession session, ToolCall call) {
                  if (!call.tool().equals("mine")) {
                    throw new AgentException(AgentCode.TOOL_NOT_FOUND, "No such tool");
                  }
                  calls.add(call);
                }
              })
          .open();

  @Test
  void aToolIsCalledAndItsResultToldOnce() {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'add','params':{'a':1.10,'b':2}}");
    assertThat(rig.answers())
        .containsExactly("TOOL_DONE {'call_id':'c','status':'OK','result':{'result':3.10}}");
    assertThat(rig.answers("SYSTEM")).isEmpty();
    assertThat(rig.handled).containsExactly("USER 1");
  }

  @Test
  void aToolTellsHowFarItIs() {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'steps','params':{'x':1}}");
    assertThat(rig.answers())
        .containsExactly(
            "TOOL_UPDATE {'call_id':'c','status':'RUNNING','progress':50.0,'partial':{'x':1}}",
            "TOOL_UPDATE {'call_id':'c','status':'RUNNING','progress':100.0}",
            "TOOL_DONE {'call_id':'c','status':'OK'}");
  }

  @Test
  void whatDoesNotFitTheSchemaIsAnError() {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'add','params':{'a':'1','b':2}}");
    rig.says("TOOL_CALL", "{'call_id':'d','tool':'add'}");
    assertThat(rig.answers("SYSTEM"))
        .hasSize(2)
        .allSatisfy(error -> assertThat(error).contains("'code':'INVALID_PAYLOAD'"))
        .satisfiesExactly(
            error -> assertThat(error).contains("/a", "'related_id':'m1'"),
            error -> assertThat(error).contains("'a'", "'related_id':'m2'"));
    assertThat(rig.answers())
        .hasSize(2)
        .allSatisfy(done -> assertThat(done).contains("'status':'ERROR'", "INVALID_PAYLOAD"));
    assertThat(rig.mishaps).isEmpty();
  }

  @Test
  void aToolThatFailsIsNotedAndItsCallIsOver() {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'fails'}");
    String why = "'code':'TOOL_EXECUTION_ERROR','message':'The tool failed'";
    assertThat(rig.answers("SYSTEM")).containsExactly("ERROR {" + why + ",'related_id':'m1'}");
    assertThat(rig.answers())
        .containsExactly("TOOL_DONE {'call_id':'c','status':'ERROR','result':{" + why + "}}");
    assertThat(rig.mishaps)
        .containsExactly("the tool fails: java.lang.IllegalStateException: secret");
  }

  @Test
  void aToolThatSaysWhyIsQuoted() {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'refuses'}");
    assertThat(rig.answers("SYSTEM"))
        .containsExactly("ERROR {'code':'BUSY','message':'Not today','related_id':'m1'}");
    assertThat(rig.mishaps).isEmpty();
  }

  @Test
  void aResultIsMendedWhereItIsNoText() {
    Tool half = Tool.of("half", "", ANYTHING, (params, call) -> Json.object().put("x", "\uD83D"));
    Rig halved =
        new Rig(
                new Agent() {
                  @Override
                  public Tools tools() {
                    return Tools.of(half);
                  }
                })
            .open();
    halved.says("TOOL_CALL", "{'call_id':'c','tool':'half'}");
    assertThat(halved.answers()).singleElement().asString().contains("'result':{'x':'\uFFFD'}");
    assertThat(halved.handled).containsExactly("USER 1");
  }

  @Test
  void aToolNobodyHasIsAnError() {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'none'}");
    assertThat(rig.answers("SYSTEM"))
        .containsExactly(
            "ERROR {'code':'TOOL_NOT_FOUND','message':'No such tool','related_id':'m1'}");
    assertThat(rig.answers()).hasSize(1);
    Rig usual = new Rig(new Agent() {}).open();
    usual.says("TOOL_CALL", "{'call_id':'c','tool':'none'}");
    assertThat(usual.answers("SYSTEM"))
        .containsExactly(
            "ERROR {'code':'TOOL_NOT_FOUND','message':'The agent has no such tool',"
                + "'related_id':'m1'}");
  }

  @Test
  void anAgentMayAnswerACallByItselfAndLater() throws Exception {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'mine'}");
    assertThat(rig.answers()).isEmpty();
    ToolCall call = calls.getFirst();
    call.update(-1, null);
    call.done(Json.object("{\"x\":1}"));
    call.done(null);
    call.fail(AgentCode.BUSY, "too late");
    call.update(1, null);
    assertThat(rig.answers())
        .containsExactly(
            "TOOL_UPDATE {'call_id':'c','status':'RUNNING'}",
            "TOOL_DONE {'call_id':'c','status':'OK','result':{'x':1}}");
    assertThat(rig.answers("SYSTEM")).isEmpty();
  }

  @Test
  void aCallThatIsCancelledIsSaidToBeAndHasNoResult() {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'mine'}");
    rig.says("TOOL_CANCEL", "{'call_id':'c'}");
    assertThat(calls.getFirst().isOver()).isTrue();
    calls.getFirst().done(null);
    rig.says("TOOL_CANCEL", "{'call_id':'c'}");
    rig.says("TOOL_CANCEL", "{}");
    assertThat(rig.answers())
        .containsExactly(
            "TOOL_UPDATE {'call_id':'c','status':'CANCELLING'}",
            "TOOL_DONE {'call_id':'c','status':'CANCELLED'}");
    assertThat(rig.answers("SYSTEM"))
        .containsExactly(
            "ERROR {'code':'PROTOCOL_VIOLATION','message':'TOOL_CANCEL needs call_id',"
                + "'related_id':'m4'}");
  }

  @Test
  void onlySoManyCallsAreOpenAndACallOfTheSameIdIsRefused() {
    int most = HaipLimits.Talk.DEFAULTS.calls();
    for (int i = 0; i < most; i++) {
      rig.says("TOOL_CALL", "{'call_id':'" + i + "','tool':'mine'}");
    }
    rig.says("TOOL_CALL", "{'call_id':'0','tool':'add'}");
    rig.says("TOOL_CALL", "{'call_id':'more','tool':'mine'}");
    assertThat(rig.answers("SYSTEM"))
        .satisfiesExactly(
            error -> assertThat(error).contains("PROTOCOL_VIOLATION", "open already"),
            error -> assertThat(error).contains("'code':'BUSY'"));
    calls.getFirst().done(null);
    rig.says("TOOL_CALL", "{'call_id':'more','tool':'mine'}");
    assertThat(calls).hasSize(most + 1);
  }

  @Test
  void itsToolsAndTheirSchemasAreToldWhenAsked() {
    rig.says("TOOL_LIST", "{}");
    rig.says("TOOL_SCHEMA", "{'tool':'steps'}");
    List<Envelope> answers = rig.news(Rig.SESSION, "AGENT");
    assertThat(answers).extracting(Envelope::relatedId).containsExactly("m1", "m2");
    assertThat(answers.getFirst().payload().path("tools").size()).isEqualTo(4);
    assertThat(answers.getFirst().payload().path("tools").get(0))
        .isEqualTo(Json.object("{\"name\":\"add\",\"description\":\"Adds two numbers.\"}"));
    assertThat(answers.getLast().payload())
        .isEqualTo(Json.object("{\"tool\":\"steps\",\"schema\":{}}"));
    rig.says("TOOL_SCHEMA", "{'tool':'none'}");
    rig.says("TOOL_SCHEMA", "{}");
    assertThat(rig.answers("SYSTEM"))
        .satisfiesExactly(
            error -> assertThat(error).contains("TOOL_NOT_FOUND"),
            error -> assertThat(error).contains("PROTOCOL_VIOLATION"));
  }

  @Test
  void whatThePersonTellsOfItsOwnToolsAsksNothing() {
    rig.says("TOOL_LIST", "{'tools':[]}");
    rig.says("TOOL_SCHEMA", "{'tool':'x','schema':{}}");
    rig.says("TOOL_DONE", "{'call_id':'c'}");
    assertThat(rig.answers()).isEmpty();
    assertThat(rig.answers("SYSTEM")).isEmpty();
    assertThat(rig.handled).hasSize(3);
  }

  @Test
  void toolsOfOneNameOrWithoutASchemaAreABug() {
    Tool nameless = Tool.of("", "", ANYTHING, (params, call) -> null);
    assertThatThrownBy(() -> Tools.of(steps, steps)).hasMessageContaining("steps");
    assertThatThrownBy(() -> Tools.of(nameless)).hasMessageContaining("128");
    assertThatThrownBy(() -> Tools.of(Tool.of("x", "", "[]", (params, call) -> null)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aSchemaThatRefersElsewhereIsNotFetchedFromThere() {
    ObjectNode schema = Json.object("{\"$ref\":\"http://localhost:1/schema.json\"}");
    assertThatThrownBy(
            () -> {
              Tool tool = Tool.of("far", "", schema.toString(), (params, call) -> null);
              Tools.of(tool).fault(tool, Json.object());
            })
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void aToolThatWaitsIsInterruptedWhenItsCallIsCancelled() throws Exception {
    LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
    Tool waits =
        Tool.of(
            "waits",
            "Waits for ever.",
            ANYTHING,
            (params, call) -> {
              seen.add("waits");
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                seen.add("interrupted, over: " + call.isOver());
                throw e;
              }
              return null;
            });
    Rig real =
        new Rig(
            (session, who) ->
                new Agent() {
                  @Override
                  public Tools tools() {
                    return Tools.of(waits);
                  }
                },
            HaipLimits.DEFAULTS,
            Rig.virtual());
    real.host.opened(Rig.SESSION, Rig.ADA);
    real.says("TOOL_CALL", "{'call_id':'c','tool':'waits'}");
    assertThat(Rig.take(seen)).isEqualTo("waits");
    real.says("TOOL_CANCEL", "{'call_id':'c'}");
    assertThat(Rig.take(seen)).isEqualTo("interrupted, over: true");
    assertThat(real.answers())
        .containsExactly(
            "TOOL_UPDATE {'call_id':'c','status':'CANCELLING'}",
            "TOOL_DONE {'call_id':'c','status':'CANCELLED'}");
    assertThat(real.mishaps).isEmpty();
    real.says("TOOL_CALL", "{'call_id':'d','tool':'waits'}");
    assertThat(Rig.take(seen)).isEqualTo("waits");
    real.host.closed(Rig.SESSION);
    assertThat(Rig.take(seen)).isEqualTo("interrupted, over: true");
  }
}
