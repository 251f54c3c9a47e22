package io.sluice.services.agents;

import io.sluice.core.Reader;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import org.jspecify.annotations.Nullable;

/**
 * Hears one channel of one session: what the person published there. Its reader calls one thing at
 * a time; the rest is for any thread.
 *
 * <p>What an agent cannot take waits in the log: while as much is unanswered as may be, nothing
 * more is taken.
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
    if (!session.id().equals(publication.draft().publisher()) || session.isClosed()) {
      return true;
    }
    if (session.isCrowded()) {
      // It is seen to wait before it looks once more: whoever makes room looks for it then.
      refused = true;
      if (session.isCrowded()) {
        return false;
      }
    }
    talk.hear(session, channel, publication);
    return true;
  }

  @Override
  public void gap(long first, long last) {
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
