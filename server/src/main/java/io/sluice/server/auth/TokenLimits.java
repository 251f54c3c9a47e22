package io.sluice.server.auth;

import java.time.Duration;

/**
 * The bounds of token checking, by the names configuration gives them: {@code limits.token.bytes}
 * is {@link #bytes}.
 *
 * @param bytes a longer token is {@code malformed} before anything of it is read
 * @param keys a key file or key server may give so many keys; more are an error
 * @param waiting so many public-key signatures may wait to be checked; beyond it 503
 * @param jwks the key server
 */
public record TokenLimits(int bytes, int keys, int waiting, Jwks jwks) {
  /** 8 KiB tokens, 32 keys, 1,024 waiting. */
  public static final TokenLimits DEFAULTS = new TokenLimits(8 << 10, 32, 1_024, Jwks.DEFAULTS);

  /**
   * A key server.
   *
   * @param timeout the whole answer must be there by then; until it is, upgrades wait
   * @param bytes the answer may be so long; a longer one counts as no answer
   * @param refresh keys older than this are fetched again while they are still used
   * @param interval a key that nobody knows makes us ask again at most this often
   * @param retry after no answer we ask again at most this often
   * @param stale keys older than this are not used any more; upgrades get 503
   */
  public record Jwks(
      Duration timeout,
      int bytes,
      Duration refresh,
      Duration interval,
      Duration retry,
      Duration stale) {
    /** 5 s, 256 KiB, every 10 minutes, at most every 30 s. */
    public static final Jwks DEFAULTS =
        new Jwks(
            Duration.ofSeconds(5),
            256 << 10,
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofHours(24));
  }
}
