package io.sluice.core;

import org.jspecify.annotations.Nullable;

/** Which connections are meant. */
public sealed interface Whom {
  /**
   * The one of this name.
   *
   * @param connectionId as its peer was told in {@code connected}
   * @param user whose it must be; null for anybody's
   */
  record Connection(String connectionId, @Nullable String user) implements Whom {}

  /** All of this user. */
  record User(String user) implements Whom {}
}
