package io.sluice.client;

import io.sluice.model.Credit;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.protocol.nexus.NexusRequestWriter.Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How to subscribe. Immutable; {@code SubscribeOptions.DEFAULTS.withFilter(…)}.
 *
 * @param filters objects of JSON, of which a publication has to pass any; none lets all pass
 * @param messages so many messages may be under way or unhandled, 1 to 2^53−1. A {@link
 *     MessageStream} does not use it: there {@code request(n)} says how many
 * @param bytes so many bytes may be; a single message may exceed it
 * @param since where to go on; null for from now on. Of a pattern it is the feed's position
 * @param recoverable whether to go on where it stopped after a reconnect; without it what is
 *     published meanwhile is missed and not told
 * @param presence whether the listener is told who is there, joins and leaves
 * @param policy what happens when it cannot take more; null leaves it to the channel. One that the
 *     channel does not allow is refused, {@code policy_not_allowed}
 * @param conflateBy under {@link Policy#LATEST} what counts as the same thing: a field of the data,
 *     or {@code $key}, what it was published with; null leaves it to the channel
 * @param hold whether it slows the channel's publishers while it is slow, where the channel is
 *     configured to; null leaves it to the channel
 */
public record SubscribeOptions(
    List<String> filters,
    long messages,
    long bytes,
    @Nullable Position since,
    boolean recoverable,
    boolean presence,
    @Nullable Policy policy,
    @Nullable String conflateBy,
    @Nullable Boolean hold) {
  /** Everything, from now on, recoverable, 256 messages and 1 MiB at a time. */
  public static final SubscribeOptions DEFAULTS =
      new SubscribeOptions(List.of(), 256, 1 << 20, null, true, false, null, null, null);

  /**
   * Checks filters and credit.
   *
   * @throws SluiceException if a filter is not an object of JSON ({@code invalid_filter}), or
   *     credit is out of range ({@code invalid_credit})
   */
  public SubscribeOptions {
    filters = filters.stream().map(Json::filter).toList();
    if (messages < 1 || messages > Credit.MAX || bytes < 1 || bytes > Credit.MAX) {
      throw new SluiceException("invalid_credit", "Credit is 1 to " + Credit.MAX);
    }
  }

  /** Owner: one change. The fields of options that are being made. */
  private static final class Draft {
    private List<String> filters;
    private long messages;
    private long bytes;
    private @Nullable Position since;
    private boolean recoverable;
    private boolean presence;
    private @Nullable Policy policy;
    private @Nullable String conflateBy;
    private @Nullable Boolean hold;

    Draft(SubscribeOptions from) {
      filters = from.filters;
      messages = from.messages;
      bytes = from.bytes;
      since = from.since;
      recoverable = from.recoverable;
      presence = from.presence;
      policy = from.policy;
      conflateBy = from.conflateBy;
      hold = from.hold;
    }

    SubscribeOptions done() {
      return new SubscribeOptions(
          filters, messages, bytes, since, recoverable, presence, policy, conflateBy, hold);
    }
  }

  private SubscribeOptions change(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** With one more filter, as JSON: {@code {"done":false}}. */
  public SubscribeOptions withFilter(String json) {
    List<String> more = new ArrayList<>(filters);
    more.add(json);
    return change(draft -> draft.filters = more);
  }

  /** With one more filter: field to value, or to a list of values of which any will do. */
  public SubscribeOptions withFilter(Map<String, ?> filter) {
    return withFilter(Json.of(filter));
  }

  /** With other credit. */
  public SubscribeOptions withCredit(long newMessages, long newBytes) {
    return change(
        draft -> {
          draft.messages = newMessages;
          draft.bytes = newBytes;
        });
  }

  /** Going on from a position that was stored. */
  public SubscribeOptions withSince(@Nullable Position position) {
    return change(draft -> draft.since = position);
  }

  /** Going on where it stopped after a reconnect, or not. */
  public SubscribeOptions withRecoverable(boolean wanted) {
    return change(draft -> draft.recoverable = wanted);
  }

  /** Being told who is there, joins and leaves. */
  public SubscribeOptions withPresence() {
    return change(draft -> draft.presence = true);
  }

  /** With this policy; null leaves it to the channel. */
  public SubscribeOptions withPolicy(@Nullable Policy wanted) {
    return change(draft -> draft.policy = wanted);
  }

  /** The newest of each thing only, when it cannot take all: told apart by this. */
  public SubscribeOptions withConflateBy(@Nullable String fieldOrKey) {
    return change(draft -> draft.conflateBy = fieldOrKey);
  }

  /** Slowing the channel's publishers while it is slow, or not. */
  public SubscribeOptions withHold(@Nullable Boolean wanted) {
    return change(draft -> draft.hold = wanted);
  }

  Terms terms() {
    return new Terms(recoverable, presence, policy, conflateBy, hold);
  }
}
