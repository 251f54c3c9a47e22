package io.sluice.services.agents;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is said comes back. */
class EchoAgentTest {
  private final Rig rig = new Rig((session, who) -> new EchoAgent()).open();

  @Test
  void aShortMessageComesBackAsItIsUnderAnIdOfItsOwn() {
    rig.says("MESSAGE_START", "{'message_id':'a','text':'hi \\u00e9\\ud83d\\ude00'}");
    assertThat(rig.answers())
        .containsExactly("MESSAGE_START {'message_id':'id1','author':'agent','text':'hi é😀'}");
    rig.says("MESSAGE_END", "{'message_id':'a'}");
    assertThat(rig.answers()).containsExactly("MESSAGE_END {'message_id':'id1'}");
  }

  @Test
  void partsComeBackAsTheyComeAndMessagesSideBySideStayApart() {
    rig.says("MESSAGE_START", "{'message_id':'a'}");
    rig.says("MESSAGE_START", "{'message_id':'b'}");
    rig.says("MESSAGE_PART", "{'message_id':'a','text':' one '}");
    rig.says("MESSAGE_PART", "{'message_id':'b','text':'two'}");
    rig.says("MESSAGE_END", "{'message_id':'a'}");
    assertThat(rig.answers())
        .containsExactly(
            "MESSAGE_START {'message_id':'id1','author':'agent'}",
            "MESSAGE_START {'message_id':'id3','author':'agent'}",
            "MESSAGE_PART {'message_id':'id1','text':' one '}",
            "MESSAGE_PART {'message_id':'id3','text':'two'}",
            "MESSAGE_END {'message_id':'id1'}");
  }

  @Test
  void textLongerThanAPartComesBackInSeveralAndNoCharacterIsCut() {
    String text = "x".repeat(AgentStream.PART - 1) + "😀" + "y".repeat(AgentStream.PART);
    rig.says("MESSAGE_START", "{'message_id':'a','text':'" + text + "'}");
    StringBuilder back = new StringBuilder();
    int parts = 0;
    for (Envelope envelope : rig.news(Rig.SESSION, "AGENT")) {
      back.append(envelope.text("text"));
      parts++;
    }
    assertThat(back).hasToString(text);
    assertThat(parts).isEqualTo(3);
  }

  @Test
  void itsToolSaysWhatItIsTold() {
    rig.says("TOOL_CALL", "{'call_id':'c','tool':'echo','params':{'message':'x'}}");
    assertThat(rig.answers())
        .containsExactly("TOOL_DONE {'call_id':'c','status':'OK','result':{'echoed':'x'}}");
  }

  @Test
  void messagesThatAreNeverEndedAreNotKeptForEver() {
    for (int i = 0; i <= EchoAgent.OPEN; i++) {
      rig.says("MESSAGE_START", "{'message_id':'" + i + "','text':'x'}");
    }
    rig.answers();
    rig.says("MESSAGE_END", "{'message_id':'0'}");
    assertThat(rig.answers()).isEmpty();
    rig.says("MESSAGE_END", "{'message_id':'1'}");
    assertThat(rig.answers()).hasSize(1);
  }
}
