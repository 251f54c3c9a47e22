package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sluice.model.CloseReason;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the event loop of its line. One end of a HAIP conversation, in either role: what comes
 * becomes {@link HaipSteps}, what is to be sent becomes frames. See the package for its use.
 */
public final class HaipConversation {
  private enum Phase {
    /** A client's that has not begun, or whose line is cut. */
    IDLE,
    /** The peer has not introduced itself. */
    STRANGERS,
    /** The server has not answered its HAI. */
    DECIDING,
    TALKING,
    CLOSED
  }

  private final HaipSetup setup;
  private final HaipLimits limits;
  private final HaipIds ids;
  private final HaipSteps steps;
  private final Outbound out;
  private final Inbound in;
  private final Pulse pulse;
  private final ErrorBudget errors;
  private final Intake intake;
  private final Queues queues;
  private final Valve valve;
  private final Dealing dealing;
  private Phase phase;
  private HaipKept kept;
  private @Nullable HaipHello hello;
  private @Nullable Backlog backlog;
  private boolean greeted;
  private boolean met;
  private boolean numbered;
  private long greetingSeq;
  private long deadline;

  /** A server's end begins with the line; a client's when {@link #begin} is called. */
  public HaipConversation(
      HaipSetup setup,
      HaipCodec codec,
      HaipLimits limits,
      HaipIds ids,
      HaipSteps steps,
      Moment now) {
    this.setup = setup;
    this.limits = limits;
    this.ids = ids;
    this.steps = steps;
    boolean client = setup.role() == HaipRole.CLIENT;
    kept = new HaipKept(client ? setup.session() : "", limits);
    out = new Outbound(ids, steps, kept);
    in = new Inbound(setup, codec, limits, this, out, kept);
    pulse = new Pulse(limits.heartbeat(), now);
    errors = new ErrorBudget(limits, now);
    intake = new Intake(setup.role(), limits, steps, out, pulse, kept);
    queues = new Queues(setup, limits, steps, out, kept);
    valve = new Valve(setup.role(), limits, steps, out, intake, queues, kept, now);
    dealing = new Dealing(this, setup.role(), limits, steps, out, in, intake, valve, kept);
    phase = client ? Phase.IDLE : Phase.STRANGERS;
    deadline = now.nanos() + limits.hello().toNanos();
  }

  /** A text frame came, all of it, known to be UTF-8; neither kept nor moved. */
  public void text(ByteBuf message, Moment now) {
    pulse.heard(now);
    switch (phase) {
      case STRANGERS, TALKING -> in.text(message, now);
      case DECIDING -> setAside(ByteBufUtil.getBytes(message), false, now);
      case IDLE, CLOSED -> {
        // Nobody listens.
      }
    }
  }

  /** A binary frame came, all of it; neither kept nor moved. */
  public void binary(ByteBuf message, Moment now) {
    pulse.heard(now);
    switch (phase) {
      case STRANGERS, TALKING -> in.binary(ByteBufUtil.getBytes(message), now);
      case DECIDING -> setAside(ByteBufUtil.getBytes(message), true, now);
      case IDLE, CLOSED -> {
        // Nobody listens.
      }
    }
  }

  private void setAside(byte[] frame, boolean binary, Moment now) {
    if (backlog == null) {
      backlog = in.newBacklog();
    }
    if (!backlog.add(frame, binary)) {
      fail(new HaipFault(HaipCode.BUSY, "Too much came before HAI was answered."), now);
      end(CloseReason.POLICY, "too much before HAI was answered");
    }
  }

  /** A sign of life came that is no message: a pong of the transport. */
  public void alive(Moment now) {
    pulse.heard(now);
  }

  boolean isTalking() {
    return phase == Phase.TALKING;
  }

  /** Client: the line is open. Says HAI, and goes on in the session if there was one. */
  public void begin(Moment now) {
    if (setup.role() != HaipRole.CLIENT || phase != Phase.IDLE) {
      throw new IllegalStateException("begins once for each line");
    }
    phase = Phase.STRANGERS;
    deadline = now.nanos() + limits.heartbeat().answer().toNanos();
    pulse.heard(now);
    greet(null, met, now);
  }

  private void greet(@Nullable Hai peer, boolean resumes, Moment now) {
    greeted = true;
    boolean names = resumes && kept.sequence.isTracked();
    String payload = HaiWriter.write(setup, limits, peer, names, kept.sequence.received());
    out.say(HaipEvent.HAI, payload, now);
  }

  /** A HAI came from a stranger. */
  void greeted(HaipEnvelope envelope, @Nullable HaipFault fault, Moment now) {
    if (fault != null) {
      fail(fault, now);
      return;
    }
    Hai peer = HaiReader.read(envelope.bytes(), envelope.from(HaipMember.PAYLOAD));
    if (!peer.majors().contains(Hai.MAJOR)) {
      String detail = "{\"supported_versions\":[\"" + Hai.VERSION + "\"]}";
      fail(
          new HaipFault(
              HaipCode.VERSION_INCOMPATIBLE, "No MAJOR in common.", envelope.id(), detail),
          now);
      return;
    }
    String session = envelope.text(HaipMember.SESSION);
    if (session != null && !isSession(session)) {
      session = null;
    }
    numbered = envelope.isNumbered() && !envelope.isWordNull(HaipMember.SESSION);
    greetingSeq = envelope.seq();
    if (setup.role() == HaipRole.SERVER) {
      meet(peer, session, now);
    } else {
      join(peer, session == null ? kept.session() : session, now);
    }
  }

  private static boolean isSession(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return bytes.length == 36 && HaipEnvelope.isUuid(bytes, 0);
  }

  private void meet(Hai peer, @Nullable String session, Moment now) {
    boolean keeps = peer.accepts(HaipEvent.REPLAY_REQUEST) || peer.resumes();
    HaipHello said =
        new HaipHello(
            greeted ? kept.session() : session,
            peer,
            setup.dialect() == HaipDialect.NONE ? HaipDialect.NONE : peer.dialect(),
            peer.resumes() && session != null && !greeted,
            peer.lastReceived(),
            keeps,
            peer.auth());
    hello = said;
    phase = Phase.DECIDING;
    pulse.deafen(true, now);
    steps.stopReading();
    steps.hello(said);
  }

  /**
   * Server: answers {@link HaipSteps#hello}. The peer is who it says, and this is its session.
   *
   * @param session what it is called from now on; the name in the peer's HAI stays an alias
   * @param before what {@link #cut} gave for that session; null if it begins, although the peer may
   *     want to resume: it is told RESUME_FAILED
   * @return false if what the peer wants again is not kept any more: nothing was done, and another
   *     session must be given, without anything kept
   */
  public boolean adopt(String session, @Nullable HaipKept before, Moment now) {
    HaipHello said = hello;
    if (phase != Phase.DECIDING || said == null) {
      throw new IllegalStateException("nobody has introduced himself");
    }
    boolean resumes = before != null && said.resumes();
    if (before != null && resumes && !canResume(before, said)) {
      return false;
    }
    use(before != null && resumes ? before : new HaipKept(session, limits, kept));
    met = true;
    kept.dialect = said.dialect();
    kept.sent.keep(said.keeps());
    order(said, resumes, now);
    out.speakTo(said.peer());
    long last = kept.sent.next() - 1;
    if (!greeted) {
      greet(said.peer(), resumes, now);
    }
    steps.readOn();
    talk(said.peer(), now);
    if (resumes) {
      intake.handledBefore(now);
      pausedBefore();
      kept.sent.acknowledged(said.lastReceived());
      resend(said.lastReceived() + 1, last, now);
    } else if (said.peer().resumes()) {
      fail(new HaipFault(HaipCode.RESUME_FAILED, "The session is not kept: this one is new."), now);
    }
    catchUp(now);
    return true;
  }

  /** What the peer wished before the line was cut, it still does. */
  private void pausedBefore() {
    for (HaipChannel channel : kept.channels()) {
      if (channel.pausedByPeer) {
        steps.pause(channel.name);
      }
    }
  }

  private boolean canResume(HaipKept before, HaipHello said) {
    return before.dialect == said.dialect()
        && before.sent.wasSent(said.lastReceived())
        && Long.compareUnsigned(before.sent.oldest(), said.lastReceived() + 1) <= 0;
  }

  /** Begins the order of what comes, or goes on with it. */
  private void order(HaipHello said, boolean resumes, Moment now) {
    boolean asks = said.peer().accepts(HaipEvent.REPLAY_REQUEST);
    if (resumes) {
      kept.sequence.goOn(numbered, greetingSeq, asks);
      kept.sequence.expectMissing(now);
    } else {
      kept.sequence.begin(numbered, greetingSeq, asks);
    }
  }

  private void use(HaipKept session) {
    kept = session;
    out.use(session);
    in.use(session);
    valve.use(session);
    dealing.use(session);
  }

  private void talk(Hai peer, Moment now) {
    phase = Phase.TALKING;
    pulse.deafen(false, now);
    queues.use(kept, peer);
    intake.use(kept, peer, now);
  }

  /** Deals with what came while nobody had decided. */
  private void catchUp(Moment now) {
    Backlog waiting = backlog;
    backlog = null;
    Backlog.Frame next = waiting == null ? null : waiting.take();
    while (waiting != null && next != null && phase == Phase.TALKING) {
      if (next.binary()) {
        in.binary(next.bytes(), now);
      } else {
        in.text(next.bytes(), now);
      }
      next = waiting.take();
    }
  }

  /** The client's end of it. */
  private void join(Hai peer, String session, Moment now) {
    boolean known = met && session.equals(kept.session());
    boolean resumes = known && (peer.resumes() || isBehind());
    if (!resumes) {
      kept.sent.acknowledged(kept.sent.next() - 1);
      List<HaipChannel> before = kept.channels();
      use(new HaipKept(session, limits, kept));
      before.forEach(this::carryOver);
      kept.dialect = setup.dialect() == HaipDialect.NONE ? HaipDialect.NONE : dialect(peer);
    }
    boolean keeps = peer.accepts(HaipEvent.REPLAY_REQUEST) || peer.resumes();
    HaipHello said =
        new HaipHello(
            session, peer, kept.dialect, resumes, peer.lastReceived(), keeps, peer.auth());
    kept.sent.keep(keeps);
    met = true;
    order(said, resumes, now);
    out.speakTo(peer);
    talk(peer, now);
    if (resumes && peer.resumes()) {
      resend(peer.lastReceived() + 1, kept.sent.next() - 2, now);
    }
    steps.hello(said);
    wishAgain(resumes, now);
    queues.drain(now);
  }

  /** What was wished for in a session that is gone is wished for in the new one. */
  private void wishAgain(boolean resumes, Moment now) {
    for (HaipChannel channel : kept.channels()) {
      if (channel.pausedByWish && !resumes) {
        wish(HaipEvent.PAUSE_CHANNEL, channel, now);
      }
    }
  }

  /** A server that does not say what it has goes on, if it goes on counting. */
  private boolean isBehind() {
    return numbered && Long.compareUnsigned(greetingSeq, kept.sequence.received()) > 0;
  }

  private HaipDialect dialect(Hai peer) {
    HaipDialect theirs = peer.dialect();
    return setup.dialect() == HaipDialect.SEED && peer.seed() != null ? HaipDialect.SEED : theirs;
  }

  /** What waits goes into the new session. */
  private void carryOver(HaipChannel before) {
    HaipChannel channel = kept.channel(before.name, limits.namedChannels());
    if (channel != null) {
      channel.carryOver(before);
    }
  }

  /** Says something again; the server's data frames the endpoint does. */
  void resend(long from, long to, Moment now) {
    dealing.resend(from, to, now);
  }

  /** Server: answers {@link HaipSteps#hello} with an ERROR and closes. */
  public void turnAway(HaipFault why, Moment now) {
    fail(why, now);
    end(CloseReason.POLICY, why.code().text());
  }

  /** Something else came before HAI. */
  void spokenBeforeHai(HaipEnvelope envelope, @Nullable HaipFault fault, Moment now) {
    HaipFault early =
        new HaipFault(
            HaipCode.PROTOCOL_VIOLATION,
            "HAI comes first.",
            envelope.idIfGood(),
            "{\"reason\":\"NOT_HAI\"}");
    fail(fault == null ? early : fault, now);
  }

  /** A message's turn has come. */
  void deal(HaipEnvelope envelope, byte @Nullable [] binary, Moment now) {
    if (phase == Phase.TALKING) {
      dealing.deal(envelope, binary, now);
    }
  }

  /**
   * The line is gone, or is taken over by another. Nothing may be called behind it, but for a
   * client's {@link #begin}, {@link #send}, {@link #pause}, {@link #resume} and metrics.
   *
   * @return what to keep of the session; null if the peer could not come back for it
   */
  public @Nullable HaipKept cut(Moment now) {
    boolean keeps = hello != null && hello.keeps() && met;
    kept.sequence.forget();
    greeted = false;
    backlog = null;
    phase = setup.role() == HaipRole.CLIENT ? Phase.IDLE : Phase.CLOSED;
    queues.use(kept, null);
    out.speakTo(null);
    return keeps ? kept : null;
  }

  private boolean isEstablished() {
    return !kept.session().isEmpty();
  }

  /** Tells the peer of a fault; too many of them end the line. */
  public void fail(HaipFault fault, Moment now) {
    if (phase == Phase.CLOSED || phase == Phase.IDLE) {
      return;
    }
    boolean spent = errors.isSpentBy(fault.code(), now);
    if (errors.mayAnswer(now) || spent) {
      name();
      out.error(fault, now);
    }
    if (spent || fault.code().isClosing()) {
      end(CloseReason.POLICY, fault.code().text());
    }
  }

  /** Whatever is said needs a session to be said in. */
  private void name() {
    if (!isEstablished()) {
      use(new HaipKept(ids.next(), limits, kept));
    }
  }

  private void end(CloseReason reason, String text) {
    if (phase != Phase.CLOSED) {
      phase = Phase.CLOSED;
      steps.close(new HaipEnd(reason, text));
    }
  }

  /** When {@link #tick} is to be called at the latest; {@link Long#MAX_VALUE} if never. */
  public long dueNanos() {
    return switch (phase) {
      case IDLE, CLOSED, DECIDING -> Long.MAX_VALUE;
      case STRANGERS -> deadline;
      case TALKING ->
          Math.min(
              Math.min(Math.min(pulse.dueNanos(), in.dueNanos()), intake.dueNanos()),
              Math.min(Math.min(valve.dueNanos(), queues.dueNanos()), dealing.dueNanos()));
    };
  }

  /** Time has passed. */
  public void tick(Moment now) {
    if (phase == Phase.STRANGERS && deadline <= now.nanos()) {
      overdue(now);
    }
    if (phase == Phase.TALKING) {
      in.tick(now);
      intake.tick(now);
      valve.tick(now);
      queues.tick(now);
      dealing.tick(now);
      beat(now);
    }
  }

  /** The peer says nothing: so the server speaks first, and then waits a little longer. */
  private void overdue(Moment now) {
    if (setup.role() == HaipRole.SERVER && !greeted) {
      name();
      greet(null, false, now);
      deadline = now.nanos() + limits.heartbeat().answer().toNanos();
    } else {
      String detail = "{\"reason\":\"NOT_HAI\"}";
      fail(new HaipFault(HaipCode.PROTOCOL_VIOLATION, "HAI did not come.", null, detail), now);
      end(CloseReason.POLICY, "HAI did not come");
    }
  }

  private void beat(Moment now) {
    if (phase != Phase.TALKING) {
      return;
    }
    switch (pulse.tick(now)) {
      case NOTHING -> {
        // It lives.
      }
      case PING -> {
        if (out.accepts(HaipEvent.PING)) {
          out.say(HaipEvent.PING, "{\"nonce\":\"" + ids.next() + "\"}", now);
        } else {
          steps.ping();
        }
      }
      case DEAD -> end(CloseReason.IDLE, CloseReason.IDLE.text());
    }
  }

  /** The grammar of publications to the peer. */
  public HaipGrammar grammar() {
    HaipHello said = hello;
    return said == null
        ? new HaipGrammar(false, false)
        : new HaipGrammar(said.peer().legacy(), setup.binaryFrames() && said.peer().binaryFrames());
  }

  /** The dialect of flow control. */
  public HaipDialect dialect() {
    return kept.dialect;
  }

  /** The session's name; empty before there is one. */
  public String session() {
    return kept.session();
  }

  /** Whether the peer takes messages of this type. */
  public boolean accepts(HaipEvent event) {
    return out.accepts(event);
  }

  /** How many bytes {@link #head} will write next. */
  public int headSize(String channel) {
    return out.headSize(channel);
  }

  /** Server: writes the head of the next publication, and gives it the next number. */
  public int head(byte[] into, int at, String channel) {
    return out.head(into, at, channel);
  }

  /** Server: what got the oldest head that was not answered for is on its way. */
  public void sent(String channel, long offset) {
    kept.sent.published(channel, offset);
    HaipChannel known = kept.find(channel);
    if (known != null) {
      known.sent++;
    }
  }

  /** Server: what got the newest heads was not written; their numbers are given again. */
  public void unsent(int frames) {
    kept.sent.unsent(frames);
  }

  /** How many bytes {@link #headAgain} will write. */
  public int headAgainSize(String channel, long seq) {
    return out.headSize(channel, seq);
  }

  /** Server: writes the head of a publication again that {@link HaipSteps#replay} asked for. */
  public int headAgain(byte[] into, int at, String channel, long seq) {
    return out.head(into, at, channel, seq);
  }

  /** Server: all that {@link HaipSteps#replay} asked for is on its way. */
  public void replayed(Moment now) {
    dealing.replayed(now);
  }

  /** A message was published, there. */
  public void published(long ticket, long offset, Moment now) {
    HaipChannel channel = intake.channel(ticket);
    if (channel != null) {
      intake.published(channel, ticket, offset, now);
    }
  }

  /** A message was not published: the peer is told, and its credit comes back. */
  public void refused(long ticket, HaipFault why, Moment now) {
    HaipChannel channel = intake.channel(ticket);
    if (channel != null) {
      byte[] text = intake.text(channel, ticket);
      intake.handled(channel, ticket, now);
      fail(why.about(text == null ? null : HaipText.id(text)), now);
    }
  }

  /** A message is handled; it need not have been published. */
  public void handled(long ticket, Moment now) {
    HaipChannel channel = intake.channel(ticket);
    if (channel != null) {
      intake.handled(channel, ticket, now);
    }
  }

  /** All published messages of a channel as far as there are handled. */
  public void handledThrough(String channel, long offset, Moment now) {
    HaipChannel known = kept.find(channel);
    if (known != null) {
      intake.handledThrough(known, offset, now);
    }
  }

  /** Publications of a channel were lost to the peer: it is told. */
  public void gap(String channel, long first, long last, Moment now) {
    String detail =
        "{\"channel\":\"" + channel + "\",\"first\":" + first + ",\"last\":" + last + "}";
    fail(
        new HaipFault(HaipCode.REPLAY_TOO_OLD, "Messages of this channel were lost.", null, detail),
        now);
  }

  /** Client: sends a message, now or when it may. */
  public HaipOutgoing.Fate send(HaipOutgoing message, Moment now) {
    HaipOutgoing.Fate fate = queues.send(message, now);
    intake.watchReading(now);
    return fate;
  }

  /** Wants nothing more on a channel; of a client, nothing is sent on it either. */
  public void pause(String name, Moment now) {
    HaipChannel channel = openForWish(name);
    if (channel != null && !channel.pausedByWish) {
      channel.pausedByWish = true;
      if (channel.send != null) {
        channel.send.pauseHere();
      }
      wish(HaipEvent.PAUSE_CHANNEL, channel, now);
    }
  }

  /** Takes that back. */
  public void resume(String name, Moment now) {
    HaipChannel channel = openForWish(name);
    if (channel != null && channel.pausedByWish) {
      channel.pausedByWish = false;
      if (!intake.isWaiting(channel)) {
        wish(HaipEvent.RESUME_CHANNEL, channel, now);
      }
      if (channel.send != null) {
        channel.send.resumeHere();
        queues.drain(channel, now);
      }
    }
  }

  private @Nullable HaipChannel openForWish(String name) {
    return name.equals(HaipChannels.SYSTEM) || !HaipChannels.isName(name)
        ? null
        : kept.channel(name, limits.namedChannels());
  }

  private void wish(HaipEvent type, HaipChannel channel, Moment now) {
    if (phase == Phase.TALKING) {
      boolean server = setup.role() == HaipRole.SERVER;
      intake.toggle(type, channel, server ? Intake.BY_SERVER : Intake.BY_WISH, now);
    }
  }

  /** How every channel stands that was used. */
  public List<HaipMetrics> metrics() {
    return kept.channels().stream().map(HaipChannel::metrics).toList();
  }
}
