package io.sluice.client;

import io.sluice.model.Credit;
import io.sluice.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to subscribe. Immutable; {@code SubscribeOptions.DEFAULTS.withFilter(…)}.
 *
 * @param filters objects of JSON, of which a publication has to pass any; none lets all pass
 * @param messages so many messages may be under way or unhandled, 1 to 2^53−1. A {@link
 *     MessageStream} does not use it: there {@code request(n)} says how many
 * @param bytes so many bytes may be; a single message may exceed it
 * @param since where to go on; null for from now on
 * @param recoverable whether to go on where it stopped after a reconnect; without it what is
 *     published meanwhile is missed and not told
 * @param presence whether the listener is told who is there, joins and leaves
 */
public record SubscribeOptions(
    List<String> filters,
    long messages,
    long bytes,
    @Nullable Position since,
    boolean recoverable,
    boolean presence) {
  /** Everything, from now on, recoverable, 256 messages and 1 MiB at a time. */
  public static final SubscribeOptions DEFAULTS =
      new SubscribeOptions(List.of(), 256, 1 << 20, null, true, false);

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

  /** With one more filter, as JSON: {@code {"done":false}}. */
  public SubscribeOptions withFilter(String json) {
    List<String> more = new ArrayList<>(filters);
    more.add(json);
    return new SubscribeOptions(more, messages, bytes, since, recoverable, presence);
  }

  /** With one more filter: field to value, or to a list of values of which any will do. */
  public SubscribeOptions withFilter(Map<String, ?> filter) {
    return withFilter(Json.of(filter));
  }

  /** With other credit. */
  public SubscribeOptions withCredit(long newMessages, long newBytes) {
    return new SubscribeOptions(filters, newMessages, newBytes, since, recoverable, presence);
  }

  /** Going on from a position that was stored. */
  public SubscribeOptions withSince(@Nullable Position position) {
    return new SubscribeOptions(filters, messages, bytes, position, recoverable, presence);
  }

  /** Going on where it stopped after a reconnect, or not. */
  public SubscribeOptions withRecoverable(boolean wanted) {
    return new SubscribeOptions(filters, messages, bytes, since, wanted, presence);
  }

  /** Being told who is there, joins and leaves. */
  public SubscribeOptions withPresence() {
    return new SubscribeOptions(filters, messages, bytes, since, recoverable, true);
  }
}
