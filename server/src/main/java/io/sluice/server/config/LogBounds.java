package io.sluice.server.config;

import io.sluice.model.Limits;
import java.time.Duration;

/** Asks for the bounds of one log, of all channels or of a rule's. */
final class LogBounds {
  private LogBounds() {}

  static Limits.Log read(KeyReader keys, String prefix, Limits.Log fallback)
      throws SettingsException {
    return new Limits.Log(
        keys.integer(
            prefix + "messages",
            fallback.messages(),
            1,
            1 << 20,
            "publications; beyond it the oldest are evicted"),
        keys.size(
            prefix + "bytes",
            fallback.bytes(),
            1,
            1L << 40,
            "bytes of publications; beyond it the oldest are evicted, the newest always stays"),
        keys.duration(
            prefix + "age",
            fallback.age(),
            Duration.ofSeconds(1),
            Duration.ofDays(365),
            "older publications are evicted"),
        keys.size(
            prefix + "derivedBytes",
            fallback.derivedBytes(),
            0,
            1L << 40,
            "bytes of encoded frames remembered; beyond it they are made again when needed"),
        keys.integer(
            prefix + "idempotencyKeys",
            fallback.idempotencyKeys(),
            0,
            10_000_000,
            "idempotency keys remembered; the oldest are forgotten first"),
        keys.duration(
            prefix + "idempotencyWindow",
            fallback.idempotencyWindow(),
            Duration.ZERO,
            Duration.ofDays(1),
            "how long an idempotency key is remembered"));
  }
}
