package io.sluice.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a server. Immutable.
 *
 * @param all each with a name of its own
 */
public record ApiKeys(List<ApiKey> all) {
  /** A server without keys. */
  public static final ApiKeys NONE = new ApiKeys(List.of());

  /** Takes a copy. */
  public ApiKeys {
    all = List.copyOf(all);
  }

  /** The key with this secret, or null; every key is compared, so that time tells nothing. */
  @Nullable ApiKey find(String secret) {
    if (all.isEmpty() || secret.length() > ApiKey.MAX_SECRET) {
      return null;
    }
    byte[] digest = ApiKey.digestOf(secret);
    ApiKey found = null;
    for (ApiKey key : all) {
      if (key.matches(digest)) {
        found = key;
      }
    }
    return found;
  }
}
