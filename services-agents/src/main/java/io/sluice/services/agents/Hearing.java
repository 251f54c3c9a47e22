package io.sluice.services.agents;

import io.sluice.core.Reader;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hears one channel of one session: what the person published there. Its reader calls one thing at
 * a time; the rest is for any thread.
 *
 * <p>What an agent cannot take waits in the log: while as much is unanswered as may be, nothing
 * more is taken. Only what the person asks to stop is stopped at once, see {@link Talk#stop},
 * though its turn comes all the same.
 */
final class Hearing implements Reader.Handler {
  /** So many publications are read before others have their turn. */
  static final int STEP = 16;

  /** While so many answers wait on a channel, which the person does not read, nothing is taken. */
  static final int ANSWERS = 64;

  private final AgentSession session;
  private final String channel;
  private final Talk talk;

  /** Set once; before it a reader may read already. */
  private volatile @Nullable Reader reader;

  private volatile boolean refused;
  private boolean closed;

  /** Cancels before their turn that have nothing left to do then. Of whoever the reader calls. */
  private Set<Long> stopped = Set.of();

  /** What was last not taken, and the last that begins a run and was seen ahead. Of the same. */
  private long waiting;

  private long begins;

  Hearing(AgentSession session, String channel, Talk talk) {
    this.session = session;
    this.channel = channel;
    this.talk = talk;
  }

  /** This one reads. */
  void begin(Reader begun) {
    boolean late;
    synchronized (this) {
      reader = begun;
      late = closed;
    }
    if (late) {
      begun.close(session.ports().clock().get());
    } else {
      relieve();
    }
  }

  @Override
  public boolean publication(Publication publication) {
    if (isNoneOfOurs(publication)) {
      return true;
    }
    if (session.isCrowded()) {
      // It is seen to wait before it looks once more: whoever makes room looks for it then.
      refused = true;
      if (session.isCrowded()) {
        waiting = publication.offset();
        return false;
      }
    }
    if (isStopped(publication.offset())) {
      session.answer(new AgentSession.Heard(channel, publication.offset(), "cancel", null), null);
    } else {
      talk.hear(session, channel, publication);
    }
    return true;
  }

  private boolean isNoneOfOurs(Publication publication) {
    return !session.id().equals(publication.draft().publisher()) || session.isClosed();
  }

  private boolean isStopped(long offset) {
    return !stopped.isEmpty() && stopped.remove(offset);
  }

  @Override
  public void ahead(Publication publication) {
    Envelope envelope = isNoneOfOurs(publication) ? null : Envelope.read(publication);
    if (envelope == null) {
      return;
    }
    if (envelope.type().equals("RUN_STARTED")) {
      begins = publication.offset();
    }
    // While a run waits to be begun, nobody knows which is the newest when its turn comes.
    if (talk.stop(session, envelope, begins < waiting)) {
      stopped = stopped.isEmpty() ? new HashSet<>(2) : stopped;
      stopped.add(publication.offset());
    }
  }

  @Override
  public void gap(long first, long last) {
    if (!stopped.isEmpty()) {
      stopped.removeIf(offset -> offset <= last);
    }
    String what = "What was said on " + channel + " from " + first + " to " + last + " is lost";
    session.tell(AgentCode.REPLAY_TOO_OLD, what, null);
    session.answer(new AgentSession.Heard(channel, last, "gap", null), null);
  }

  @Override
  public void failed(Fault fault) {
    session.isDeaf(channel, this);
    session.mishap("reading " + channel, new NotPublishedException(fault));
  }

  /** There may be room again. */
  void relieve() {
    Reader known = reader;
    if (refused && known != null && !session.isCrowded()) {
      refused = false;
      known.goOn();
    }
  }

  void close(Moment now) {
    Reader known;
    synchronized (this) {
      closed = true;
      known = reader;
    }
    if (known != null) {
      known.close(now);
    }
  }
}
