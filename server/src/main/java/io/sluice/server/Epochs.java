package io.sluice.server;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;

/** Makes the names of logs' lives: random, so that no two are ever the same. Any thread. */
final class Epochs implements Supplier<String> {
  private static final int BYTES = 9;

  private final SecureRandom random = new SecureRandom();

  @Override
  public String get() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
