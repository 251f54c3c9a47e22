package io.sluice.client.haip;

import io.sluice.client.SluiceException;
import io.sluice.model.ClientCode;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.HaipEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its engine. What an agent was asked about its tools and has not answered, the oldest
 * first; each is waited for as long as any request.
 */
final class HaipQuestions {
  private record Question(
      HaipEvent type, String tool, CompletableFuture<String> answer, long deadline) {}

  private final HaipHands hands;
  private final long patience;
  private final int most;
  private final Map<String, Question> open = new LinkedHashMap<>();

  /**
   * None yet.
   *
   * @param patience so many nanoseconds; then {@code timeout}
   * @param most so many at once; beyond it {@code queue_full}
   */
  HaipQuestions(HaipHands hands, long patience, int most) {
    this.hands = hands;
    this.patience = patience;
    this.most = most;
  }

  /**
   * One is asked.
   *
   * @param id of the message that asks
   * @param tool which tool it is about; empty: all of them
   * @return false if that is one too many
   */
  boolean ask(
      String id, HaipEvent type, String tool, CompletableFuture<String> answer, Moment now) {
    if (open.size() >= most) {
      SluiceException full =
          new SluiceException(
              ClientCode.QUEUE_FULL.text(), "Too many questions are not answered", 0, null);
      hands.fail(answer, full);
      return false;
    }
    open.put(id, new Question(type, tool, answer, now.nanos() + patience));
    return true;
  }

  /**
   * The agent tells of its tools: that answers everybody who asked for it, for not every agent says
   * what it answers to. One that asks for ours says nothing.
   */
  void told(HaipMessage message) {
    boolean list = message.type() == HaipEvent.TOOL_LIST;
    if (list || message.type() == HaipEvent.TOOL_SCHEMA) {
      String payload = message.payload();
      String tool = list ? "" : message.string("payload.tool").orElse("");
      if (HaipMessage.member(payload, list ? "tools" : "schema") != null) {
        take(it -> it.type() == message.type() && it.tool().equals(tool))
            .forEach(it -> hands.complete(it.answer(), payload));
      }
    }
  }

  /**
   * The agent does not answer, and says why.
   *
   * @return whether that was asked here
   */
  boolean refused(@Nullable String id, SluiceException why) {
    Question question = id == null ? null : open.remove(id);
    if (question == null) {
      return false;
    }
    hands.fail(question.answer(), why);
    return true;
  }

  /** Nobody will answer what was asked. */
  void lost(SluiceException why) {
    take(it -> true).forEach(it -> hands.fail(it.answer(), why));
  }

  private List<Question> take(Predicate<Question> wanted) {
    List<Question> taken = new ArrayList<>();
    open.values()
        .removeIf(
            it -> {
              boolean mine = wanted.test(it);
              if (mine) {
                taken.add(it);
              }
              return mine;
            });
    return taken;
  }

  long dueNanos() {
    return open.isEmpty() ? Long.MAX_VALUE : open.values().iterator().next().deadline();
  }

  void tick(Moment now) {
    SluiceException late =
        new SluiceException(ClientCode.TIMEOUT.text(), "The agent did not answer in time", 0, null);
    take(it -> it.deadline() <= now.nanos()).forEach(it -> hands.fail(it.answer(), late));
  }
}
