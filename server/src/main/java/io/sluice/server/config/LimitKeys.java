package io.sluice.server.config;

import io.sluice.model.Limits;
import io.sluice.protocol.json.JsonScanner;
import java.time.Duration;

/** Asks for every limit, by the name it has in the records. */
final class LimitKeys {
  private static final Duration TICK = Duration.ofMillis(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final int MANY = 10_000_000;
  private static final int LARGE = 1 << 30;

  private final KeyReader keys;

  LimitKeys(KeyReader keys) {
    this.keys = keys;
  }

  Limits read(Limits defaults) throws SettingsException {
    return new Limits(
        LogBounds.read(keys, "limits.log.", defaults.log()),
        hub(defaults.hub()),
        session(defaults.session()),
        lane(defaults.lane()),
        socket(defaults.socket()),
        http(defaults.http()),
        connections(defaults.connections()),
        json(defaults.json()),
        token(defaults.token()),
        presence(defaults.presence()));
  }

  private Limits.Hub hub(Limits.Hub d) throws SettingsException {
    return new Limits.Hub(
        keys.integer(
            "limits.hub.channels", d.channels(), 1, MANY, "logs; beyond it `channel_limit`"),
        keys.size(
            "limits.hub.logBytes",
            d.logBytes(),
            "a quarter of the heap",
            1,
            1L << 40,
            "bytes in all logs; beyond it the appending log evicts its own oldest, then"
                + " `memory_limit`"),
        keys.integer(
            "limits.hub.tombstones",
            d.tombstones(),
            0,
            MANY,
            "removed channels whose position is remembered; the oldest are forgotten first"),
        keys.duration(
            "limits.hub.tombstoneAge",
            d.tombstoneAge(),
            Duration.ZERO,
            Duration.ofDays(30),
            "how long a removed channel is remembered"));
  }

  private Limits.Session session(Limits.Session d) throws SettingsException {
    return new Limits.Session(
        keys.integer(
            "limits.session.subscriptions",
            d.subscriptions(),
            1,
            1_000_000,
            "subscriptions of one connection; beyond it `subscription_limit`"),
        keys.integer(
            "limits.session.channelsPerMessage",
            d.channelsPerMessage(),
            1,
            MANY,
            "channels that a message names; beyond it `invalid_field`"),
        keys.integer(
            "limits.session.filters",
            d.filters(),
            1,
            1_024,
            "filters on one channel; beyond it `filter_limit`"),
        keys.smallSize(
            "limits.session.filterBytes",
            d.filterBytes(),
            2,
            1 << 20,
            "length of a filter; beyond it `invalid_filter`"),
        keys.smallSize(
            "limits.session.allFilterBytes",
            d.allFilterBytes(),
            2,
            LARGE,
            "filters of one connection together, without blanks; beyond it `filter_limit`"),
        keys.integer(
            "limits.session.commandsWaiting",
            d.commandsWaiting(),
            1,
            MANY,
            "commands for channels that are being opened; beyond it `busy`"),
        keys.integer(
            "limits.session.publishesInFlight",
            d.publishesInFlight(),
            1,
            1_000_000,
            "unanswered publishes; beyond it `busy`"),
        keys.size(
            "limits.session.publishBytesInFlight",
            d.publishBytesInFlight(),
            1,
            LARGE,
            "bytes of unanswered publishes; beyond it `busy`, but one alone always passes"),
        keys.integer(
            "limits.session.heldPublishes",
            d.heldPublishes(),
            1,
            1_000_000,
            "publishes that wait for a channel's slow readers; beyond it `hold_full`"),
        keys.smallSize(
            "limits.session.heldBytes",
            d.heldBytes(),
            1,
            LARGE,
            "bytes of publishes that wait for a channel's slow readers; beyond it `hold_full`, but"
                + " one alone always may"),
        keys.integer(
            "limits.session.inquiries",
            d.inquiries(),
            1,
            MANY,
            "unanswered requests for history or presence; beyond it `busy`"),
        keys.smallSize(
            "limits.session.historyBytes",
            d.historyBytes(),
            1,
            LARGE,
            "bytes of publications in an answer to `history`; one always comes"),
        keys.duration(
            "limits.session.heartbeat",
            d.heartbeat(),
            SECOND,
            HOUR,
            "a ping goes out this often; who was silent since the last one is closed `idle`"));
  }

  private Limits.Lane lane(Limits.Lane d) throws SettingsException {
    return new Limits.Lane(
        keys.smallSize(
            "limits.lane.batchBytes",
            d.batchBytes(),
            1 << 10,
            LARGE,
            "bytes of a batch; a larger frame goes alone"),
        keys.integer(
            "limits.lane.batchMessages", d.batchMessages(), 1, 1 << 20, "publications of a batch"),
        keys.integer(
            "limits.lane.turnBatches",
            d.turnBatches(),
            1,
            1 << 20,
            "batches per channel and turn; the rest waits for the next turn"),
        keys.smallSize(
            "limits.lane.catchUpBytes",
            d.catchUpBytes(),
            1 << 10,
            LARGE,
            "a reader that is behind is fed so much at a time"),
        keys.integer(
            "limits.lane.catchUpFeeds",
            d.catchUpFeeds(),
            1,
            1 << 20,
            "such feeds per turn; the rest waits for the next turn"),
        keys.integer(
            "limits.lane.closes",
            d.closes(),
            1,
            1 << 20,
            "connections told to go, or with an ended token, that one turn closes"),
        keys.integer(
            "limits.lane.conflations",
            d.conflations(),
            1,
            1 << 20,
            "tables of newest publications, for `latest` subscribers that are behind; beyond it one"
                + " is made again when needed"),
        keys.smallSize(
            "limits.lane.unreadBytes",
            d.unreadBytes(),
            64 << 10,
            LARGE,
            "answers to history and presence that sockets have not taken; near it pages of history"
                + " get shorter, beyond it `busy`"));
  }

  private Limits.Socket socket(Limits.Socket d) throws SettingsException {
    return new Limits.Socket(
        keys.smallSize(
            "limits.socket.messageBytes",
            d.messageBytes(),
            1,
            LARGE,
            "largest message from a peer, inflated; beyond it close 1009"),
        keys.integer(
            "limits.socket.framesPerMessage",
            d.framesPerMessage(),
            1,
            MANY,
            "frames of one message, empty ones included; beyond it close 1008"),
        keys.integer(
            "limits.socket.streamsPerMessage",
            d.streamsPerMessage(),
            1,
            MANY,
            "DEFLATE streams of a compressed message; beyond it close 1007"),
        keys.duration(
            "limits.socket.unfinishedMessage",
            d.unfinishedMessage(),
            TICK,
            HOUR,
            "a message must be complete within this time; beyond it close 1008"),
        keys.integer(
            "limits.socket.controlFramesPerSecond",
            d.controlFramesPerSecond(),
            1,
            MANY,
            "pings and pongs from a peer; beyond it close 1008"),
        keys.smallSize(
            "limits.socket.controlBytes",
            d.controlBytes(),
            1 << 10,
            LARGE,
            "answers that wait for the socket; beyond it the socket is not read"),
        keys.smallSize(
            "limits.socket.restBytes",
            d.restBytes(),
            1 << 10,
            LARGE,
            "of a frame the socket took in part, so much is handed over at a time"),
        keys.smallSize(
            "limits.socket.heldBytes",
            d.heldBytes(),
            64 << 10,
            LARGE,
            "kept of what came while the socket is not read; beyond it the line is cut"),
        keys.duration(
            "limits.socket.closeTimeout",
            d.closeTimeout(),
            TICK,
            HOUR,
            "a peer must answer our close within this time; then the line is cut"));
  }

  private Limits.Http http(Limits.Http d) throws SettingsException {
    return new Limits.Http(
        keys.smallSize(
            "limits.http.requestLineBytes",
            d.requestLineBytes(),
            256,
            1 << 20,
            "first line of a request; beyond it 414"),
        keys.smallSize(
            "limits.http.headerBytes",
            d.headerBytes(),
            256,
            1 << 20,
            "headers of a request; beyond it 431"),
        keys.smallSize(
            "limits.http.bodyBytes", d.bodyBytes(), 0, LARGE, "body of a request; beyond it 413"),
        keys.integer(
            "limits.http.streamLines",
            d.streamLines(),
            1,
            MANY,
            "lines of the body of `POST /stream`; beyond it 413"),
        keys.integer(
            "limits.http.callsInFlight",
            d.callsInFlight(),
            1,
            MANY,
            "calls of the REST API that wait for somebody; beyond it `busy`"));
  }

  private Limits.Connections connections(Limits.Connections d) throws SettingsException {
    return new Limits.Connections(
        keys.integer(
            "limits.connections.total", d.total(), 1, MANY, "connections at once; beyond it 503"),
        keys.integer(
            "limits.connections.perAddress",
            d.perAddress(),
            1,
            MANY,
            "connections from one address, IPv6 by /64, loopback exempt; beyond it 429"),
        keys.integer(
            "limits.connections.perUser",
            d.perUser(),
            1,
            MANY,
            "WebSockets of one user; beyond it 429"),
        keys.integer(
            "limits.connections.turnedAway",
            d.turnedAway(),
            0,
            MANY,
            "beyond a limit and told so at a time, per event loop; the rest is just closed"),
        keys.duration(
            "limits.connections.handshake",
            d.handshake(),
            TICK,
            HOUR,
            "a request must be complete by then, beyond it 408, and its token checked, beyond it"
                + " 503"),
        keys.duration(
            "limits.connections.keepAlive",
            d.keepAlive(),
            TICK,
            HOUR,
            "how long an HTTP connection may stay idle between requests"));
  }

  private Limits.Json json(Limits.Json d) throws SettingsException {
    return new Limits.Json(
        keys.integer(
            "limits.json.depth",
            d.depth(),
            1,
            JsonScanner.MAX_DEPTH,
            "nesting of objects and arrays; beyond it `invalid_json`"),
        keys.integer(
            "limits.json.numberLength",
            d.numberLength(),
            1,
            100_000,
            "characters of a number; beyond it `invalid_json`"),
        keys.integer(
            "limits.json.nameLength",
            d.nameLength(),
            1,
            100_000,
            "characters of a field's name; beyond it `invalid_json`"),
        keys.integer(
            "limits.json.pathDepth",
            d.pathDepth(),
            1,
            JsonScanner.MAX_DEPTH,
            "names in a filter's dotted path; beyond it nothing passes"));
  }

  private Limits.Token token(Limits.Token d) throws SettingsException {
    return new Limits.Token(
        keys.smallSize(
            "limits.token.bytes",
            d.bytes(),
            256,
            1 << 20,
            "length of a token; a longer one is refused unread"),
        keys.integer(
            "limits.token.keys",
            d.keys(),
            1,
            1_000,
            "keys in a key file or from a key server; more are an error"),
        keys.integer(
            "limits.token.waiting",
            d.waiting(),
            1,
            MANY,
            "public-key signatures that wait to be checked; beyond it 503"),
        jwks(d.jwks()));
  }

  private Limits.Jwks jwks(Limits.Jwks d) throws SettingsException {
    return new Limits.Jwks(
        keys.duration(
            "limits.token.jwks.timeout",
            d.timeout(),
            TICK,
            HOUR,
            "the key server must have answered by then"),
        keys.smallSize(
            "limits.token.jwks.bytes",
            d.bytes(),
            256,
            LARGE,
            "length of the key server's answer; a longer one counts as none"),
        keys.duration(
            "limits.token.jwks.refresh",
            d.refresh(),
            SECOND,
            DAY,
            "older keys are fetched again while they are still used"),
        keys.duration(
            "limits.token.jwks.interval",
            d.interval(),
            Duration.ZERO,
            DAY,
            "an unknown key makes us ask again at most this often"),
        keys.duration(
            "limits.token.jwks.retry",
            d.retry(),
            Duration.ZERO,
            DAY,
            "after no answer we ask again at most this often"),
        keys.duration(
            "limits.token.jwks.stale",
            d.stale(),
            SECOND,
            Duration.ofDays(30),
            "older keys are not used any more; upgrades get 503"));
  }

  private Limits.Presence presence(Limits.Presence d) throws SettingsException {
    return new Limits.Presence(
        keys.integer(
            "limits.presence.memberships",
            d.memberships(),
            0,
            1_000_000_000,
            "pairs of channel and user that are known; a user beyond is not listed; 0 switches"
                + " presence off: `presence_off`"),
        keys.integer(
            "limits.presence.users",
            d.users(),
            1,
            MANY,
            "users that a list of who is there names; all are counted"),
        keys.integer(
            "limits.presence.changes",
            d.changes(),
            1,
            1 << 20,
            "joins and leaves kept for a channel's watchers; beyond it they get a new list"));
  }
}
