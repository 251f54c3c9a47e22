package io.sluice.admin;

import io.sluice.model.Grants;
import io.sluice.model.Identity;
import org.jspecify.annotations.Nullable;

/** Who calls, and what it may do. */
public sealed interface Caller {
  /** {@code from} of what it publishes. */
  String name();

  /** Its role, if it has one. */
  @Nullable String role();

  /** What it may do. */
  Grants grants();

  /** A user, by its token. */
  record User(Identity identity) implements Caller {
    @Override
    public String name() {
      return identity.user();
    }

    @Override
    public @Nullable String role() {
      return identity.role();
    }

    @Override
    public Grants grants() {
      return identity.grants();
    }
  }

  /** A program, by its key. */
  record Program(ApiKey key) implements Caller {
    @Override
    public String name() {
      return key.name();
    }

    @Override
    public @Nullable String role() {
      return key.role();
    }

    @Override
    public Grants grants() {
      return key.grants();
    }
  }
}
