package io.sluice.server.config;

import io.sluice.model.Grants;
import io.sluice.server.auth.Roles;
import java.util.HashMap;
import java.util.Map;

/** Reads the map {@code roles}. */
final class RoleRules {
  private RoleRules() {}

  static Roles read(KeyReader keys) throws SettingsException {
    Given given =
        keys.tree(
            "roles",
            "a map of `role: {publish: [patterns], subscribe: […], broadcast: […], disconnect:"
                + " true}`",
            "what a token may do that has no grants of its own; see Roles above");
    if (given == null) {
      return Roles.NONE;
    }
    Map<String, Grants> roles = new HashMap<>();
    NamedEntries.read(
        given,
        (name, origin, entry) -> {
          Grants grants = GrantKeys.read(entry, origin);
          roles.put(name, grants == null ? Grants.NONE : grants);
        });
    return new Roles(roles);
  }
}
