package io.sluice.client;

import io.sluice.client.line.Machine;
import io.sluice.client.line.Trouble;
import io.sluice.client.line.Way;
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
 * Owner: its turnstile, which lets in one event at a time. Everything a client decides: no socket,
 * no thread, no clock. Events go in with their moment; orders go out through {@link Hands}; {@link
 * #deadline} says when it wants to be called though nothing happens.
 *
 * <p>Between {@link #connect} and one of the final states {@link #deadline} is never infinite, and
 * what is done then leads on: an attempt that hangs is given up, a wait ends, a silent line is
 * pinged and then replaced. Events of a line or a fetch that was given up are known by their number
 * and passed over.
 */
final class Engine implements Machine, Way.Walker {
  private static final Limits.Json JSON =
      new Limits.Json(512, Integer.MAX_VALUE, Integer.MAX_VALUE, 8);

  private final boolean renewable;
  private final Hands hands;
  private final Way way;
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
  private long fetch = Way.NONE;
  private @Nullable Connected connected;

  /**
   * An engine at rest.
   *
   * @param renewable whether asking for a token again may give another one
   */
  Engine(ClientLimits limits, boolean renewable, Hands hands, RandomGenerator random) {
    this.renewable = renewable;
    this.hands = hands;
    this.way = new Way(limits.pace(), this, random);
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
      way.attempt(now);
    }
  }

  /** Ends it all. */
  void close() {
    if (state != ClientState.CLOSED && way.line() != Way.NONE) {
      hands.close(way.line());
    }
    way.close();
  }

  /** Why nothing new can be done; null if it can. */
  private @Nullable SluiceException trouble() {
    Trouble trouble = way.trouble();
    return trouble == null ? null : new SluiceException(trouble);
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
    } else if (way.isStanding()) {
      roll.ask(subscriber, way.line(), now.nanos());
    }
  }

  /** Ends a subscription. */
  void unsubscribe(Subscriber subscriber, CompletableFuture<@Nullable Void> future) {
    roll.leave(subscriber, future, way.isStanding(), way.line());
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

  @Override
  public void token(long number, @Nullable String token, Moment now) {
    if (way.token(number, token, now) || number != fetch) {
      return;
    }
    if (token == null || token.isEmpty()) {
      tokenFailed(number, null, now);
      return;
    }
    fetch = Way.NONE;
    if (renewal.isFetching()) {
      long id = ids.next();
      hands.send(way.line(), writer.refresh(id, token));
      renewal.sent(id, now.nanos());
    }
  }

  @Override
  public void tokenFailed(long number, @Nullable Throwable cause, Moment now) {
    if (!way.tokenFailed(number, cause, now) && number == fetch) {
      noSuccessor(Way.noToken(cause), now);
    }
  }

  private void noSuccessor(Trouble trouble, Moment now) {
    fetch = Way.NONE;
    if (renewal.isFetching()) {
      trouble(trouble);
      renewal.sleep(now);
    }
  }

  @Override
  public void refused(long number, int status, String code, long wait, Moment now) {
    way.refused(number, status, code, wait, now);
  }

  @Override
  public void unopened(long number, @Nullable Throwable cause, Moment now) {
    way.unopened(number, cause, now);
  }

  @Override
  public void broken(long number, int code, String reason, Moment now) {
    way.broken(number, code, reason, now);
  }

  @Override
  public void unfit(long number, Trouble why, Moment now) {
    way.unfit(number, why, now);
  }

  @Override
  public void heard(long number, Moment now) {
    if (number == way.line()) {
      pulse.heard(now.nanos());
    }
  }

  @Override
  public void writable(long number, Moment now) {
    if (number == way.line()) {
      flush(now);
    }
  }

  /** Whether the socket is read; while it is not, silence means nothing. */
  void reading(boolean wanted, Moment now) {
    pulse.reading(wanted, now.nanos());
  }

  @Override
  public void receivedBinary(long number, byte[] message, Moment now) {
    way.unfit(number, new Trouble(ClientCode.BAD_MESSAGE, "The server sent a binary message"), now);
  }

  @Override
  public void received(long number, byte[] message, Moment now) {
    if (number != way.line()) {
      return;
    }
    heard(number, now);
    NexusAnswer answer = reader.read(message);
    if (answer instanceof NexusAnswer.Connected greeting) {
      stand(greeting, now);
    } else if (answer instanceof NexusAnswer.Garbage garbage) {
      bad(garbage.why(), now);
    } else if (way.isStanding()) {
      reception.take(answer, message.length, way.line(), now);
      flush(now);
    } else if (!(answer instanceof NexusAnswer.Unknown)) {
      bad("something before connected", now);
    }
  }

  private void bad(String why, Moment now) {
    unfit(
        way.line(),
        new Trouble(ClientCode.BAD_MESSAGE, "The server's message is bad: " + why),
        now);
  }

  // The way of a connection.

  private void stand(NexusAnswer.Connected greeting, Moment now) {
    if (way.isStanding()) {
      bad("connected twice", now);
      return;
    }
    Connected standing = Answers.connected(greeting);
    connected = standing;
    way.stand(now);
    hands.connected(standing);
    connecting.forEach(future -> hands.complete(future, standing));
    connecting.clear();
    if (renewable) {
      renewal.inForce(greeting.expiresAt(), now);
    }
    roll.askAll(way.line(), now.nanos());
    flush(now);
  }

  private void flush(Moment now) {
    if (way.isStanding()) {
      desk.flush(way.line(), now.nanos());
    }
  }

  @Override
  public void fetchToken(long number) {
    hands.fetchToken(number);
  }

  @Override
  public void open(long number, String token) {
    hands.open(number, token);
  }

  @Override
  public void drop(long number) {
    hands.drop(number);
  }

  @Override
  public void trouble(Trouble trouble) {
    hands.error(new SluiceException(trouble));
  }

  @Override
  public void lost(Trouble why, Moment now) {
    desk.lost(why.status() == CloseReason.TOO_BIG.code(), now.nanos());
    roll.lost();
  }

  @Override
  public void forget() {
    fetch = Way.NONE;
    connected = null;
    pulse.stop();
    renewal.stop();
  }

  @Override
  public void became(Way.Phase phase) {
    become(ClientState.of(phase));
  }

  @Override
  public void rested(Way.End end, @Nullable Trouble trouble, Trouble told) {
    SluiceException error = trouble == null ? null : new SluiceException(trouble);
    SluiceException why = error == null ? new SluiceException(told) : error;
    become(ClientState.of(end));
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

  @Override
  public boolean isClosed() {
    return state == ClientState.CLOSED;
  }

  // Time.

  @Override
  public long deadline() {
    if (!way.isStanding()) {
      return way.dueNanos();
    }
    long next = Math.min(desk.deadline(), Math.min(roll.deadline(), renewal.deadline()));
    return Math.min(next, pulse.deadline());
  }

  @Override
  public void tick(Moment now) {
    if (way.isStanding()) {
      tickStanding(now);
    } else {
      way.tick(now);
    }
  }

  private void tickStanding(Moment now) {
    feelPulse(now);
    if (way.isStanding() && roll.overdue() <= now.nanos()) {
      unfit(way.line(), new Trouble(ClientCode.TIMEOUT, "A subscribe was not answered"), now);
    }
    if (!way.isStanding()) {
      return;
    }
    desk.expire(now.nanos());
    roll.retry(way.line(), now.nanos());
    flush(now);
    if (renewal.deadline() <= now.nanos()) {
      renew(now);
    }
  }

  private void feelPulse(Moment now) {
    switch (pulse.feel(now.nanos())) {
      case PING -> hands.send(way.line(), writer.ping(ids.next()));
      case DEAD -> unfit(way.line(), new Trouble(ClientCode.SILENT, "No answer to a ping"), now);
      case WELL -> {
        // Nothing is due.
      }
    }
  }

  private void renew(Moment now) {
    if (renewal.isSleeping()) {
      fetch = way.nextNumber();
      renewal.fetching(now.nanos());
      hands.fetchToken(fetch);
    } else if (renewal.isFetching()) {
      noSuccessor(Way.tokenHangs(), now);
    } else {
      hands.error(new SluiceException(ClientCode.TIMEOUT, "A refresh was not answered"));
      renewal.sleep(now);
    }
  }

  /** What has become due in credit goes out, once for each channel. */
  @Override
  public void settle() {
    if (way.isStanding()) {
      roll.grant(way.line());
    }
  }
}
