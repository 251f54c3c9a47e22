package io.sluice.model;

import java.time.Duration;

/**
 * All limits of the server by their names, in one tree: {@code limits.session.subscriptions} in
 * configuration is {@code limits.session().subscriptions()} here. What happens at each bound stands
 * at its parameter. How a word must look, a channel's name by its length among them, is grammar and
 * stands at the word.
 *
 * @param log one channel's log
 * @param hub all of the process
 * @param session one connection, as the core sees it
 * @param lane one event loop's turn
 * @param socket one WebSocket
 * @param http one HTTP request, the upgrade among them
 * @param connections how many connections, and how long a young one may take
 * @param json the JSON a peer may send
 * @param token the checking of tokens
 * @param presence who is subscribed to what
 */
public record Limits(
    Log log,
    Hub hub,
    Session session,
    Lane lane,
    Socket socket,
    Http http,
    Connections connections,
    Json json,
    Token token,
    Presence presence) {

  /** The defaults of a process with this much heap. */
  public static Limits defaults(long heapBytes) {
    return new Limits(
        Log.DEFAULTS,
        new Hub(100_000, heapBytes / 4, 100_000, Duration.ofHours(24)),
        Session.DEFAULTS,
        Lane.DEFAULTS,
        Socket.DEFAULTS,
        Http.DEFAULTS,
        Connections.DEFAULTS,
        Json.DEFAULTS,
        Token.DEFAULTS,
        Presence.DEFAULTS);
  }

  /**
   * One channel's log. At any bound the oldest publications are evicted; the newest always stays.
   *
   * @param messages at most so many publications, 1 to 2^20
   * @param bytes at most so many bytes of publications
   * @param age no publication older than this
   * @param derivedBytes at most so many bytes of frames and fields remembered beside the
   *     publications; beyond it the oldest are forgotten and made again when needed
   * @param idempotencyKeys at most so many keys remembered, oldest forgotten first
   * @param idempotencyWindow how long a key is remembered
   */
  public record Log(
      int messages,
      long bytes,
      Duration age,
      long derivedBytes,
      int idempotencyKeys,
      Duration idempotencyWindow) {
    /** 1,000 messages, 1 MiB, 5 minutes. */
    public static final Log DEFAULTS =
        new Log(1_000, 1 << 20, Duration.ofMinutes(5), 1 << 20, 10_000, Duration.ofMinutes(5));
  }

  /**
   * All of the process.
   *
   * @param channels at most so many logs, those of feeds included; a publish or subscribe beyond
   *     answers {@code channel_limit}
   * @param logBytes at most so many bytes in all logs, and waiting to enter them; beyond it the
   *     appending log evicts its own oldest, and what that leaves no room for answers {@code
   *     memory_limit}
   * @param tombstones at most so many removed channels whose epoch and head are remembered; the
   *     oldest are forgotten first
   * @param tombstoneAge how long a removed channel is remembered
   */
  public record Hub(int channels, long logBytes, int tombstones, Duration tombstoneAge) {}

  /**
   * One connection.
   *
   * @param subscriptions at most so many; beyond it {@code subscription_limit}
   * @param channelsPerMessage a message may name so many; beyond it {@code invalid_field}
   * @param filters at most so many filters on one channel; beyond it {@code filter_limit}
   * @param filterBytes a filter's JSON may be so long; beyond it {@code invalid_filter}
   * @param allFilterBytes at most so many bytes of filters on all channels, as {@link Filter#bytes}
   *     counts them; beyond it {@code filter_limit}. The filters of commands that wait may take as
   *     much again; beyond it {@code busy}, but one alone always passes
   * @param commandsWaiting at most so many commands for channels whose logs are being opened;
   *     beyond it {@code busy}. A broker that answers late makes a client that restores all it had
   *     wait: the default lets it restore 1,000 subscriptions at once, with three more filters or
   *     grants each
   * @param publishesInFlight at most so many unanswered publishes; beyond it {@code busy}
   * @param publishBytesInFlight at most so many bytes of unanswered publishes; beyond it {@code
   *     busy}; one publish alone always passes
   * @param heldPublishes at most so many publishes wait for slow readers of a channel; beyond it
   *     {@code hold_full}
   * @param heldBytes at most so many bytes of publishes wait for slow readers of a channel; beyond
   *     it {@code hold_full}; one alone always may
   * @param inquiries at most so many unanswered requests for history or presence; beyond it {@code
   *     busy}. They are answered one at a time, each when the socket has taken what was sent before
   * @param historyBytes an answer to a request for history holds at most so many bytes of
   *     publications, as their log counts them, but one publication always
   * @param heartbeat a ping goes out this often; a connection that sent nothing since the last one
   *     is closed {@code idle}
   */
  public record Session(
      int subscriptions,
      int channelsPerMessage,
      int filters,
      int filterBytes,
      int allFilterBytes,
      int commandsWaiting,
      int publishesInFlight,
      long publishBytesInFlight,
      int heldPublishes,
      int heldBytes,
      int inquiries,
      int historyBytes,
      Duration heartbeat) {
    /** As the protocol pages state them. */
    public static final Session DEFAULTS =
        new Session(
            1_000,
            64,
            16,
            4 << 10,
            256 << 10,
            4_096,
            256,
            1 << 20,
            64,
            256 << 10,
            16,
            512 << 10,
            Duration.ofSeconds(30));
  }

  /**
   * One turn of a lane; what is left waits for the next turn.
   *
   * @param batchBytes a batch holds at most so many bytes of publications, as their log counts
   *     them; a larger publication goes alone
   * @param batchMessages a batch holds at most so many publications
   * @param turnBatches at most so many batches per channel and turn
   * @param catchUpBytes a reader that is behind is fed so many bytes at a time, in rotation
   * @param catchUpFeeds at most so many such feeds per turn
   * @param closes at most so many connections that were told to go, or whose token has ended, are
   *     closed per turn
   * @param conflations at most so many tables of newest publications are kept for subscribers of
   *     {@link Policy#LATEST} that are behind; beyond it the one used longest ago is forgotten and
   *     made again from the log when needed
   * @param unreadBytes answers to history and presence that sockets have not taken yet hold at most
   *     so many bytes together; the nearer to it, the shorter a page of history gets, with at least
   *     one publication, and beyond it {@code busy}
   */
  public record Lane(
      int batchBytes,
      int batchMessages,
      int turnBatches,
      int catchUpBytes,
      int catchUpFeeds,
      int closes,
      int conflations,
      int unreadBytes) {
    /** 128 KiB and 256 publications to a batch. */
    public static final Lane DEFAULTS =
        new Lane(128 << 10, 256, 4, 64 << 10, 64, 64, 256, 16 << 20);
  }

  /**
   * One WebSocket.
   *
   * @param messageBytes the largest message a peer may send, inflated; beyond it 1009
   * @param framesPerMessage a message may come in so many frames, empty ones included; beyond it
   *     1008
   * @param streamsPerMessage a compressed message may consist of so many DEFLATE streams; beyond it
   *     1007. A sender may end its stream (BFINAL) and begin another; nobody does so more than
   *     once, and each costs a reset
   * @param unfinishedMessage a message must be complete within this time; beyond it 1008
   * @param controlFramesPerSecond a peer may send so many pings and pongs a second; beyond it 1008
   * @param controlBytes answers that wait for the socket; beyond it the socket is not read
   * @param restBytes of a frame that the socket did not take whole, so much is handed over at a
   *     time
   * @param heldBytes kept of what came in while the socket is not read; at least 64 KiB, which is
   *     read at once. More come only from a peer that has closed its side behind them: it is cut
   * @param closeTimeout how long a peer may take to answer our close frame
   */
  public record Socket(
      int messageBytes,
      int framesPerMessage,
      int streamsPerMessage,
      Duration unfinishedMessage,
      int controlFramesPerSecond,
      int controlBytes,
      int restBytes,
      int heldBytes,
      Duration closeTimeout) {
    /** 1 MiB messages. */
    public static final Socket DEFAULTS =
        new Socket(
            1 << 20,
            1_024,
            16,
            Duration.ofSeconds(30),
            100,
            64 << 10,
            16 << 10,
            128 << 10,
            Duration.ofSeconds(2));
  }

  /**
   * One HTTP request.
   *
   * @param requestLineBytes beyond it 414
   * @param headerBytes beyond it 431
   * @param bodyBytes beyond it 413
   * @param streamLines the body of {@code POST /stream} may have so many lines; beyond it 413
   * @param callsInFlight at most so many calls of the REST API that wait for a token, the broker or
   *     a lane; beyond it {@code busy}
   */
  public record Http(
      int requestLineBytes, int headerBytes, int bodyBytes, int streamLines, int callsInFlight) {
    /** 8 KiB, 16 KiB, 1 MiB, 8,192 lines, 1,024 calls. */
    public static final Http DEFAULTS = new Http(8 << 10, 16 << 10, 1 << 20, 8_192, 1_024);
  }

  /**
   * Connections.
   *
   * @param total at most so many at once; beyond it 503
   * @param perAddress at most so many from one address (IPv6: one /64), loopback exempt; beyond it
   *     429
   * @param perUser at most so many WebSockets and streams of one user; beyond it 429
   * @param turnedAway so many beyond a limit are told so at a time, on each event loop; the rest is
   *     just closed
   * @param handshake how long the request, the token check included, may take; beyond it 408 while
   *     the request is still coming, 503 once it waits for us
   * @param keepAlive how long an HTTP connection may stay idle between requests
   */
  public record Connections(
      int total,
      int perAddress,
      int perUser,
      int turnedAway,
      Duration handshake,
      Duration keepAlive) {
    /** 100,000 in all, 1,000 from one address. */
    public static final Connections DEFAULTS =
        new Connections(100_000, 1_000, 1_000, 256, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  /**
   * JSON; beyond any of the first three {@code invalid_json}.
   *
   * @param depth nesting of objects and arrays
   * @param numberLength characters of a number
   * @param nameLength characters of a field's name
   * @param pathDepth names in the dotted path of a filter; beyond it a field cannot be filtered by:
   *     nothing passes
   */
  public record Json(int depth, int numberLength, int nameLength, int pathDepth) {
    /** 64 deep, 1,000 digits, paths of 8 names. */
    public static final Json DEFAULTS = new Json(64, 1_000, 1_024, 8);
  }

  /**
   * The checking of tokens.
   *
   * @param bytes a longer token is {@code malformed} before anything of it is read
   * @param keys a key file or key server may give so many keys; more are an error
   * @param waiting so many public-key signatures may wait to be checked; beyond it 503
   * @param jwks the key server
   */
  public record Token(int bytes, int keys, int waiting, Jwks jwks) {
    /** 8 KiB tokens, 32 keys, 1,024 waiting. */
    public static final Token DEFAULTS = new Token(8 << 10, 32, 1_024, Jwks.DEFAULTS);
  }

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

  /**
   * Who is subscribed to what.
   *
   * @param memberships at most so many pairs of a channel and a user are known; a subscription
   *     beyond is served like any other, but its user is neither listed nor counted. 0 switches
   *     presence off: {@code presence_off}
   * @param users a list of who is there names at most so many users, in order of joining; all are
   *     counted
   * @param changes at most so many joins and leaves are kept for the watchers of one channel; a
   *     watcher that falls further behind gets a new list instead
   */
  public record Presence(int memberships, int users, int changes) {
    /** A million memberships, lists of 1,000 users. */
    public static final Presence DEFAULTS = new Presence(1_000_000, 1_000, 1_024);
  }
}
