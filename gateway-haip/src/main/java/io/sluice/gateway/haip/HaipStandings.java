package io.sluice.gateway.haip;

import io.sluice.core.Balance;
import io.sluice.model.HaipStanding;
import io.sluice.model.HaipStanding.Amount;
import io.sluice.protocol.haip.HaipDialect;
import io.sluice.protocol.haip.HaipMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How sessions stand, for who looks after them: each is asked on the loop that it lives on. Any
 * thread; immutable.
 */
public final class HaipStandings {
  /** So many are looked at for one page, whosever they are: the rest is for the next. */
  static final int LOOKED_AT = 1_000;

  private final HaipSessions sessions;

  HaipStandings(HaipSessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Some of the sessions; those that end while they are asked are left out.
   *
   * @param sessions in the order of their names
   * @param next behind this name there may be others; null if there are none
   */
  public record Page(List<HaipStanding> sessions, @Nullable String next) {}

  /**
   * Sessions in the order of their names.
   *
   * @param user whose; null for everybody's
   * @param behind those behind this name; empty for the first
   * @param limit at most so many
   */
  public CompletionStage<Page> page(@Nullable String user, String behind, int limit) {
    List<CompletableFuture<@Nullable HaipStanding>> asked = new ArrayList<>();
    String last = null;
    boolean more = false;
    int seen = 0;
    for (HaipSessions.Place place : sessions.behind(behind)) {
      if (asked.size() == limit || seen++ == LOOKED_AT) {
        more = true;
        break;
      }
      last = place.name;
      if (user == null || place.user.equals(user)) {
        asked.add(ask(place));
      }
    }
    String next = more ? last : null;
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            all ->
                new Page(
                    asked.stream().map(CompletableFuture::join).filter(Objects::nonNull).toList(),
                    next));
  }

  /**
   * One session.
   *
   * @param user whose it must be; null for anybody's
   * @return null if there is none such
   */
  public CompletionStage<@Nullable HaipStanding> one(String session, @Nullable String user) {
    HaipSessions.Place place = sessions.place(session);
    return place == null || (user != null && !place.user.equals(user))
        ? CompletableFuture.completedStage(null)
        : ask(place);
  }

  private CompletableFuture<@Nullable HaipStanding> ask(HaipSessions.Place place) {
    HaipDialog dialog = place.dialog();
    return dialog == null
        ? CompletableFuture.completedFuture(sessions.kept(place))
        : dialog
            .standing()
            .thenApply(standing -> standing == null ? sessions.kept(place) : standing);
  }

  /**
   * Puts together what the conversation and the core know.
   *
   * @param balances credit of the channels that the person meters
   * @param behind what each channel's log has that was not looked at; null if nobody can tell
   */
  static HaipStanding of(
      String session,
      String user,
      boolean connected,
      HaipDialect dialect,
      List<HaipMetrics> metrics,
      Map<String, Balance> balances,
      @Nullable Map<String, Long> behind) {
    Set<String> others = new TreeSet<>(balances.keySet());
    if (behind != null) {
      others.addAll(behind.keySet());
    }
    metrics.forEach(one -> others.remove(one.channel()));
    List<HaipStanding.Channel> channels =
        Stream.concat(metrics.stream(), others.stream().map(HaipStandings::unused))
            .map(one -> channel(one, balances.get(one.channel()), behind))
            .toList();
    String spoken = dialect.name().toLowerCase(Locale.ROOT);
    return new HaipStanding(session, user, connected, spoken, channels);
  }

  /** A channel of which the conversation has not heard yet. */
  private static HaipMetrics unused(String channel) {
    return new HaipMetrics(channel, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, false);
  }

  private static HaipStanding.Channel channel(
      HaipMetrics one, @Nullable Balance balance, @Nullable Map<String, Long> behind) {
    boolean limits = one.windowUnits() > 0;
    return new HaipStanding.Channel(
        one.channel(),
        one.sent(),
        behind == null ? null : behind.getOrDefault(one.channel(), 0L),
        one.received(),
        one.unhandled(),
        one.latencyMicros(),
        one.pressureEvents(),
        balance == null ? null : Amount.of(balance.messages(), balance.bytes()),
        limits ? Amount.of(one.allowedMessages(), one.allowedUnits()) : null,
        limits ? Amount.of(one.windowMessages(), one.windowUnits()) : null,
        one.pausedByPeer(),
        one.pausedByUs());
  }
}
