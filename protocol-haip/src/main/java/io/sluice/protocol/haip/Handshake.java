package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. How both ends come to know each other, and which session they are in. A
 * server's is over with {@link #adopt}; a client's has one for all its lines.
 */
final class Handshake {
  private final HaipConversation conversation;
  private @Nullable HaipHello hello;
  private @Nullable Backlog backlog;
  private boolean greeted;
  private boolean met;
  private boolean numbered;
  private long greetingSeq;
  private long deadline;

  Handshake(HaipConversation conversation, Moment now) {
    this.conversation = conversation;
    deadline = now.nanos() + conversation.limits.hello().toNanos();
  }

  private HaipKept kept() {
    return conversation.kept();
  }

  /** Client: the line is open. Says HAI, and goes on in the session if there was one. */
  void begin(Moment now) {
    deadline = now.nanos() + conversation.limits.heartbeat().answer().toNanos();
    greet(null, met, now);
  }

  private void greet(@Nullable Hai peer, boolean resumes, Moment now) {
    greeted = true;
    conversation.out.greet(peer, resumes && kept().sequence.isTracked(), now);
  }

  /** A HAI came from a stranger, and nothing is wrong with it as a message. */
  void greeted(HaipEnvelope envelope, Moment now) {
    Hai peer = HaiReader.read(envelope.bytes(), envelope.from(HaipMember.PAYLOAD));
    if (!peer.majors().contains(Hai.MAJOR)) {
      String detail = "{\"supported_versions\":[\"" + Hai.VERSION + "\"]}";
      conversation.fail(
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
    if (conversation.setup.role() == HaipRole.SERVER) {
      meet(peer, session, now);
    } else {
      join(peer, session == null ? kept().session() : session, now);
    }
  }

  private static boolean isSession(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return bytes.length == 36 && HaipEnvelope.isUuid(bytes, 0);
  }

  private static boolean keeps(Hai peer) {
    return peer.accepts(HaipEvent.REPLAY_REQUEST) || peer.resumes();
  }

  // A server's

  private void meet(Hai peer, @Nullable String session, Moment now) {
    HaipDialect ours = conversation.setup.dialect();
    HaipHello said =
        new HaipHello(
            greeted ? kept().session() : session,
            peer,
            ours == HaipDialect.NONE ? HaipDialect.NONE : peer.dialect(),
            peer.resumes() && session != null && !greeted,
            peer.lastReceived(),
            keeps(peer),
            peer.auth());
    hello = said;
    conversation.decide(now);
    conversation.steps.hello(said);
  }

  /** Keeps what came while the server makes up its mind. */
  void setAside(byte[] frame, boolean binary, Moment now) {
    if (backlog == null) {
      backlog = conversation.in.newBacklog();
    }
    if (!backlog.add(frame, binary)) {
      conversation.fail(
          new HaipFault(HaipCode.BUSY, "Too much came before HAI was answered."), now);
      conversation.end(CloseReason.POLICY, "too much before HAI was answered");
    }
  }

  /** The peer is who it says, and this is its session; see {@link HaipConversation#adopt}. */
  boolean adopt(String session, @Nullable HaipKept before, Moment now) {
    HaipHello said = hello;
    if (said == null) {
      throw new IllegalStateException("nobody has introduced himself");
    }
    boolean resumes = before != null && said.resumes();
    if (before != null && resumes && !canResume(before, said)) {
      return false;
    }
    conversation.use(
        before != null && resumes ? before : new HaipKept(session, conversation.limits, kept()));
    kept().dialect = said.dialect();
    kept().sent.keep(said.keeps());
    order(said, resumes, now);
    conversation.out.speakTo(said.peer());
    long last = kept().sent.next() - 1;
    if (!greeted) {
      greet(said.peer(), resumes, now);
    }
    conversation.steps.readOn();
    conversation.talk(said.peer(), now);
    if (resumes) {
      conversation.intake.handledBefore(now);
      pausedBefore();
      kept().sent.acknowledged(said.lastReceived());
      conversation.dealing.resend(said.lastReceived() + 1, last, now);
    } else if (said.peer().resumes()) {
      conversation.fail(
          new HaipFault(HaipCode.RESUME_FAILED, "The session is not kept: this one is new."), now);
    }
    catchUp(now);
    return true;
  }

  private static boolean canResume(HaipKept before, HaipHello said) {
    return before.dialect == said.dialect()
        && before.sent.wasSent(said.lastReceived())
        && Long.compareUnsigned(before.sent.oldest(), said.lastReceived() + 1) <= 0;
  }

  /** What the peer wished before the line was cut, it still does. */
  private void pausedBefore() {
    for (HaipChannel channel : kept().channels()) {
      if (channel.pausedByPeer) {
        conversation.steps.pause(channel.name);
      }
    }
  }

  /** Begins the order of what comes, or goes on with it. */
  private void order(HaipHello said, boolean resumes, Moment now) {
    boolean asks = said.peer().accepts(HaipEvent.REPLAY_REQUEST);
    if (resumes) {
      kept().sequence.goOn(numbered, greetingSeq, asks);
      kept().sequence.expectMissing(now);
    } else {
      kept().sequence.begin(numbered, greetingSeq, asks);
    }
  }

  /** Deals with what came while nobody had decided. */
  private void catchUp(Moment now) {
    Backlog waiting = backlog;
    backlog = null;
    Backlog.Frame next = waiting == null ? null : waiting.take();
    while (waiting != null && next != null && conversation.isTalking()) {
      if (next.binary()) {
        conversation.in.binary(next.bytes(), now);
      } else {
        conversation.in.text(next.bytes(), now);
      }
      next = waiting.take();
    }
  }

  // A client's

  private void join(Hai peer, String session, Moment now) {
    boolean known = met && session.equals(kept().session());
    boolean resumes = known && (peer.resumes() || isBehind());
    if (!resumes) {
      beginAnew(peer, session);
    }
    HaipHello said =
        new HaipHello(
            session, peer, kept().dialect, resumes, peer.lastReceived(), keeps(peer), peer.auth());
    hello = said;
    kept().sent.keep(said.keeps());
    met = true;
    order(said, resumes, now);
    conversation.out.speakTo(peer);
    conversation.talk(peer, now);
    if (resumes && peer.resumes()) {
      conversation.dealing.resend(peer.lastReceived() + 1, kept().sent.next() - 2, now);
    }
    conversation.steps.hello(said);
    if (!resumes) {
      conversation.valve.wishAgain(now);
    }
    if (conversation.queues != null) {
      conversation.queues.drain(now);
    }
  }

  private void beginAnew(Hai peer, String session) {
    kept().sent.acknowledged(kept().sent.next() - 1);
    List<HaipChannel> before = kept().channels();
    conversation.use(new HaipKept(session, conversation.limits, kept()));
    for (HaipChannel channel : before) {
      carryOver(channel);
    }
    boolean none = conversation.setup.dialect() == HaipDialect.NONE;
    kept().dialect = none ? HaipDialect.NONE : dialect(peer);
  }

  /** What waits goes into the new session. */
  private void carryOver(HaipChannel before) {
    HaipChannel channel = kept().channel(before.name, conversation.limits.namedChannels());
    if (channel != null) {
      channel.carryOver(before);
    }
  }

  private HaipDialect dialect(Hai peer) {
    HaipDialect theirs = peer.dialect();
    boolean seed = conversation.setup.dialect() == HaipDialect.SEED && peer.seed() != null;
    return seed ? HaipDialect.SEED : theirs;
  }

  /** A server that does not say what it has goes on, if it goes on counting. */
  private boolean isBehind() {
    return numbered && Long.compareUnsigned(greetingSeq, kept().sequence.received()) > 0;
  }

  // Its end

  /** The line is gone. */
  void cut() {
    greeted = false;
    backlog = null;
  }

  /** When {@link #tick} is to be called. */
  long dueNanos() {
    return deadline;
  }

  /** The peer says nothing: so the server speaks first, and then waits a little longer. */
  void tick(Moment now) {
    if (deadline > now.nanos()) {
      return;
    }
    if (conversation.setup.role() == HaipRole.SERVER && !greeted) {
      conversation.name();
      greet(null, false, now);
      deadline = now.nanos() + conversation.limits.heartbeat().answer().toNanos();
    } else {
      String detail = "{\"reason\":\"NOT_HAI\"}";
      conversation.fail(
          new HaipFault(HaipCode.PROTOCOL_VIOLATION, "HAI did not come.", null, detail), now);
      conversation.end(CloseReason.POLICY, "HAI did not come");
    }
  }
}
