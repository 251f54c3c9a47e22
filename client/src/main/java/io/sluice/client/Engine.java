package io.sluice.client;

import io.sluice.model.ClientCode;
import io.sluice.model.CloseReason;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.nexus.NexusAnswer;
import io.sluice.protocol.nexus.NexusAnswerReader;
import io.sluice.protocol.nexus.NexusRequestWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its driver, which lets in one event at a time. Everything a client decides: no socket, no
 * thread, no clock. Events go in with their moment; orders go out through {@link Hands}; {@link
 * #deadline} says when it wants to be called though nothing happens.
 *
 * <p>Between {@link #connect} and one of the final states {@link #deadline} is never infinite, and
 * what is done then leads on: an attempt that hangs is given up, a wait ends, a silent line is
 * pinged and then replaced. Events of a line or a fetch that was given up are known by their number
 * and passed over.
 */
final class Engine {
  /** A number no line and no fetch ever has. */
  static final long NONE = 0;

  private static final Limits.Json JSON =
      new Limits.Json(512, Integer.MAX_VALUE, Integer.MAX_VALUE, 8);

  private enum Phase {
    RESTING,
    FETCHING,
    OPENING,
    STANDING,
    WAITING
  }

  private final ClientLimits limits;
  private final boolean renewable;
  private final Hands hands;
  private final RandomGenerator random;
  private final Ids ids = new Ids();
  private final NexusAnswerReader reader = new NexusAnswerReader(JSON);
  private final NexusRequestWriter writer = new NexusRequestWriter();
  private final Desk desk;
  private final Roll roll;
  private final Renewal renewal;
  private final Reception reception;
  private final Pulse pulse;
  private final List<CompletableFuture<Connected>> connecting = new ArrayList<>();

  private ClientState state = ClientState.IDLE;
  private Phase phase = Phase.RESTING;
  private long numbers = NONE;
  private long line = NONE;
  private long fetch = NONE;
  private long due = Long.MAX_VALUE;
  private long stoodSince;
  private int failures;
  private int delays;
  private @Nullable Connected connected;
  private @Nullable SluiceException last;

  /**
   * An engine at rest.
   *
   * @param renewable whether asking for a token again may give another one
   */
  Engine(ClientLimits limits, boolean renewable, Hands hands, RandomGenerator random) {
    this.limits = limits;
    this.renewable = renewable;
    this.hands = hands;
    this.random = random;
    this.desk = new Desk(limits, hands);
    this.roll = new Roll(limits, hands, random, writer, ids);
    this.renewal = new Renewal(limits);
    this.reception = new Reception(desk, roll, renewal, hands);
    this.pulse = new Pulse(limits);
  }

  ClientState state() {
    return state;
  }

  Roll roll() {
    return roll;
  }

  Desk desk() {
    return desk;
  }

  NexusRequestWriter writer() {
    return writer;
  }

  long nextId() {
    return ids.next();
  }

  // What the program asks for.

  /** Connects, if that is not under way; what waits for its time is tried at once. */
  void connect(CompletableFuture<Connected> future, Moment now) {
    Connected standing = connected;
    SluiceException trouble = trouble();
    if (trouble != null) {
      hands.fail(future, trouble);
    } else if (standing != null) {
      hands.complete(future, standing);
    } else {
      connecting.add(future);
      if (phase == Phase.RESTING || phase == Phase.WAITING) {
        attempt(now);
      }
    }
  }

  /** Ends it all. */
  void close() {
    if (state == ClientState.CLOSED) {
      return;
    }
    if (line != NONE) {
      hands.close(line);
    }
    rest(ClientState.CLOSED, null, closed());
  }

  private static SluiceException closed() {
    return new SluiceException(ClientCode.CLOSED, "The client is closed");
  }

  /** Why nothing new can be done; null if it can. */
  private @Nullable SluiceException trouble() {
    return switch (state) {
      case CLOSED -> closed();
      case REFUSED, FAILED ->
          last == null ? new SluiceException(ClientCode.LOST, "Not connected") : last;
      case IDLE, CONNECTING, CONNECTED, WAITING -> null;
    };
  }

  /** Sends a request, now or when a connection stands. */
  void ask(Request<?> request, Moment now) {
    SluiceException trouble = trouble();
    if (trouble != null) {
      hands.fail(request.future(), trouble);
      return;
    }
    desk.add(request);
    flush(now);
  }

  /** Completes this as soon as there is room for what is asked. */
  void await(CompletableFuture<@Nullable Void> room) {
    SluiceException trouble = trouble();
    if (trouble != null) {
      hands.fail(room, trouble);
    } else {
      desk.await(room);
    }
  }

  /** Opens a subscription, now or when a connection stands. */
  void subscribe(Subscriber subscriber, Moment now) {
    SluiceException trouble = trouble();
    if (trouble == null && !roll.add(subscriber)) {
      trouble =
          new SluiceException(
              "already_subscribed", "This client is subscribed to " + subscriber.channel());
    }
    if (trouble != null) {
      subscriber.stage = Subscriber.Stage.ENDED;
      hands.fail(subscriber.ready(), trouble);
      subscriber.feed().take(new Notice.Ended(trouble));
    } else if (phase == Phase.STANDING) {
      roll.ask(subscriber, line, now.nanos());
    }
  }

  /** Ends a subscription. */
  void unsubscribe(Subscriber subscriber, CompletableFuture<@Nullable Void> future) {
    roll.leave(subscriber, future, phase == Phase.STANDING, line);
  }

  /** The program has handled messages. */
  void handled(Subscriber subscriber, long messages, long bytes) {
    roll.handled(subscriber, messages, bytes);
  }

  /** The program wants messages. */
  void demand(Subscriber subscriber, long messages) {
    roll.demand(subscriber, messages);
  }

  // What the world reports.

  /** The program gave a token. */
  void token(long number, @Nullable String token, Moment now) {
    if (number != fetch) {
      return;
    }
    if (token == null || token.isEmpty()) {
      tokenFailed(number, null, now);
      return;
    }
    fetch = NONE;
    if (phase == Phase.FETCHING) {
      line = ++numbers;
      phase = Phase.OPENING;
      due = now.nanos() + limits.connectTimeout().toNanos();
      hands.open(line, token);
    } else if (renewal.isFetching()) {
      long id = ids.next();
      hands.send(line, writer.refresh(id, token));
      renewal.sent(id, now.nanos());
    }
  }

  /** The program gave none. */
  void tokenFailed(long number, @Nullable Throwable cause, Moment now) {
    if (number == fetch) {
      noToken(
          new SluiceException(ClientCode.TOKEN_FAILED, "The supplier of tokens gave none", cause),
          now);
    }
  }

  private void noToken(SluiceException error, Moment now) {
    fetch = NONE;
    if (phase == Phase.FETCHING) {
      failed(error, 0, now);
    } else if (renewal.isFetching()) {
      hands.error(error);
      renewal.sleep(now);
    }
  }

  /**
   * The server refused the upgrade.
   *
   * @param wait how long it asks to be left alone, in nanoseconds; 0 if it does not
   */
  void refused(long number, int status, String code, long wait, Moment now) {
    if (number != line) {
      return;
    }
    line = NONE;
    SluiceException error =
        new SluiceException(code, "The server refused with HTTP " + status, status, null);
    if (status == 401 || status == 403) {
      hands.error(error);
      last = error;
      rest(ClientState.REFUSED, error, error);
    } else {
      failed(error, Math.min(wait, limits.maxBackoff().toNanos()), now);
    }
  }

  /** The connection could not be opened. */
  void unopened(long number, @Nullable Throwable cause, Moment now) {
    if (number == line) {
      line = NONE;
      failed(
          new SluiceException(ClientCode.LOST, "The connection could not be opened", cause),
          0,
          now);
    }
  }

  /** The line is gone, by a close frame or without. */
  void broken(long number, int code, String reason, Moment now) {
    if (number == line) {
      line = NONE;
      String why = reason.isEmpty() ? "" : ", " + reason;
      lost(
          new SluiceException(
              word(code, reason), "The connection ended with " + code + why, code, null),
          now);
    }
  }

  /** The server's own word, where two have the same code; else the first word of the code. */
  private static String word(int code, String said) {
    if (code == CloseReason.LOST.code()) {
      // No close frame came, so nobody has said why: one that was reset looks like any other.
      return ClientCode.LOST.text();
    }
    String word = ClientCode.LOST.text();
    for (CloseReason reason : CloseReason.values()) {
      if (reason.code() == code && reason.text().equals(said)) {
        return said;
      }
      if (reason.code() == code && word.equals(ClientCode.LOST.text())) {
        word = reason.text();
      }
    }
    return word;
  }

  /** The transport gave up a message that is too long, or is no text. */
  void unfit(long number, SluiceException why, Moment now) {
    if (number == line) {
      hands.drop(line);
      line = NONE;
      lost(why, now);
    }
  }

  /** Something came that is no message: a ping, a pong, a part of a message. */
  void heard(long number, Moment now) {
    if (number == line) {
      pulse.heard(now.nanos());
    }
  }

  /** The line takes more. */
  void writable(long number, Moment now) {
    if (number == line) {
      flush(now);
    }
  }

  /** Whether the socket is read; while it is not, silence means nothing. */
  void reading(boolean wanted, Moment now) {
    pulse.reading(wanted, now.nanos());
  }

  /** A text message came, in UTF-8. */
  void received(long number, byte[] message, Moment now) {
    if (number != line) {
      return;
    }
    heard(number, now);
    NexusAnswer answer = reader.read(message);
    if (answer instanceof NexusAnswer.Connected greeting) {
      stand(greeting, now);
    } else if (answer instanceof NexusAnswer.Garbage garbage) {
      bad(garbage.why(), now);
    } else if (phase == Phase.STANDING) {
      reception.take(answer, message.length, line, now);
      flush(now);
    } else if (!(answer instanceof NexusAnswer.Unknown)) {
      bad("something before connected", now);
    }
  }

  private void bad(String why, Moment now) {
    unfit(
        line,
        new SluiceException(ClientCode.BAD_MESSAGE, "The server's message is bad: " + why),
        now);
  }

  // The way of a connection.

  private void attempt(Moment now) {
    phase = Phase.FETCHING;
    fetch = ++numbers;
    due = now.nanos() + limits.tokenTimeout().toNanos();
    become(ClientState.CONNECTING);
    hands.fetchToken(fetch);
  }

  private void stand(NexusAnswer.Connected greeting, Moment now) {
    if (phase == Phase.STANDING) {
      bad("connected twice", now);
      return;
    }
    phase = Phase.STANDING;
    stoodSince = now.nanos();
    due = Long.MAX_VALUE;
    Connected standing = Answers.connected(greeting);
    connected = standing;
    become(ClientState.CONNECTED);
    hands.connected(standing);
    connecting.forEach(future -> hands.complete(future, standing));
    connecting.clear();
    if (renewable) {
      renewal.inForce(greeting.expiresAt(), now);
    }
    roll.askAll(line, now.nanos());
    flush(now);
  }

  private void flush(Moment now) {
    if (phase == Phase.STANDING) {
      desk.flush(line, now.nanos());
    }
  }

  /** A connection that stood, or one that was being opened, is gone. */
  private void lost(SluiceException error, Moment now) {
    boolean stood =
        phase == Phase.STANDING && now.nanos() - stoodSince >= limits.stable().toNanos();
    desk.lost(error.status() == CloseReason.TOO_BIG.code(), now.nanos());
    roll.lost();
    if (stood) {
      failures = 0;
      delays = 0;
      waitAfter(error, 0, now);
    } else {
      failed(error, 0, now);
    }
  }

  private void failed(SluiceException error, long wait, Moment now) {
    failures++;
    if (limits.maxAttempts() > 0 && failures >= limits.maxAttempts()) {
      hands.error(error);
      last = error;
      rest(ClientState.FAILED, error, error);
    } else {
      waitAfter(error, wait, now);
    }
  }

  private void waitAfter(SluiceException error, long wait, Moment now) {
    forgetLine();
    hands.error(error);
    phase = Phase.WAITING;
    delays++;
    long backoff =
        Backoff.nanos(delays, random.nextDouble(), limits.backoff(), limits.maxBackoff());
    due = now.nanos() + Math.max(backoff, wait);
    become(ClientState.WAITING);
  }

  private void forgetLine() {
    line = NONE;
    fetch = NONE;
    connected = null;
    pulse.stop();
    renewal.stop();
  }

  private void rest(ClientState end, @Nullable SluiceException error, SluiceException why) {
    forgetLine();
    phase = Phase.RESTING;
    due = Long.MAX_VALUE;
    become(end);
    connecting.forEach(future -> hands.fail(future, why));
    connecting.clear();
    roll.abandon(error, why);
    desk.abandon(why);
  }

  private void become(ClientState next) {
    if (state != next) {
      state = next;
      hands.state(next);
    }
  }

  // Time.

  /** When it wants to be called at the latest; {@link Long#MAX_VALUE} if never. */
  long deadline() {
    if (phase != Phase.STANDING) {
      return due;
    }
    long next = Math.min(desk.deadline(), Math.min(roll.deadline(), renewal.deadline()));
    return Math.min(next, pulse.deadline());
  }

  /** The deadline has come, or something else woke the driver. */
  void tick(Moment now) {
    if (phase == Phase.STANDING) {
      tickStanding(now);
    } else if (due <= now.nanos()) {
      switch (phase) {
        case FETCHING ->
            noToken(
                new SluiceException(ClientCode.TOKEN_TIMEOUT, "The supplier of tokens hangs"), now);
        case OPENING ->
            unfit(
                line,
                new SluiceException(ClientCode.CONNECT_TIMEOUT, "The connection did not stand"),
                now);
        case WAITING -> attempt(now);
        case RESTING, STANDING -> {
          // Nothing is due.
        }
      }
    }
  }

  private void tickStanding(Moment now) {
    feelPulse(now);
    if (phase == Phase.STANDING && roll.overdue() <= now.nanos()) {
      unfit(line, new SluiceException(ClientCode.TIMEOUT, "A subscribe was not answered"), now);
    }
    if (phase != Phase.STANDING) {
      return;
    }
    desk.expire(now.nanos());
    roll.retry(line, now.nanos());
    flush(now);
    if (renewal.deadline() <= now.nanos()) {
      renew(now);
    }
  }

  private void feelPulse(Moment now) {
    switch (pulse.feel(now.nanos())) {
      case PING -> hands.send(line, writer.ping(ids.next()));
      case DEAD -> unfit(line, new SluiceException(ClientCode.SILENT, "No answer to a ping"), now);
      case WELL -> {
        // Nothing is due.
      }
    }
  }

  private void renew(Moment now) {
    if (renewal.isSleeping()) {
      fetch = ++numbers;
      renewal.fetching(now.nanos());
      hands.fetchToken(fetch);
    } else if (renewal.isFetching()) {
      noToken(new SluiceException(ClientCode.TOKEN_TIMEOUT, "The supplier of tokens hangs"), now);
    } else {
      hands.error(new SluiceException(ClientCode.TIMEOUT, "A refresh was not answered"));
      renewal.sleep(now);
    }
  }

  /** After a batch of events: what has become due in credit goes out, once for each channel. */
  void settle() {
    if (phase == Phase.STANDING) {
      roll.grant(line);
    }
  }
}
