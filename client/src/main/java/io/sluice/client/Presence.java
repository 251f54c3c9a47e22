package io.sluice.client;

import java.util.List;

/**
 * Who is subscribed to a channel.
 *
 * @param channel the channel
 * @param users in the order of their joining; a long list is cut by the server
 * @param total how many users, those that were cut included
 */
public record Presence(String channel, List<User> users, long total) {
  /** Takes a copy of the list. */
  public Presence {
    users = List.copyOf(users);
  }

  /**
   * One user.
   *
   * @param userId who
   * @param connections with how many connections
   */
  public record User(String userId, long connections) {}
}
