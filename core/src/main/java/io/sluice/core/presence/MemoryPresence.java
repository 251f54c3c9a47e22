package io.sluice.core.presence;

import io.sluice.core.log.Log;
import io.sluice.core.log.LogBudget;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Payload;
import io.sluice.model.Present;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who is subscribed, in this process alone. Any thread: each channel's table is guarded by the
 * map's own lock of its name, under which its log of changes is written too, so that list and log
 * never differ.
 */
public final class MemoryPresence implements Presence {
  /**
   * What a channel's changes may take, for each that may be kept: long names leave room for few.
   */
  private static final int BYTES_PER_CHANGE = 512;

  private final Limits.Presence limits;
  private final Limits.Log bounds;
  private final ConcurrentHashMap<ChannelName, Board> boards = new ConcurrentHashMap<>();
  private final AtomicInteger memberships = new AtomicInteger();

  /** One channel's table. Guarded by the map's lock of its name. */
  private static final class Board {
    /** Users in order of joining, with the number of their subscriptions. */
    private final Map<String, Integer> members = new LinkedHashMap<>(2);

    private @Nullable Log changes;
    private int watchers;

    boolean isEmpty() {
      return members.isEmpty() && watchers == 0;
    }

    void note(ChannelName channel, Draft.Kind kind, String user, Moment now) {
      if (changes != null) {
        long _ = changes.append(new Draft(channel, kind, user, Payload.NONE, null, null), now);
      }
    }
  }

  /** An empty one. */
  public MemoryPresence(Limits.Presence limits) {
    this.limits = limits;
    long bytes = (long) limits.changes() * BYTES_PER_CHANGE;
    Duration ever = Duration.ofDays(365);
    this.bounds = new Limits.Log(limits.changes(), bytes, ever, bytes, 0, Duration.ZERO);
  }

  @Override
  public boolean isKept() {
    return true;
  }

  @Override
  public boolean join(ChannelName channel, String user, Moment now) {
    boolean[] noted = new boolean[1];
    boards.compute(
        channel,
        (name, known) -> {
          Board board = known == null ? new Board() : known;
          noted[0] = join(board, name, user, now);
          return board.isEmpty() ? null : board;
        });
    return noted[0];
  }

  private boolean join(Board board, ChannelName channel, String user, Moment now) {
    Integer connections = board.members.get(user);
    if (connections == null) {
      if (memberships.incrementAndGet() > limits.memberships()) {
        memberships.decrementAndGet();
        return false;
      }
      board.note(channel, Draft.Kind.JOIN, user, now);
    }
    board.members.merge(user, 1, Integer::sum);
    return true;
  }

  @Override
  public void leave(ChannelName channel, String user, Moment now) {
    boards.computeIfPresent(
        channel,
        (name, board) -> {
          if (board.members.merge(user, -1, Integer::sum) == 0) {
            board.members.remove(user);
            memberships.decrementAndGet();
            board.note(name, Draft.Kind.LEAVE, user, now);
          }
          return board.isEmpty() ? null : board;
        });
  }

  @Override
  public Roll roll(ChannelName channel, int most) {
    Roll[] roll = {new Roll(List.of(), 0, 0)};
    boards.computeIfPresent(
        channel,
        (name, board) -> {
          roll[0] = roll(board, most);
          return board;
        });
    return roll[0];
  }

  private static Roll roll(Board board, int most) {
    List<Present> users = new ArrayList<>(Math.min(most, board.members.size()));
    for (Map.Entry<String, Integer> member : board.members.entrySet()) {
      if (users.size() == most) {
        break;
      }
      users.add(new Present(member.getKey(), member.getValue()));
    }
    Log changes = board.changes;
    long last = changes == null ? 0 : changes.head();
    return new Roll(List.copyOf(users), board.members.size(), last);
  }

  @Override
  public Log watch(ChannelName channel, Signal signal, Moment now) {
    Log[] changes = new Log[1];
    boards.compute(
        channel,
        (name, known) -> {
          Board board = known == null ? new Board() : known;
          Log log = board.changes;
          if (log == null) {
            log =
                new Log(
                    name,
                    "presence",
                    0,
                    ChannelSettings.of(bounds),
                    new LogBudget(Long.MAX_VALUE),
                    now);
            board.changes = log;
          }
          boolean _ = log.join(signal);
          board.watchers++;
          changes[0] = log;
          return board;
        });
    return changes[0];
  }

  @Override
  public void unwatch(ChannelName channel, Signal signal, Moment now) {
    boards.computeIfPresent(
        channel,
        (name, board) -> {
          Log log = board.changes;
          if (log != null) {
            log.leave(signal, now);
          }
          if (--board.watchers == 0) {
            board.changes = null;
          }
          return board.isEmpty() ? null : board;
        });
  }

  /** How many channels have somebody who is subscribed or watches. */
  public int channels() {
    return boards.size();
  }

  /** How many pairs of a channel and a user are known. */
  public int memberships() {
    return memberships.get();
  }
}
