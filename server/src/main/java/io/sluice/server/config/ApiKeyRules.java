package io.sluice.server.config;

import io.sluice.admin.ApiKey;
import io.sluice.admin.ApiKeys;
import io.sluice.model.Grants;
import io.sluice.server.auth.Roles;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the map {@code api-keys}. Its messages never repeat a secret. */
final class ApiKeyRules {
  private ApiKeyRules() {}

  static ApiKeys read(KeyReader keys, Roles roles) throws SettingsException {
    Given given =
        keys.tree(
            "api-keys",
            "a map of `name: {secret: … or sha256: …, role: …}`",
            "keys of programs to the REST API; see API keys above");
    if (given == null) {
      return ApiKeys.NONE;
    }
    List<ApiKey> all = new ArrayList<>();
    NamedEntries.read(
        given,
        (name, origin, entry) -> {
          String secret = entry.text("secret", "text", "none", "");
          String sha256 = entry.text("sha256", "64 hexadecimal digits", "none", "");
          String role = entry.text("role", "a role", "none", "");
          Grants own = GrantKeys.read(entry, origin);
          // A misspelt name first, or it would be said that the right one is missing.
          entry.refuseUnknown();
          byte[] digest = digest(origin, secret, sha256);
          refuseTwins(origin, digest, all);
          Grants grants = own == null ? grants(origin, role, roles) : own;
          all.add(new ApiKey(name, digest, role, grants));
        });
    return new ApiKeys(all);
  }

  private static void refuseTwins(String origin, byte[] digest, List<ApiKey> others)
      throws SettingsException {
    for (ApiKey other : others) {
      if (MessageDigest.isEqual(other.digest(), digest)) {
        throw new SettingsException(origin + ": has the secret of " + other.name());
      }
    }
  }

  private static byte[] digest(String origin, @Nullable String secret, @Nullable String sha256)
      throws SettingsException {
    if ((secret == null) == (sha256 == null)) {
      throw new SettingsException(origin + ": give one of secret and sha256");
    }
    if (secret != null) {
      if (!ApiKey.isSecret(secret)) {
        throw new SettingsException(
            "%s: secret: must have %d to %d characters of ASCII, no blanks"
                .formatted(origin, ApiKey.MIN_SECRET, ApiKey.MAX_SECRET));
      }
      return ApiKey.digestOf(secret);
    }
    byte[] digest = sha256 == null ? null : ApiKey.digestFrom(sha256);
    if (digest == null) {
      throw new SettingsException(origin + ": sha256: not 64 hexadecimal digits");
    }
    return digest;
  }

  /** What its role may, and everything without a role. */
  private static Grants grants(String origin, @Nullable String role, Roles roles)
      throws SettingsException {
    if (role == null) {
      return Grants.ADMIN;
    }
    if (!roles.has(role)) {
      throw new SettingsException(
          origin
              + ": role: there is no role "
              + role
              + " in roles"
              + Nearest.hint(role, roles.byName().keySet()));
    }
    return roles.of(role);
  }
}
