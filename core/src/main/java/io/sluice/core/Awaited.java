package io.sluice.core;

import io.sluice.model.ChannelName;
import io.sluice.model.Command;
import io.sluice.model.Filter;
import io.sluice.model.Limits;
import io.sluice.model.Namespaces;
import io.sluice.model.Subject;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** For which logs one session's commands wait, and how many. Owned by its session's lane. */
final class Awaited {
  private Set<Subject> subjects = Set.of();
  private int commands;
  private int filterBytes;

  boolean isEmpty() {
    return commands == 0;
  }

  boolean isFor(Subject subject) {
    return subjects.contains(subject);
  }

  /** For so many logs. */
  int subjects() {
    return subjects.size();
  }

  /**
   * What a command of the session about the channel must not overtake: the commands that wait for
   * the channel's log, or else for that of its namespace's feed, where whoever subscribes and
   * publishes in one breath wants its own publication too. Null if there is nothing.
   */
  @Nullable Subject before(ChannelName channel, Namespaces namespaces) {
    if (subjects.isEmpty() || subjects.contains(channel)) {
      return subjects.isEmpty() ? null : channel;
    }
    Namespaces.Namespace fed = namespaces.withFeed(channel);
    return fed != null && subjects.contains(fed.pattern()) ? fed.pattern() : null;
  }

  /** Counts a command that waits; false if too many do. */
  boolean add(Subject subject, Command command, Limits.Session limits) {
    int bytes = filterBytesOf(command);
    if (commands >= limits.commandsWaiting()
        || (filterBytes > 0 && bytes > limits.allFilterBytes() - filterBytes)) {
      return false;
    }
    filterBytes += bytes;
    if (subjects.isEmpty()) {
      subjects = new HashSet<>(2);
    }
    subjects.add(subject);
    commands++;
    return true;
  }

  void remove(Subject subject, Command command) {
    filterBytes -= filterBytesOf(command);
    commands--;
    if (commands > 0) {
      subjects.remove(subject);
    } else {
      subjects = Set.of();
    }
  }

  /** What waits is kept with its blanks, for the echo. */
  private static int filterBytesOf(Command command) {
    Filter filter =
        switch (command) {
          case Command.Subscribe subscribe -> subscribe.filter();
          case Command.Unsubscribe unsubscribe -> unsubscribe.filter();
          case Command.Grant _,
              Command.Pause _,
              Command.Spend _,
              Command.Publish _,
              Command.History _,
              Command.Presence _,
              Command.Refresh _,
              Command.Ping _ ->
              null;
        };
    return filter == null ? 0 : Math.max(filter.bytes(), filter.written().length());
  }
}
