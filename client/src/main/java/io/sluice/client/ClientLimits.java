package io.sluice.client;

import io.sluice.client.line.Way;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Every bound of a client, by name. Immutable; made by changing {@link #DEFAULTS}: {@code
 * ClientLimits.DEFAULTS.withMaxAttempts(5)}.
 *
 * @param connectTimeout from the first byte to the server's {@code connected}; beyond it the
 *     attempt has failed, {@code connect_timeout}
 * @param tokenTimeout how long the supplier of tokens may take; beyond it {@code token_timeout}
 * @param requestTimeout how long the server may take to answer a request it was sent; beyond it
 *     {@code timeout}. What waits for a connection, or for slow readers, has no deadline
 * @param silence when nothing has come for so long, the client pings
 * @param pongTimeout when nothing comes for so long after that, the line is replaced, {@code
 *     silent}
 * @param backoff the wait before the second attempt; it doubles with every failed one
 * @param maxBackoff the longest wait, before the jitter of 10 % either way
 * @param stable a connection that stood for so long makes the wait short again
 * @param maxAttempts so many failed attempts in a row lead to {@link ClientState#FAILED}; 0 is
 *     without end
 * @param queueMessages at most so many requests wait, for the connection, for receipts or for slow
 *     readers; beyond it {@code queue_full}
 * @param queueBytes at most so many bytes of them; beyond it {@code queue_full}
 * @param inFlight at most so many requests await their answers; the others wait. The default is as
 *     many as a server lets wait for slow readers of one channel
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
          64,
          256 << 10,
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

  /** How patient the way to the server is. */
  public Way.Pace pace() {
    return new Way.Pace(connectTimeout, tokenTimeout, backoff, maxBackoff, stable, maxAttempts);
  }

  /** Owner: one change. The bounds of limits that are being made. */
  private static final class Draft {
    private Duration connectTimeout;
    private Duration tokenTimeout;
    private Duration requestTimeout;
    private Duration silence;
    private Duration pongTimeout;
    private Duration backoff;
    private Duration maxBackoff;
    private Duration stable;
    private int maxAttempts;
    private int queueMessages;
    private long queueBytes;
    private int inFlight;
    private long inFlightBytes;
    private int maxMessageBytes;
    private int maxPublishBytes;
    private int unhandled;

    Draft(ClientLimits from) {
      connectTimeout = from.connectTimeout;
      tokenTimeout = from.tokenTimeout;
      requestTimeout = from.requestTimeout;
      silence = from.silence;
      pongTimeout = from.pongTimeout;
      backoff = from.backoff;
      maxBackoff = from.maxBackoff;
      stable = from.stable;
      maxAttempts = from.maxAttempts;
      queueMessages = from.queueMessages;
      queueBytes = from.queueBytes;
      inFlight = from.inFlight;
      inFlightBytes = from.inFlightBytes;
      maxMessageBytes = from.maxMessageBytes;
      maxPublishBytes = from.maxPublishBytes;
      unhandled = from.unhandled;
    }

    ClientLimits done() {
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
          unhandled);
    }
  }

  private ClientLimits change(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** These limits with other timeouts for opening: connection and token alike. */
  public ClientLimits withConnectTimeout(Duration time) {
    return change(
        draft -> {
          draft.connectTimeout = time;
          draft.tokenTimeout = time;
        });
  }

  /** These limits with another time for answers. */
  public ClientLimits withRequestTimeout(Duration time) {
    return change(draft -> draft.requestTimeout = time);
  }

  /** These limits with other times for noticing a dead line. */
  public ClientLimits withSilence(Duration untilPing, Duration untilReplaced) {
    return change(
        draft -> {
          draft.silence = untilPing;
          draft.pongTimeout = untilReplaced;
        });
  }

  /** These limits with other waits between attempts. */
  public ClientLimits withBackoff(Duration first, Duration longest) {
    return change(
        draft -> {
          draft.backoff = first;
          draft.maxBackoff = longest;
        });
  }

  /** These limits with another number of attempts; 0 is without end. */
  public ClientLimits withMaxAttempts(int attempts) {
    return change(draft -> draft.maxAttempts = attempts);
  }

  /** These limits with another bound on what waits. */
  public ClientLimits withQueue(int messages, long bytes) {
    return change(
        draft -> {
          draft.queueMessages = messages;
          draft.queueBytes = bytes;
        });
  }

  /** These limits with other bounds on the length of a message, received and sent. */
  public ClientLimits withMessageBytes(int received, int sent) {
    return change(
        draft -> {
          draft.maxMessageBytes = received;
          draft.maxPublishBytes = sent;
        });
  }

  /** These limits with another bound on what awaits its answer. */
  public ClientLimits withInFlight(int requests, long bytes) {
    return change(
        draft -> {
          draft.inFlight = requests;
          draft.inFlightBytes = bytes;
        });
  }

  /** These limits with another bound on what waits for slow listeners. */
  public ClientLimits withUnhandled(int notices) {
    return change(draft -> draft.unhandled = notices);
  }
}
