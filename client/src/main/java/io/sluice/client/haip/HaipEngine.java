package io.sluice.client.haip;

import io.netty.buffer.Unpooled;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.client.line.Machine;
import io.sluice.client.line.Trouble;
import io.sluice.client.line.Way;
import io.sluice.model.ClientCode;
import io.sluice.model.CloseReason;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.haip.HaipClientSteps;
import io.sluice.protocol.haip.HaipCodec;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipDialect;
import io.sluice.protocol.haip.HaipEnd;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipHello;
import io.sluice.protocol.haip.HaipIds;
import io.sluice.protocol.haip.HaipOutgoing;
import io.sluice.protocol.haip.HaipReplay;
import io.sluice.protocol.haip.HaipRole;
import io.sluice.protocol.haip.HaipSetup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its turnstile, which lets in one event at a time. Joins the conversation, which says what
 * is sent when, to the way to the server: a line that opens is introduced to, one that is lost is
 * replaced and the session goes on. No socket, no thread, no clock.
 */
final class HaipEngine implements Machine, Way.Walker, HaipClientSteps {
  private static final Limits.Json JSON =
      new Limits.Json(512, Integer.MAX_VALUE, Integer.MAX_VALUE, 8);

  private final HaipHands hands;
  private final HaipOptions options;
  private final HaipConversation talk;
  private final Way way;
  private final List<CompletableFuture<HaipSession>> connecting = new ArrayList<>();

  private final HaipOutbox outbox;
  private final HaipQuestions questions;

  private ClientState state = ClientState.IDLE;
  private Moment now = new Moment(0, 0);
  private @Nullable HaipSession session;
  private @Nullable Trouble end;
  private boolean met;
  private boolean changed;

  HaipEngine(HaipOptions options, HaipIds ids, HaipHands hands, RandomGenerator random) {
    this.hands = hands;
    this.options = options;
    String proposed = options.session().isEmpty() ? ids.next() : options.session();
    HaipSetup setup =
        new HaipSetup(
            HaipRole.CLIENT,
            proposed,
            dialect(options.flow()),
            options.client().maxPublishBytes(),
            options.queueMessages(),
            options.queueBytes(),
            true,
            options.creditThreshold(),
            null);
    this.talk = new HaipConversation(setup, new HaipCodec(JSON), options.haip(), ids, this, now);
    this.questions =
        new HaipQuestions(
            hands, options.client().requestTimeout().toNanos(), options.client().inFlight());
    this.way = new Way(options.client().pace(), this, random);
    this.outbox = new HaipOutbox(hands, options, talk, way);
  }

  private static HaipDialect dialect(HaipOptions.Flow flow) {
    return switch (flow) {
      case AUTO, OFFICIAL -> HaipDialect.OFFICIAL;
      case SEED -> HaipDialect.SEED;
      case NONE -> HaipDialect.NONE;
    };
  }

  ClientState state() {
    return state;
  }

  // What the program asks for.

  /** Connects, if that is not under way; what waits for its time is tried at once. */
  void connect(CompletableFuture<HaipSession> future, Moment moment) {
    Trouble trouble = way.trouble();
    HaipSession standing = session;
    if (trouble != null) {
      hands.fail(future, new SluiceException(trouble));
    } else if (standing != null) {
      hands.complete(future, standing);
    } else {
      connecting.add(future);
      way.attempt(moment);
    }
  }

  /** Ends it all. */
  void close() {
    if (state != ClientState.CLOSED && way.line() != Way.NONE) {
      hands.close();
    }
    way.close();
  }

  /** Sends a message, now or when it may. */
  void send(HaipOutgoing message, HaipSend send, Moment moment) {
    send(message, null, send, moment);
  }

  /** Asks about tools, now or when it may. */
  void ask(
      String id,
      HaipOutgoing message,
      String tool,
      HaipSend send,
      CompletableFuture<String> answer,
      Moment moment) {
    if (questions.ask(id, message.type(), tool, answer, moment)) {
      send(message, null, send, moment);
    }
  }

  /**
   * Sends a message and its end, or neither.
   *
   * @param end null: it needs none
   */
  void send(HaipOutgoing message, @Nullable HaipOutgoing end, HaipSend send, Moment moment) {
    Trouble trouble = way.trouble();
    if (trouble != null) {
      send.failed(hands, new SluiceException(trouble));
      return;
    }
    enter(moment);
    changed |= outbox.send(message, end, send, moment);
    leave();
  }

  /** Wants nothing more on a channel, and sends nothing on it. */
  void pause(String channel, Moment moment) {
    enter(moment);
    talk.pause(channel, moment);
    changed = true;
    leave();
  }

  /** Takes that back. */
  void resume(String channel, Moment moment) {
    enter(moment);
    talk.resume(channel, moment);
    changed = true;
    leave();
  }

  /** The program has handled a message. */
  void handled(long ticket, Moment moment) {
    enter(moment);
    talk.handled(ticket, moment);
    changed = true;
    leave();
  }

  // What the world reports.

  @Override
  public void token(long number, @Nullable String token, Moment moment) {
    enter(moment);
    way.token(number, token, moment);
    leave();
  }

  @Override
  public void tokenFailed(long number, @Nullable Throwable cause, Moment moment) {
    way.tokenFailed(number, cause, moment);
  }

  @Override
  public void received(long number, byte[] message, Moment moment) {
    if (number == way.line()) {
      enter(moment);
      talk.text(Unpooled.wrappedBuffer(message), moment);
      changed = true;
      leave();
    }
  }

  @Override
  public void receivedBinary(long number, byte[] message, Moment moment) {
    if (number == way.line()) {
      enter(moment);
      talk.binary(Unpooled.wrappedBuffer(message), moment);
      changed = true;
      leave();
    }
  }

  @Override
  public void heard(long number, Moment moment) {
    if (number == way.line()) {
      talk.alive(moment);
    }
  }

  @Override
  public void writable(long number, Moment moment) {
    // What is sent is bounded by credit.
  }

  @Override
  public void refused(long number, int status, String code, long wait, Moment moment) {
    enter(moment);
    way.refused(number, status, code, wait, moment);
  }

  @Override
  public void unopened(long number, @Nullable Throwable cause, Moment moment) {
    enter(moment);
    way.unopened(number, cause, moment);
  }

  @Override
  public void broken(long number, int code, String reason, Moment moment) {
    enter(moment);
    way.broken(number, code, reason, moment);
  }

  @Override
  public void unfit(long number, Trouble why, Moment moment) {
    enter(moment);
    way.unfit(number, why, moment);
  }

  // The way.

  private void enter(Moment moment) {
    now = moment;
  }

  /**
   * The conversation wanted its line closed: done now that it is not in the middle of something.
   */
  private void leave() {
    Trouble why = end;
    end = null;
    if (why != null) {
      way.unfit(way.line(), why, now);
    }
  }

  @Override
  public void fetchToken(long fetch) {
    hands.fetchToken(fetch);
  }

  @Override
  public void open(long line, String token) {
    hands.open(line, token);
    talk.begin(now);
  }

  @Override
  public void drop(long line) {
    hands.drop();
  }

  @Override
  public void lost(Trouble why, Moment moment) {
    // The conversation hears of it when nothing of the line counts any more.
  }

  @Override
  public void forget() {
    session = null;
    end = null;
    talk.cut(now);
    changed = true;
  }

  @Override
  public void trouble(Trouble trouble) {
    hands.error(new SluiceException(trouble));
  }

  @Override
  public void became(Way.Phase phase) {
    become(ClientState.of(phase));
  }

  private void become(ClientState next) {
    if (state != next) {
      state = next;
      hands.state(next);
    }
  }

  @Override
  public void rested(Way.End why, @Nullable Trouble trouble, Trouble told) {
    become(ClientState.of(why));
    SluiceException error = new SluiceException(told);
    connecting.forEach(future -> hands.fail(future, error));
    connecting.clear();
    outbox.lost(error);
    questions.lost(error);
  }

  @Override
  public boolean isClosed() {
    return state == ClientState.CLOSED;
  }

  // What the conversation wants.

  @Override
  public void say(byte[] text) {
    hands.send(text);
  }

  @Override
  public void sayBinary(byte[] bytes) {
    hands.sendBinary(bytes);
  }

  @Override
  public void ping() {
    hands.ping();
  }

  @Override
  public void hello(HaipHello hello) {
    String id = hello.session();
    if (options.flow() == HaipOptions.Flow.OFFICIAL && hello.dialect() != HaipDialect.OFFICIAL) {
      end = new Trouble(ClientCode.BAD_MESSAGE, "The server does not speak the official grammar");
      return;
    }
    if (met && !hello.resumes()) {
      questions.lost(
          HaipOutbox.refusal(ClientCode.LOST.text(), "The session is lost, another has begun"));
    }
    met = true;
    HaipSession standing = new HaipSession(id == null ? "" : id, hello.dialect(), hello.resumes());
    session = standing;
    way.stand(now);
    hands.session(standing);
    connecting.forEach(future -> hands.complete(future, standing));
    connecting.clear();
  }

  @Override
  public void message(long ticket, String channel, HaipEvent type, byte[] canonical) {
    String json = new String(canonical, StandardCharsets.UTF_8);
    HaipMessage message = new HaipMessage(channel, type, json);
    questions.told(message);
    hands.message(ticket, message);
  }

  @Override
  public void auth(long ticket, String auth) {
    // Servers prove who they are by their certificate.
  }

  @Override
  public void grant(String channel, long messages, long units) {
    // The conversation keeps the account.
  }

  @Override
  public void pause(String channel) {
    hands.paused(channel, true);
  }

  @Override
  public void resume(String channel) {
    hands.paused(channel, false);
  }

  @Override
  public void replay(List<HaipReplay> again) {
    throw new IllegalStateException("a client's conversation says it again by itself");
  }

  @Override
  public void error(HaipFault fault) {
    SluiceException why = HaipOutbox.refusal(fault);
    if (!questions.refused(fault.relatedId(), why)) {
      hands.error(why);
    }
  }

  @Override
  public void stopReading() {
    hands.read(false);
  }

  @Override
  public void readOn() {
    hands.read(true);
  }

  @Override
  public void sent(HaipOutgoing message) {
    outbox.sent(message);
  }

  @Override
  public void dropped(HaipOutgoing message, HaipFault why) {
    outbox.dropped(message, why);
  }

  @Override
  public void outrun(HaipOutgoing message) {
    outbox.outrun(message);
  }

  @Override
  public void changed(String channel) {
    changed = true;
  }

  @Override
  public void close(HaipEnd why) {
    boolean silent = why.reason() == CloseReason.IDLE;
    end =
        silent
            ? new Trouble(ClientCode.SILENT, "The server gave no sign of life")
            : new Trouble(ClientCode.BAD_MESSAGE, "The conversation ended: " + why.text());
  }

  // Time.

  @Override
  public void settle() {
    if (changed) {
      changed = false;
      hands.channels(talk.metrics());
    }
  }

  @Override
  public long deadline() {
    return Math.min(questions.dueNanos(), Math.min(way.dueNanos(), talk.dueNanos()));
  }

  @Override
  public void tick(Moment moment) {
    enter(moment);
    questions.tick(moment);
    way.tick(moment);
    if (talk.dueNanos() <= moment.nanos()) {
      talk.tick(moment);
      leave();
    }
  }
}
