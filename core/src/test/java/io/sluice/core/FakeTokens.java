package io.sluice.core;

import io.sluice.model.Identity;
import io.sluice.model.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Knows the tokens a test gives it; answers at once, or when the test says so. */
final class FakeTokens implements Tokens {
  private final Map<String, Identity> good = new HashMap<>();
  private final List<Runnable> waiting = new ArrayList<>();
  private boolean late;
  private boolean down;

  void put(String token, Identity identity) {
    good.put(token, identity);
  }

  /** From now on answers wait for {@link #settle}. */
  void answerLate() {
    late = true;
  }

  /** From now on nobody can tell. */
  void breakDown() {
    down = true;
  }

  void settle() {
    List<Runnable> due = List.copyOf(waiting);
    waiting.clear();
    due.forEach(Runnable::run);
  }

  int waiting() {
    return waiting.size();
  }

  @Override
  public void check(String token, Moment now, Answer answer) {
    Runnable say = () -> say(token, answer);
    if (late) {
      waiting.add(say);
    } else {
      say.run();
    }
  }

  private void say(String token, Answer answer) {
    Identity identity = good.get(token);
    if (down) {
      answer.unavailable();
    } else if (identity == null) {
      answer.refused();
    } else {
      answer.accepted(identity);
    }
  }
}
