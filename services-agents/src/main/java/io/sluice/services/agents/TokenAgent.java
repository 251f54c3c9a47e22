package io.sluice.services.agents;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Shows what a language model looks like from a client: answers each message in a run, word by word
 * at a steady pace, with a call of a tool in the middle: {@code add} if the message has two
 * numbers, else {@code clock}. Immutable; one for all sessions.
 */
public final class TokenAgent implements Agent {
  private static final Tools TOOLS =
      Tools.of(BuiltInTools.ADD, BuiltInTools.CLOCK, BuiltInTools.ECHO);
  private static final Pattern TWO_NUMBERS =
      Pattern.compile("(-?\\d{1,9}(?:\\.\\d{1,9})?)\\D+?(-?\\d{1,9}(?:\\.\\d{1,9})?)");
  private static final Pattern WORD = Pattern.compile("\\s*\\S+\\s*|\\s+");

  /** So much of what the person said is said back. */
  private static final int QUOTED = 2_000;

  private final Duration pace;

  /** One that says a word every so often. */
  public TokenAgent(Duration pace) {
    this.pace = pace;
  }

  @Override
  public Tools tools() {
    return TOOLS;
  }

  @Override
  public void message(AgentSession session, Message message) throws InterruptedException {
    Run run = session.startRun(message.threadId());
    AgentStream stream = run.stream();
    write(run, stream, "You said: " + quote(message.text()) + " ");
    write(run, stream, answer(run, message.text()));
    stream.end();
    run.finish("answered");
  }

  private void write(Run run, AgentStream stream, String text) throws InterruptedException {
    Matcher words = WORD.matcher(text);
    while (words.find()) {
      run.pause(pace);
      stream.write(words.group());
    }
  }

  private static String quote(String text) {
    return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "…";
  }

  private static String answer(Run run, String text) throws InterruptedException {
    ObjectNode params = Json.object();
    Matcher numbers = TWO_NUMBERS.matcher(text);
    if (numbers.find()) {
      List<String> both = List.of(numbers.group(1), numbers.group(2));
      params.put("a", new BigDecimal(both.getFirst()));
      params.put("b", new BigDecimal(both.getLast()));
      return "Together that is " + value(run.call("add", params), "result") + ".";
    }
    return "It is " + value(run.call("clock", params), "now") + ".";
  }

  private static String value(@Nullable JsonNode result, String name) {
    return result == null ? "nothing" : result.path(name).asString();
  }
}
