package io.sluice.client.haip;

import io.sluice.client.Json;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipOutgoing;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a cancel means of what may still wait: a call, or a run with all that is said in it. Passing
 * credit and pauses, the cancel would come to the server before it. Immutable.
 *
 * @param first what it begins with
 * @param all of it
 */
record HaipRecall(Predicate<HaipOutgoing> first, Predicate<HaipOutgoing> all) {
  /** What this takes back; null if it is no cancel. */
  static @Nullable HaipRecall by(HaipOutgoing message) {
    return switch (message.type()) {
      case TOOL_CANCEL -> of(HaipEvent.TOOL_CALL, "call_id", message);
      case RUN_CANCEL -> of(HaipEvent.RUN_STARTED, "run_id", message);
      default -> null;
    };
  }

  private static @Nullable HaipRecall of(HaipEvent begins, String member, HaipOutgoing cancel) {
    String id = member(cancel, member);
    if (id == null) {
      return null;
    }
    Predicate<HaipOutgoing> first = it -> it.type() == begins && id.equals(member(it, member));
    boolean run = begins == HaipEvent.RUN_STARTED;
    return new HaipRecall(first, run ? first.or(it -> id.equals(quoted(it.runId()))) : first);
  }

  private static @Nullable String quoted(@Nullable String runId) {
    return runId == null ? null : Json.of(runId);
  }

  /** A member of a payload, as it is written. */
  private static @Nullable String member(HaipOutgoing message, String name) {
    return HaipMessage.member(new String(message.payload(), StandardCharsets.UTF_8), name);
  }
}
