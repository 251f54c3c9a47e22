package io.sluice.server.auth;

import io.sluice.model.Grants;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each role may do, where configuration says so. Immutable.
 *
 * @param byName the configured roles; empty if none is
 */
public record Roles(Map<String, Grants> byName) {
  /** The role that may do everything, unless it is configured to do less. */
  public static final String ADMIN = "admin";

  /** The entry for everybody whose role has none. */
  public static final String DEFAULT = "default";

  /** Nothing is configured: who has a token may publish and subscribe everywhere. */
  public static final Roles NONE = new Roles(Map.of());

  /** Takes a copy. */
  public Roles {
    byName = Map.copyOf(byName);
  }

  /** Whether the role means anything here. */
  public boolean has(String role) {
    return byName.containsKey(role) || ADMIN.equals(role);
  }

  /** What a bearer without grants of its own may do. */
  public Grants of(@Nullable String role) {
    Grants own = role == null ? null : byName.get(role);
    if (own != null) {
      return own;
    }
    if (ADMIN.equals(role)) {
      return Grants.ADMIN;
    }
    return byName.isEmpty() ? Grants.ALL : byName.getOrDefault(DEFAULT, Grants.NONE);
  }
}
