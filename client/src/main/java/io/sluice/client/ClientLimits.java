package io.sluice.client;

import java.time.Duration;

/**
 * Every bound of a client, by name. Immutable; made by changing {@link #DEFAULTS}: {@code
 * ClientLimits.DEFAULTS.withMaxAttempts(5)}.
 *
 * @param connectTimeout from the first byte to the server's {@code connected}; beyond it the
 *     attempt has failed, {@code connect_timeout}
 * @param tokenTimeout how long the supplier of tokens may take; beyond it {@code token_timeout}
 * @param requestTimeout how long the server may take to answer a request it was sent; beyond it
 *     {@code timeout}. What waits for a connection has no deadline
 * @param silence when nothing has come for so long, the client pings
 * @param pongTimeout when nothing comes for so long after that, the line is replaced, {@code
 *     silent}
 * @param backoff the wait before the second attempt; it doubles with every failed one
 * @param maxBackoff the longest wait, before the jitter of 10 % either way
 * @param stable a connection that stood for so long makes the wait short again
 * @param maxAttempts so many failed attempts in a row lead to {@link ClientState#FAILED}; 0 is
 *     without end
 * @param queueMessages at most so many requests wait, for the connection or for receipts; beyond it
 *     {@code queue_full}
 * @param queueBytes at most so many bytes of them; beyond it {@code queue_full}
 * @param inFlight at most so many requests await their answers; the others wait
 * @param inFlightBytes at most so many bytes of them, but one at least
 * @param maxMessageBytes the longest message that is taken from the server; beyond it the line is
 *     replaced, {@code message_too_big}
 * @param maxPublishBytes the longest message that is sent; beyond it {@code too_big}. The server's
 *     {@code limits.socket.messageBytes}
 * @param unhandled at most so many notices wait for slow listeners; beyond it the socket is not
 *     read until they have caught up
 */
public record ClientLimits(
    Duration connectTimeout,
    Duration tokenTimeout,
    Duration requestTimeout,
    Duration silence,
    Duration pongTimeout,
    Duration backoff,
    Duration maxBackoff,
    Duration stable,
    int maxAttempts,
    int queueMessages,
    long queueBytes,
    int inFlight,
    long inFlightBytes,
    int maxMessageBytes,
    int maxPublishBytes,
    int unhandled) {
  /** As the documentation states them. */
  public static final ClientLimits DEFAULTS =
      new ClientLimits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(25),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          0,
          10_000,
          16 << 20,
          128,
          512 << 10,
          4 << 20,
          1 << 20,
          10_000);

  /**
   * Checks that every bound lets something happen.
   *
   * @throws IllegalArgumentException if a time or number is not positive, {@code maxAttempts}
   *     excepted, which may be 0
   */
  public ClientLimits {
    for (Duration time :
        new Duration[] {
          connectTimeout,
          tokenTimeout,
          requestTimeout,
          silence,
          pongTimeout,
          backoff,
          maxBackoff,
          stable
        }) {
      if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofDays(365)) > 0) {
        throw new IllegalArgumentException("times are positive and at most a year");
      }
    }
    if (maxAttempts < 0
        || queueMessages < 1
        || queueBytes < 1
        || inFlight < 1
        || inFlightBytes < 1
        || maxMessageBytes < 1
        || maxPublishBytes < 1
        || unhandled < 1) {
      throw new IllegalArgumentException("bounds are positive");
    }
  }

  /** These limits with other timeouts for opening: connection and token alike. */
  public ClientLimits withConnectTimeout(Duration time) {
    return new ClientLimits(
        time,
        time,
        requestTimeout,
        silence,
        pongTimeout,
        backoff,
        maxBackoff,
        stable,
        maxAttempts,
        queueMessages,
        queueBytes,
        inFlight,
        inFlightBytes,
        maxMessageBytes,
        maxPublishBytes,
        unhandled);
  }

  /** These limits with another time for answers. */
  public ClientLimits withRequestTimeout(Duration time) {
    return new ClientLimits(
        connectTimeout,
        tokenTimeout,
        time,
        silence,
        pongTimeout,
        backoff,
        maxBackoff,
        stable,
        maxAttempts,
        queueMessages,
        queueBytes,
        inFlight,
        inFlightBytes,
        maxMessageBytes,
        maxPublishBytes,
        unhandled);
  }

  /** These limits with other times for noticing a dead line. */
  public ClientLimits withSilence(Duration untilPing, Duration untilReplaced) {
    return new ClientLimits(
        connectTimeout,
        tokenTimeout,
        requestTimeout,
        untilPing,
        untilReplaced,
        backoff,
        maxBackoff,
        stable,
        maxAttempts,
        queueMessages,
        queueBytes,
        inFlight,
        inFlightBytes,
        maxMessageBytes,
        maxPublishBytes,
        unhandled);
  }

  /** These limits with other waits between attempts. */
  public ClientLimits withBackoff(Duration first, Duration longest) {
    return new ClientLimits(
        connectTimeout,
        tokenTimeout,
        requestTimeout,
        silence,
        pongTimeout,
        first,
        longest,
        stable,
        maxAttempts,
        queueMessages,
        queueBytes,
        inFlight,
        inFlightBytes,
        maxMessageBytes,
        maxPublishBytes,
        unhandled);
  }

  /** These limits with another number of attempts; 0 is without end. */
  public ClientLimits withMaxAttempts(int attempts) {
    return new ClientLimits(
        connectTimeout,
        tokenTimeout,
        requestTimeout,
        silence,
        pongTimeout,
        backoff,
        maxBackoff,
        stable,
        attempts,
        queueMessages,
        queueBytes,
        inFlight,
        inFlightBytes,
        maxMessageBytes,
        maxPublishBytes,
        unhandled);
  }

  /** These limits with another bound on what waits. */
  public ClientLimits withQueue(int messages, long bytes) {
    return new ClientLimits(
        connectTimeout,
        tokenTimeout,
        requestTimeout,
        silence,
        pongTimeout,
        backoff,
        maxBackoff,
        stable,
        maxAttempts,
        messages,
        bytes,
        inFlight,
        inFlightBytes,
        maxMessageBytes,
        maxPublishBytes,
        unhandled);
  }

  /** These limits with other bounds on the length of a message, received and sent. */
  public ClientLimits withMessageBytes(int received, int sent) {
    return new ClientLimits(
        connectTimeout,
        tokenTimeout,
        requestTimeout,
        silence,
        pongTimeout,
        backoff,
        maxBackoff,
        stable,
        maxAttempts,
        queueMessages,
        queueBytes,
        inFlight,
        inFlightBytes,
        received,
        sent,
        unhandled);
  }

  /** These limits with another bound on what awaits its answer. */
  public ClientLimits withInFlight(int requests, long bytes) {
    return new ClientLimits(
        connectTimeout,
        tokenTimeout,
        requestTimeout,
        silence,
        pongTimeout,
        backoff,
        maxBackoff,
        stable,
        maxAttempts,
        queueMessages,
        queueBytes,
        requests,
        bytes,
        maxMessageBytes,
        maxPublishBytes,
        unhandled);
  }

  /** These limits with another bound on what waits for slow listeners. */
  public ClientLimits withUnhandled(int notices) {
    return new ClientLimits(
        connectTimeout,
        tokenTimeout,
        requestTimeout,
        silence,
        pongTimeout,
        backoff,
        maxBackoff,
        stable,
        maxAttempts,
        queueMessages,
        queueBytes,
        inFlight,
        inFlightBytes,
        maxMessageBytes,
        maxPublishBytes,
        notices);
  }
}
