package io.sluice.protocol.haip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.sluice.model.CloseReason;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the event loop of its line. One end of a HAIP conversation, in either role: what comes
 * becomes {@link HaipSteps}, what is to be sent becomes frames. See the package for its use.
 */
public final class HaipConversation {
  final HaipSetup setup;
  final HaipLimits limits;
  final HaipSteps steps;
  final Outbound out;
  final Inbound in;
  final Intake intake;

  /** A client's; a server has none. */
  final @Nullable Queues queues;

  final Dealing dealing;
  final Valve valve;
  private final Pulse pulse;
  private HaipPhase phase;
  private HaipKept kept;

  /** A server's needs none once it has adopted the peer. */
  private @Nullable Handshake handshake;

  /** Made for the first mistake. */
  private @Nullable ErrorBudget errors;

  /**
   * A server's end begins with the line; a client's when {@link #begin} is called.
   *
   * @param steps a client's must be {@link HaipClientSteps}
   */
  public HaipConversation(
      HaipSetup setup,
      HaipCodec codec,
      HaipLimits limits,
      HaipIds ids,
      HaipSteps steps,
      Moment now) {
    this.setup = setup;
    this.limits = limits;
    this.steps = steps;
    boolean client = setup.role() == HaipRole.CLIENT;
    kept = new HaipKept(client ? setup.session() : "", limits);
    out = new Outbound(setup, limits, ids, steps, kept);
    in = new Inbound(setup, codec, limits, this, out, kept);
    pulse = new Pulse(limits.heartbeat(), now);
    intake = new Intake(setup.role(), limits, steps, out, pulse, kept);
    queues = client ? new Queues(setup, limits, steps, out, kept) : null;
    valve = new Valve(setup.role(), limits, steps, out, intake, queues, kept, now);
    dealing = new Dealing(this, setup.role(), limits, steps, out, in, intake, valve, kept);
    phase = client ? HaipPhase.IDLE : HaipPhase.STRANGERS;
    handshake = new Handshake(this, now);
  }

  /** A text frame came, all of it, known to be UTF-8; neither kept nor moved. */
  public void text(ByteBuf message, Moment now) {
    pulse.heard(now);
    if (listens()) {
      in.text(message, now);
    } else {
      setAside(message, false, now);
    }
  }

  /** A binary frame came, all of it; neither kept nor moved. */
  public void binary(ByteBuf message, Moment now) {
    pulse.heard(now);
    if (listens()) {
      in.binary(ByteBufUtil.getBytes(message), now);
    } else {
      setAside(message, true, now);
    }
  }

  private boolean listens() {
    return phase == HaipPhase.STRANGERS || phase == HaipPhase.TALKING;
  }

  private void setAside(ByteBuf frame, boolean binary, Moment now) {
    if (handshake != null && phase == HaipPhase.DECIDING) {
      handshake.setAside(ByteBufUtil.getBytes(frame), binary, now);
    }
  }

  /** A sign of life came that is no message: a pong of the transport. */
  public void alive(Moment now) {
    pulse.heard(now);
  }

  HaipKept kept() {
    return kept;
  }

  boolean isTalking() {
    return phase == HaipPhase.TALKING;
  }

  /** Client: the line is open. Says HAI, and goes on in the session if there was one. */
  public void begin(Moment now) {
    if (setup.role() != HaipRole.CLIENT || phase != HaipPhase.IDLE || handshake == null) {
      throw new IllegalStateException("begins once for each line");
    }
    phase = HaipPhase.STRANGERS;
    pulse.heard(now);
    handshake.begin(now);
  }

  /** A HAI came from a stranger. */
  void greeted(HaipEnvelope envelope, @Nullable HaipFault fault, Moment now) {
    if (fault != null) {
      fail(fault, now);
    } else if (handshake != null) {
      handshake.greeted(envelope, now);
    }
  }

  /** Nothing is read until the server has decided who that is. */
  void decide(Moment now) {
    phase = HaipPhase.DECIDING;
    pulse.deafen(true, now);
    steps.stopReading();
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
    if (phase != HaipPhase.DECIDING || handshake == null) {
      throw new IllegalStateException("nobody has introduced himself");
    }
    handshake = handshake.adopt(session, before, now) ? null : handshake;
    return handshake == null;
  }

  /** From now on this is the session. */
  void use(HaipKept session) {
    kept = session;
    out.use(session);
    in.use(session);
    valve.use(session);
    dealing.use(session);
  }

  /** Both know each other. */
  void talk(Hai peer, Moment now) {
    phase = HaipPhase.TALKING;
    pulse.deafen(false, now);
    if (queues != null) {
      queues.use(kept, peer);
    }
    intake.use(kept, peer, now);
  }

  /** Server: answers {@link HaipSteps#hello} with an ERROR and closes. */
  public void turnAway(HaipFault why, Moment now) {
    fail(why, now);
    boolean ours = why.code() == HaipCode.SERVER_ERROR;
    end(ours ? CloseReason.TRY_LATER : CloseReason.POLICY, why.code().text());
  }

  /** A message's turn has come. */
  void deal(HaipEnvelope envelope, byte @Nullable [] binary, Moment now) {
    if (phase == HaipPhase.TALKING) {
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
    boolean keeps = out.peer() != null && kept.sent.keeps();
    intake.cut(now);
    kept.sequence.forget();
    if (handshake != null) {
      handshake.cut();
    }
    phase = setup.role() == HaipRole.CLIENT ? HaipPhase.IDLE : HaipPhase.CLOSED;
    if (queues != null) {
      queues.use(kept, null);
    }
    out.speakTo(null);
    return keeps ? kept : null;
  }

  /** Tells the peer of a fault; too many of them end the line. */
  public void fail(HaipFault fault, Moment now) {
    if (phase == HaipPhase.CLOSED || phase == HaipPhase.IDLE) {
      return;
    }
    errors = errors == null ? new ErrorBudget(limits, now) : errors;
    boolean spent = errors.isSpentBy(fault.code(), now);
    boolean told = errors.mayAnswer(now) || spent;
    if (told) {
      name();
      out.error(fault, now);
    }
    steps.failed(fault, told && out.accepts(HaipEvent.ERROR));
    if (spent || fault.code().isClosing()) {
      end(CloseReason.POLICY, fault.code().text());
    }
  }

  /** Whatever is said needs a session to be said in. */
  void name() {
    if (kept.session().isEmpty()) {
      use(new HaipKept(out.newId(), limits, kept));
    }
  }

  void end(CloseReason reason, String text) {
    if (phase != HaipPhase.CLOSED) {
      phase = HaipPhase.CLOSED;
      steps.close(new HaipEnd(reason, text));
    }
  }

  /** When {@link #tick} is to be called at the latest; {@link Long#MAX_VALUE} if never. */
  public long dueNanos() {
    return switch (phase) {
      case IDLE, CLOSED, DECIDING -> Long.MAX_VALUE;
      case STRANGERS -> handshake == null ? Long.MAX_VALUE : handshake.dueNanos();
      case TALKING ->
          Math.min(
              Math.min(Math.min(pulse.dueNanos(), in.dueNanos()), intake.dueNanos()),
              Math.min(valve.dueNanos(), queues == null ? Long.MAX_VALUE : queues.dueNanos()));
    };
  }

  /** Time has passed. */
  public void tick(Moment now) {
    if (phase == HaipPhase.STRANGERS && handshake != null) {
      handshake.tick(now);
    } else if (phase == HaipPhase.TALKING) {
      in.tick(now);
      intake.tick(now);
      valve.tick(now);
      if (queues != null) {
        queues.tick(now);
      }
      dealing.tick(now);
      beat(now);
    }
  }

  private void beat(Moment now) {
    Pulse.Beat beat = phase == HaipPhase.TALKING ? pulse.tick(now) : Pulse.Beat.NOTHING;
    if (beat == Pulse.Beat.PING) {
      out.ping(now);
    } else if (beat == Pulse.Beat.DEAD) {
      end(CloseReason.IDLE, CloseReason.IDLE.text());
    }
  }

  /** The grammar of publications to the peer. */
  public HaipGrammar grammar() {
    Hai peer = out.peer();
    return peer == null
        ? new HaipGrammar(false, false)
        : new HaipGrammar(peer.legacy(), setup.binaryFrames() && peer.binaryFrames());
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
    HaipChannel known = kept.channel(channel, limits.namedChannels());
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
    dealing.published(ticket, offset, now);
  }

  /** A message was not published: the peer is told, and its credit comes back. */
  public void refused(long ticket, HaipFault why, Moment now) {
    dealing.refused(ticket, why, now);
  }

  /** A message is handled; it need not have been published. */
  public void handled(long ticket, Moment now) {
    dealing.handled(ticket, now);
  }

  /** All published messages of a channel as far as there are handled. */
  public void handledThrough(String channel, long offset, Moment now) {
    dealing.handledThrough(channel, offset, now);
  }

  /** Publications of a channel were lost to the peer: it is told. */
  public void gap(String channel, long first, long last, Moment now) {
    dealing.gap(channel, first, last, now);
  }

  /** Client: sends a message, now or when it may. */
  public HaipOutgoing.Fate send(HaipOutgoing message, Moment now) {
    HaipOutgoing.Fate fate = Queues.of(queues).send(message, now);
    intake.watchReading(now);
    return fate;
  }

  /**
   * Client: sends a message and its end, or neither.
   *
   * @return what became of the end; of the message, if the peer takes no end
   */
  public HaipOutgoing.Fate send(HaipOutgoing message, HaipOutgoing end, Moment now) {
    HaipOutgoing.Fate fate = Queues.of(queues).send(message, end, now);
    intake.watchReading(now);
    return fate;
  }

  /**
   * Client: takes back what waits on a channel, if the first of it still does.
   *
   * @param first without which the others have begun to go
   * @param all which of them
   * @return what was taken back and never goes
   */
  public List<HaipOutgoing> withdraw(
      String channel, Predicate<HaipOutgoing> first, Predicate<HaipOutgoing> all, Moment now) {
    List<HaipOutgoing> taken = Queues.of(queues).withdraw(channel, first, all, now);
    intake.watchReading(now);
    return taken;
  }

  /** Wants nothing more on a channel; of a client, nothing is sent on it either. */
  public void pause(String name, Moment now) {
    if (phase != HaipPhase.CLOSED) {
      valve.wish(name, true, now);
    }
  }

  /** Takes that back. */
  public void resume(String name, Moment now) {
    if (phase != HaipPhase.CLOSED) {
      valve.wish(name, false, now);
    }
  }

  /** How every channel stands that was used. */
  public List<HaipMetrics> metrics() {
    return kept.metrics();
  }
}
