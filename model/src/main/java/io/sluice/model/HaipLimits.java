package io.sluice.model;

import java.time.Duration;

/**
 * All limits of HAIP by their names: {@code haip.seed.overdraft} in configuration is {@code
 * seed().overdraft()} here. What happens at each bound stands at its parameter.
 *
 * @param hello how long the server waits for the peer's HAI before it sends its own
 * @param namedChannels so many channels beside the five a session may use; more are an ERROR
 * @param official credit of peers that speak the official grammar
 * @param seed credit of peers that speak the seed's
 * @param pressure when a peer is asked to wait
 * @param order what comes out of order, again, or not at all
 * @param resume what is kept of a session whose line is cut
 * @param talk what a conversation may have open
 * @param heartbeat signs of life
 * @param errors how many mistakes end a connection
 * @param http what is asked by single requests
 */
public record HaipLimits(
    Duration hello,
    int namedChannels,
    Official official,
    Seed seed,
    Pressure pressure,
    Order order,
    Resume resume,
    Talk talk,
    Heartbeat heartbeat,
    Errors errors,
    Http http) {
  /** The defaults. */
  public static final HaipLimits DEFAULTS =
      new HaipLimits(
          Duration.ofSeconds(1),
          16,
          Official.DEFAULTS,
          Seed.DEFAULTS,
          Pressure.DEFAULTS,
          Order.DEFAULTS,
          Resume.DEFAULTS,
          Talk.DEFAULTS,
          Heartbeat.DEFAULTS,
          Errors.DEFAULTS,
          Http.DEFAULTS);

  /**
   * Credit in the official grammar, for each channel.
   *
   * @param messages the window that is announced: so many messages may be under way
   * @param bytes the same in bytes of their text, or of their binary part
   * @param mostMessages the window is never widened beyond this
   * @param mostBytes the same in bytes
   * @param leastBytes the window is never narrowed below this, nor below one message
   */
  public record Official(int messages, int bytes, int mostMessages, int mostBytes, int leastBytes) {
    /** 32 messages and 256 KiB, up to 1,000 and 1 MiB. */
    public static final Official DEFAULTS = new Official(32, 256 << 10, 1_000, 1 << 20, 16 << 10);
  }

  /**
   * Credit in the seed's grammar, for each channel, in UTF-16 units of the payload's text.
   *
   * @param initial what is announced and granted at first
   * @param grant one grant gives at most so much
   * @param window so much may be granted and unused; what is asked beyond waits for room
   * @param least the window is never narrowed below this
   * @param overdraft a peer may spend so much that it does not have, as debt; beyond it a message
   *     is refused: {@code FLOW_CONTROL_VIOLATION}
   */
  public record Seed(int initial, int grant, int window, int least, int overdraft) {
    /** 1,000 at first and in a grant, a window of 10,000, 64 KiB of debt. */
    public static final Seed DEFAULTS = new Seed(1_000, 1_000, 10_000, 100, 64 << 10);
  }

  /**
   * When a peer is asked to wait.
   *
   * @param unhandledBytes of what was received and not handled; the measure of the level, and
   *     beyond it the socket is not read and a post is {@code busy}, but in the official grammar,
   *     where credit bounds what comes; what costs no credit is {@code BUSY} at four times as much
   * @param unhandledMessages the same in messages
   * @param slow handling that takes so long for one message in twenty is a level of 1
   * @param high the level at which {@code back_pressure} or PAUSE is sent, once
   * @param low the level below which RESUME is sent
   * @param calm for so long the level must have been low
   * @param starving who has asked for credit, is short of it and sends nothing for so long is
   *     granted again
   * @param adapt how often windows are adapted
   */
  public record Pressure(
      int unhandledBytes,
      int unhandledMessages,
      Duration slow,
      double high,
      double low,
      Duration calm,
      Duration starving,
      Duration adapt) {
    /** 256 KiB, 200 messages, 0.8 and 0.4. */
    public static final Pressure DEFAULTS =
        new Pressure(
            256 << 10,
            200,
            Duration.ofMillis(500),
            0.8,
            0.4,
            Duration.ofSeconds(1),
            Duration.ofMillis(200),
            Duration.ofSeconds(5));
  }

  /**
   * What comes out of order, again, or not at all.
   *
   * @param gap what is missing is asked for after so long
   * @param ahead so many messages behind a gap are kept until it is filled; beyond it they are
   *     dropped and asked for again
   * @param aheadBytes the same in bytes
   * @param untracked a first {@code seq} from here on is a clock, and nothing is kept in order by
   *     it
   * @param controls so many FLOW_UPDATE, PAUSE, RESUME, REPLAY_REQUEST and PING a second are looked
   *     at; of those beyond, the newest of its kind and channel is when the second is over, and the
   *     credit of all of them counts
   */
  public record Order(Duration gap, int ahead, int aheadBytes, long untracked, int controls) {
    /** Half a second, 256 messages and 256 KiB, 200 controls a second. */
    public static final Order DEFAULTS =
        new Order(Duration.ofMillis(500), 256, 256 << 10, 1_000_000_000_000L, 200);
  }

  /**
   * What is kept of a session whose line is cut, for peers that can ask for it.
   *
   * @param age so long
   * @param messages so many of the newest messages may be asked for again: {@code REPLAY_TOO_OLD}
   * @param bytes at most so much of them
   * @param sessions so many sessions without a line are kept in the process; the oldest go first
   */
  public record Resume(Duration age, int messages, int bytes, int sessions) {
    /** Five minutes, 1,000 messages, 1 MiB; 10,000 sessions. */
    public static final Resume DEFAULTS = new Resume(Duration.ofMinutes(5), 1_000, 1 << 20, 10_000);
  }

  /**
   * What a conversation may have open.
   *
   * @param messages begun and not ended; the oldest are forgotten
   * @param messageAge one that nothing was added to for so long is forgotten
   * @param runs at once: {@code RUN_LIMIT_EXCEEDED}
   * @param calls of tools at once: {@code BUSY}
   */
  public record Talk(int messages, Duration messageAge, int runs, int calls) {
    /** 256 messages for a minute, 10 runs, 32 calls. */
    public static final Talk DEFAULTS = new Talk(256, Duration.ofMinutes(1), 10, 32);
  }

  /**
   * Signs of life.
   *
   * @param every so often a PING is sent, or one of WebSocket's to peers that do not know it
   * @param answer it must be answered by then, or anything else have come
   */
  public record Heartbeat(Duration every, Duration answer) {
    /** Every 30 s, 10 s to answer. */
    public static final Heartbeat DEFAULTS =
        new Heartbeat(Duration.ofSeconds(30), Duration.ofSeconds(10));
  }

  /**
   * How many mistakes within a time end a connection.
   *
   * @param protocol {@code PROTOCOL_VIOLATION} and its like
   * @param authentication {@code AUTHENTICATION_FAILED}
   * @param flow {@code FLOW_CONTROL_VIOLATION}
   * @param within the time
   */
  public record Errors(int protocol, int authentication, int flow, Duration within) {
    /** 10, 3 and 20 a minute. */
    public static final Errors DEFAULTS = new Errors(10, 3, 20, Duration.ofMinutes(1));
  }

  /**
   * What is asked by single requests.
   *
   * @param posts so many requests to {@code /haip/message} of one session may be under way; more
   *     answer {@code busy}
   * @param page an answer of {@code GET /api/v1/haip/sessions} names at most so many
   */
  public record Http(int posts, int page) {
    /** 8 posts, 100 sessions. */
    public static final Http DEFAULTS = new Http(8, 100);
  }
}
