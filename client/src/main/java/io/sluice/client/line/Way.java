package io.sluice.client.line;

import io.sluice.model.ClientCode;
import io.sluice.model.CloseReason;
import io.sluice.model.Moment;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its machine. How a connection comes to stand, is lost, and comes again: a token, an
 * attempt, the wait after one that failed, and the end of all attempts.
 *
 * <p>Between {@link #attempt} and {@link #rest} {@link #dueNanos} is finite unless it stands, and
 * what is done then leads on: an attempt that hangs is given up, a wait ends.
 */
public final class Way {
  /** A number no line and no fetch ever has. */
  public static final long NONE = 0;

  /** Where it is. */
  public enum Phase {
    RESTING,
    FETCHING,
    OPENING,
    STANDING,
    WAITING
  }

  /** Why it rests for good. */
  public enum End {
    /** The machine ended it. */
    CLOSED,
    /** The server refused the token, or what was asked for with it. */
    REFUSED,
    /** Too many attempts failed in a row, or another would fail as well. */
    FAILED
  }

  /**
   * How patient it is.
   *
   * @param connectTimeout from the first byte until it stands
   * @param tokenTimeout how long the supplier of tokens may take
   * @param backoff the wait before the second attempt; it doubles
   * @param maxBackoff the longest wait
   * @param stable a connection that stood for so long makes the wait short again
   * @param maxAttempts so many failed attempts in a row end it; 0 is without end
   */
  public record Pace(
      Duration connectTimeout,
      Duration tokenTimeout,
      Duration backoff,
      Duration maxBackoff,
      Duration stable,
      int maxAttempts) {}

  /** Whose way it is. Nothing here calls the way back before it has returned. */
  public interface Walker {
    /** Ask the program for a token. */
    void fetchToken(long fetch);

    /** Open a connection. */
    void open(long line, String token);

    /** Let go of one at once. */
    void drop(long line);

    /** A connection that stood, or was being opened, is gone. */
    void lost(Trouble why, Moment now);

    /** Nothing of the line counts any more. */
    void forget();

    /** Tell the program. */
    void trouble(Trouble trouble);

    /** It is in another phase; not told of {@link #rested}. */
    void became(Phase phase);

    /**
     * It rests for good.
     *
     * @param trouble what ended it; null if that was no trouble
     * @param why what to tell who waits
     */
    void rested(End end, @Nullable Trouble trouble, Trouble why);
  }

  private final Pace pace;
  private final Walker walker;
  private final RandomGenerator random;
  private Phase phase = Phase.RESTING;
  private long numbers = NONE;
  private long line = NONE;
  private long fetch = NONE;
  private long due = Long.MAX_VALUE;
  private long stoodSince;
  private int failures;
  private int delays;
  private @Nullable End end;
  private @Nullable Trouble last;

  /** A way at rest. */
  public Way(Pace pace, Walker walker, RandomGenerator random) {
    this.pace = pace;
    this.walker = walker;
    this.random = random;
  }

  /** Where it is. */
  public Phase phase() {
    return phase;
  }

  /** Whether a connection stands. */
  public boolean isStanding() {
    return phase == Phase.STANDING;
  }

  /** The line that stands or is being opened; {@link #NONE} if there is none. */
  public long line() {
    return line;
  }

  /** Why it rests for good; null if it does not. */
  public @Nullable End end() {
    return end;
  }

  /** Why nothing new can be done; null if it can. */
  public @Nullable Trouble trouble() {
    End ended = end;
    if (ended == null) {
      return null;
    }
    return switch (ended) {
      case CLOSED -> closed();
      case REFUSED, FAILED -> last == null ? new Trouble(ClientCode.LOST, "Not connected") : last;
    };
  }

  private static Trouble closed() {
    return new Trouble(ClientCode.CLOSED, "The client is closed");
  }

  /** A number for a fetch that the machine makes by itself. */
  public long nextNumber() {
    return ++numbers;
  }

  /** Tries, if that is not under way; what waits for its time is tried at once. */
  public void attempt(Moment now) {
    if (phase != Phase.RESTING && phase != Phase.WAITING) {
      return;
    }
    phase = Phase.FETCHING;
    fetch = ++numbers;
    due = now.nanos() + pace.tokenTimeout().toNanos();
    walker.became(phase);
    walker.fetchToken(fetch);
  }

  /** Ends it all. */
  public void close() {
    if (end != End.CLOSED) {
      rest(End.CLOSED, null, closed());
    }
  }

  /** The program gave a token; false if it is for something else. */
  public boolean token(long number, @Nullable String token, Moment now) {
    if (number != fetch || phase != Phase.FETCHING) {
      return false;
    }
    if (token == null || token.isEmpty()) {
      return tokenFailed(number, null, now);
    }
    fetch = NONE;
    line = ++numbers;
    phase = Phase.OPENING;
    due = now.nanos() + pace.connectTimeout().toNanos();
    walker.open(line, token);
    return true;
  }

  /** The program gave none; false if it was asked for something else. */
  public boolean tokenFailed(long number, @Nullable Throwable cause, Moment now) {
    if (number != fetch || phase != Phase.FETCHING) {
      return false;
    }
    failed(noToken(cause), 0, now);
    return true;
  }

  /** What is told of a supplier that gave no token. */
  public static Trouble noToken(@Nullable Throwable cause) {
    return new Trouble(ClientCode.TOKEN_FAILED, "The supplier of tokens gave none", cause);
  }

  /** What is told of a supplier that does not answer. */
  public static Trouble tokenHangs() {
    return new Trouble(ClientCode.TOKEN_TIMEOUT, "The supplier of tokens hangs");
  }

  /** The server refused the upgrade. */
  public void refused(long number, int status, String code, long wait, Moment now) {
    if (number != line) {
      return;
    }
    line = NONE;
    Trouble trouble = new Trouble(code, "The server refused with HTTP " + status, status, null);
    if (status == 401 || status == 403) {
      walker.trouble(trouble);
      rest(End.REFUSED, trouble, trouble);
    } else {
      failed(trouble, Math.min(wait, pace.maxBackoff().toNanos()), now);
    }
  }

  /** The connection could not be opened. */
  public void unopened(long number, @Nullable Throwable cause, Moment now) {
    if (number == line) {
      line = NONE;
      failed(new Trouble(ClientCode.LOST, "The connection could not be opened", cause), 0, now);
    }
  }

  /** The line is gone, by a close frame or without. */
  public void broken(long number, int code, String reason, Moment now) {
    if (number == line) {
      line = NONE;
      String why = reason.isEmpty() ? "" : ", " + reason;
      lost(
          new Trouble(word(code, reason), "The connection ended with " + code + why, code, null),
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

  /** The line is of no use any more. */
  public void unfit(long number, Trouble why, Moment now) {
    if (number == line && line != NONE) {
      walker.drop(line);
      line = NONE;
      lost(why, now);
    }
  }

  /** The line is of no use any more, and no other would be. */
  public void giveUp(long number, End why, Trouble trouble) {
    if (number == line && line != NONE) {
      walker.drop(line);
      walker.trouble(trouble);
      rest(why, trouble, trouble);
    }
  }

  /** The server has said that it stands. */
  public void stand(Moment now) {
    phase = Phase.STANDING;
    stoodSince = now.nanos();
    due = Long.MAX_VALUE;
    walker.became(phase);
  }

  private void lost(Trouble trouble, Moment now) {
    boolean stood = phase == Phase.STANDING && now.nanos() - stoodSince >= pace.stable().toNanos();
    walker.lost(trouble, now);
    if (stood) {
      failures = 0;
      delays = 0;
      waitAfter(trouble, 0, now);
    } else {
      failed(trouble, 0, now);
    }
  }

  private void failed(Trouble trouble, long wait, Moment now) {
    failures++;
    if (pace.maxAttempts() > 0 && failures >= pace.maxAttempts()) {
      walker.trouble(trouble);
      rest(End.FAILED, trouble, trouble);
    } else {
      waitAfter(trouble, wait, now);
    }
  }

  private void waitAfter(Trouble trouble, long wait, Moment now) {
    forget();
    walker.trouble(trouble);
    phase = Phase.WAITING;
    delays++;
    long backoff = Backoff.nanos(delays, random.nextDouble(), pace.backoff(), pace.maxBackoff());
    due = now.nanos() + Math.max(backoff, wait);
    walker.became(phase);
  }

  private void forget() {
    line = NONE;
    fetch = NONE;
    walker.forget();
  }

  private void rest(End why, @Nullable Trouble trouble, Trouble told) {
    forget();
    last = trouble;
    end = why;
    phase = Phase.RESTING;
    due = Long.MAX_VALUE;
    walker.rested(why, trouble, told);
  }

  /** When {@link #tick} is to be called; {@link Long#MAX_VALUE} if never. */
  public long dueNanos() {
    return due;
  }

  /** Time has passed. */
  public void tick(Moment now) {
    if (due > now.nanos()) {
      return;
    }
    switch (phase) {
      case FETCHING -> failed(tokenHangs(), 0, now);
      case OPENING ->
          unfit(line, new Trouble(ClientCode.CONNECT_TIMEOUT, "The connection did not stand"), now);
      case WAITING -> attempt(now);
      case RESTING, STANDING -> {
        // Nothing is due.
      }
    }
  }
}
