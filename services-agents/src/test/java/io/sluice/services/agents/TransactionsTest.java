package io.sluice.services.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Grants;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Conversations in transactions, as the newest generation has them. */
@Timeout(60)
class TransactionsTest {
  private static final String OTHER = "5e551011-0000-4000-8000-000000000002";

  private final Tool steps =
      Tool.of(
          "steps",
          "Tells how far it is.",
          "{\"type\":\"object\"}",
          (params, call) -> {
            call.update(50, call.opening());
            return Json.object("{\"done\":true}");
          });

  private final Agent agent =
      new Agent() {
        private final Tools tools = Tools.of(BuiltInTools.ECHO, steps);

        @Override
        public Tools tools() {
          return tools;
        }
      };

  private final Rig rig = new Rig(agent).open();

  private String start(String tool) {
    rig.says(
        "USER",
        "TRANSACTION_START",
        "{'toolName':'" + tool + "','params':{'deep':true}}",
        ",'transaction':'temp'");
    Envelope answer = rig.news(Rig.SESSION, "AGENT").getFirst();
    assertThat(answer.type()).isEqualTo("TRANSACTION_START");
    assertThat(answer.payload()).isEqualTo(Json.object("{\"referenceId\":\"temp\"}"));
    assertThat(answer.transaction()).isNotEqualTo("temp").isNotNull();
    return answer.transaction();
  }

  private void say(String transaction, String payload) {
    rig.says("USER", "MESSAGE", payload, ",'transaction':'" + transaction + "'");
  }

  @Test
  void aMessageIsACallOfTheTransactionsToolAndItsResultAMessage() {
    String id = start("echo");
    say(id, "'hello'");
    Envelope answer = rig.news(Rig.SESSION, "AGENT").getFirst();
    assertThat(answer.type()).isEqualTo("MESSAGE");
    assertThat(answer.payload().stringValue()).isEqualTo("hello");
    assertThat(answer.transaction()).isEqualTo(id);
    assertThat(answer.relatedId()).isEqualTo("m2");
  }

  @Test
  void progressIsAMessageUpdateAndTheToolKnowsWithWhatItWasBegun() {
    say(start("steps"), "{}");
    assertThat(rig.answers())
        .containsExactly(
            "MESSAGE_UPDATE {'status':'RUNNING','progress':50.0,'partial':{'deep':true}}",
            "MESSAGE {'done':true}");
  }

  @Test
  void whatDoesNotFitTheToolsSchemaIsAnErrorAndNotPartOfIt() {
    String id = start("echo");
    say(id, "17");
    assertThat(rig.answers("SYSTEM"))
        .singleElement()
        .asString()
        .contains("'code':'INVALID_PAYLOAD'", "'related_id':'m2'");
    assertThat(rig.answers()).isEmpty();
    rig.says("USER", "TRANSACTION_JOIN", "{}", ",'transaction':'" + id + "'");
    assertThat(rig.answers()).containsExactly("TRANSACTION_JOIN {'messages':0}");
  }

  @Test
  void whoJoinsIsToldWhatWasSaidAndGoesOn() {
    String id = start("echo");
    say(id, "'one'");
    say(id, "'two'");
    List<Envelope> first = rig.news(Rig.SESSION, "AGENT");
    rig.host.opened(OTHER, Rig.ADA);
    rig.publish(OTHER, "USER", "TRANSACTION_JOIN", "{}", ",\"transaction\":\"" + id + "\"");
    rig.run();
    List<Envelope> joined = rig.news(OTHER, "AGENT");
    assertThat(joined)
        .extracting(Envelope::type)
        .containsExactly("TRANSACTION_JOIN", "MESSAGE", "MESSAGE", "MESSAGE", "MESSAGE");
    assertThat(joined.get(1).id()).isEqualTo("m2");
    assertThat(joined.get(2)).isEqualTo(first.getFirst());
    rig.publish(OTHER, "USER", "MESSAGE", "\"three\"", ",\"transaction\":\"" + id + "\"");
    rig.run();
    assertThat(rig.news(OTHER, "AGENT")).hasSize(1);
  }

  @Test
  void aTransactionOfAnotherUserIsAsIfThereWereNone() {
    String id = start("echo");
    rig.host.opened(OTHER, new Identity("eve", null, Grants.ALL, Long.MAX_VALUE));
    rig.publish(OTHER, "USER", "TRANSACTION_JOIN", "{}", ",\"transaction\":\"" + id + "\"");
    rig.publish(OTHER, "USER", "MESSAGE", "\"x\"", ",\"transaction\":\"" + id + "\"");
    rig.publish(OTHER, "USER", "TRANSACTION_END", "{}", ",\"transaction\":\"" + id + "\"");
    rig.run();
    assertThat(rig.news(OTHER, "SYSTEM"))
        .hasSize(3)
        .allSatisfy(error -> assertThat(error.text("code")).isEqualTo("TRANSACTION_NOT_FOUND"));
    say(id, "'still mine'");
    assertThat(rig.answers()).containsExactly("MESSAGE 'still mine'");
  }

  @Test
  void onlyTheLastOfWhatWasSaidIsKept() {
    String id = start("echo");
    int kept = HaipLimits.Resume.DEFAULTS.messages() / HaipLimits.Talk.DEFAULTS.runs();
    for (int i = 0; i < kept; i++) {
      say(id, "'x'");
    }
    rig.answers();
    rig.says("USER", "TRANSACTION_JOIN", "{}", ",'transaction':'" + id + "'");
    assertThat(rig.answers()).hasSize(1 + kept);
    Transaction transaction =
        new Transaction(
            "t",
            "ada",
            new Transaction.Subject(Tools.NONE, steps, null),
            new Transaction.Bounds(10, 5),
            new Desk(task -> () -> {}, () -> {}));
    transaction.keep(new byte[3]);
    transaction.keep(new byte[3]);
    transaction.keep(new byte[9]);
    assertThat(transaction.said()).extracting(said -> said.length).containsExactly(9);
  }

  @Test
  void whatIsMissingOrUnknownHasItsCode() {
    rig.says("TRANSACTION_START", "{}");
    rig.says("TRANSACTION_START", "{'toolName':'none'}");
    rig.says("MESSAGE", "'x'");
    rig.says("USER", "MESSAGE", "'x'", ",'transaction':'null'");
    rig.says("USER", "TRANSACTION_END", "{}", ",'transaction':'t'");
    assertThat(rig.news(Rig.SESSION, "SYSTEM"))
        .extracting(error -> error.text("code"))
        .containsExactly(
            "MISSING_TOOL_NAME",
            "TOOL_NOT_FOUND",
            "TRANSACTION_NOT_FOUND",
            "TRANSACTION_NOT_FOUND",
            "TRANSACTION_NOT_FOUND");
  }

  @Test
  void oneThatHasEndedOrWhoseSessionHasIsGone() {
    String id = start("echo");
    rig.says("USER", "TRANSACTION_END", "{}", ",'transaction':'" + id + "'");
    say(id, "'x'");
    assertThat(rig.answers("SYSTEM")).singleElement().asString().contains("NOT_FOUND");
    String second = start("echo");
    rig.host.closed(Rig.SESSION);
    rig.host.opened(OTHER, Rig.ADA);
    rig.publish(OTHER, "USER", "MESSAGE", "\"x\"", ",\"transaction\":\"" + second + "\"");
    rig.run();
    assertThat(rig.news(OTHER, "SYSTEM")).hasSize(1);
  }

  @Test
  void asManyAreOpenAsRunsMayBe() {
    for (int i = 0; i < HaipLimits.Talk.DEFAULTS.runs(); i++) {
      start("echo");
    }
    rig.says("TRANSACTION_START", "{'toolName':'echo'}");
    assertThat(rig.answers("SYSTEM")).singleElement().asString().contains("RUN_LIMIT_EXCEEDED");
  }
}
