package io.sluice.client.visionflow;

import io.sluice.client.ClientLimits;
import io.sluice.client.ClientState;
import io.sluice.client.SluiceException;
import io.sluice.client.line.Machine;
import io.sluice.client.line.Trouble;
import io.sluice.client.line.Way;
import io.sluice.model.ClientCode;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.protocol.visionflow.PositionCommand;
import io.sluice.protocol.visionflow.PositionEvent;
import io.sluice.protocol.visionflow.PositionText;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its turnstile, which lets in one event at a time. Joins what is spoken on a line to the
 * way to the server: a line that is lost, or makes no sense, is replaced, and the talk begins anew.
 * No socket, no thread, no clock.
 */
final class VisionFlowEngine<T extends Talk> implements Machine, Way.Walker, Talk.Steps {
  /** Said at the door, so that with the same token and name another attempt is of no use. */
  private static final Set<String> TURNED_AWAY =
      Set.of(
          VisionFlowCode.UNKNOWN_GRAPH.text(),
          VisionFlowCode.FORBIDDEN.text(),
          VisionFlowCode.INVALID_FIELD.text());

  private final VisionFlowHands hands;
  private final T talk;
  private final Pings pings;
  private final Tally tally;
  private final Way way;
  private final PositionText text = new PositionText(Limits.Json.DEFAULTS);
  private final List<CompletableFuture<@Nullable Void>> connecting = new ArrayList<>();

  private ClientState state = ClientState.IDLE;
  private Moment now = new Moment(0, 0);
  private @Nullable Trouble end;
  private Way.@Nullable End endsAs;
  private boolean paused;
  private boolean behind;

  VisionFlowEngine(
      VisionFlowHands hands,
      T talk,
      Tally tally,
      ClientLimits limits,
      Duration pingEvery,
      RandomGenerator random) {
    this.hands = hands;
    this.talk = talk;
    this.tally = tally;
    this.pings = new Pings(tally, pingEvery, limits.pongTimeout());
    this.way = new Way(limits.pace(), this, random);
  }

  ClientState state() {
    return state;
  }

  // What the program asks for.

  /** What is spoken, for what the program asks of it alone. */
  T talk() {
    return talk;
  }

  /** Connects, if that is not under way; what waits for its time is tried at once. */
  void connect(CompletableFuture<@Nullable Void> future, Moment moment) {
    Trouble trouble = way.trouble();
    if (trouble != null) {
      hands.fail(future, new SluiceException(trouble));
    } else if (way.isStanding()) {
      hands.complete(future);
    } else {
      connecting.add(future);
      way.attempt(moment);
    }
  }

  /** Ends it all. */
  void close(Moment moment) {
    if (state != ClientState.CLOSED && way.line() != Way.NONE) {
      if (way.isStanding()) {
        talk.leave(moment);
      }
      hands.close();
    }
    way.close();
  }

  /** Reads nothing more for now, or reads on. */
  void pause(boolean wanted, Moment moment) {
    boolean before = reads();
    paused = wanted;
    read(before, moment);
  }

  /** The program's listener is far behind, or has caught up. */
  void behind(boolean far, Moment moment) {
    boolean before = reads();
    behind = far;
    read(before, moment);
  }

  private boolean reads() {
    return !paused && !behind;
  }

  private void read(boolean before, Moment moment) {
    if (way.isStanding() && reads() != before) {
      hands.read(reads());
      pings.reading(reads(), moment.nanos());
    }
  }

  // What the world reports.

  @Override
  public void token(long number, @Nullable String token, Moment moment) {
    now = moment;
    way.token(number, token, moment);
  }

  @Override
  public void tokenFailed(long number, @Nullable Throwable cause, Moment moment) {
    now = moment;
    way.tokenFailed(number, cause, moment);
  }

  @Override
  public void received(long number, byte[] message, Moment moment) {
    if (number == way.line()) {
      now = moment;
      try {
        talk.text(message, moment, this);
      } catch (VisionFlowRefused refused) {
        end = bad(refused);
      }
      giveUp(moment);
    }
  }

  @Override
  public void receivedBinary(long number, byte[] message, Moment moment) {
    if (number == way.line()) {
      now = moment;
      try {
        talk.binary(message, moment, this);
      } catch (VisionFlowRefused refused) {
        end = bad(refused);
      }
      giveUp(moment);
    }
  }

  private static Trouble bad(VisionFlowRefused refused) {
    return new Trouble(
        ClientCode.BAD_MESSAGE,
        "The server sent " + refused.fault().code().text() + ": " + refused.fault().message());
  }

  private void giveUp(Moment moment) {
    Trouble why = end;
    Way.End as = endsAs;
    end = null;
    endsAs = null;
    if (why != null && as != null) {
      way.giveUp(way.line(), as, why);
    } else if (why != null) {
      way.unfit(way.line(), why, moment);
    }
  }

  @Override
  public void heard(long number, Moment moment) {
    // Only a pong is an answer to a ping.
  }

  @Override
  public void writable(long number, Moment moment) {
    if (number == way.line()) {
      talk.writable(moment);
    }
  }

  @Override
  public void refused(long number, int status, String code, long wait, Moment moment) {
    way.refused(number, status, code, wait, moment);
  }

  @Override
  public void unopened(long number, @Nullable Throwable cause, Moment moment) {
    way.unopened(number, cause, moment);
  }

  @Override
  public void broken(long number, int code, String reason, Moment moment) {
    way.broken(number, code, reason, moment);
  }

  @Override
  public void unfit(long number, Trouble why, Moment moment) {
    way.unfit(number, why, moment);
  }

  // What the talk wants.

  @Override
  public void stand() {
    if (!way.isStanding()) {
      way.stand(now);
      tally.stood();
      pings.begin(reads(), now.nanos());
      connecting.forEach(hands::complete);
      connecting.clear();
      if (!reads()) {
        hands.read(false);
      }
    }
  }

  @Override
  public void giveUp(Trouble why) {
    if (end == null) {
      end = why;
    }
  }

  @Override
  public void giveUp(Way.End as, Trouble why) {
    if (end == null) {
      end = why;
      endsAs = as;
    }
  }

  @Override
  public void common(PositionEvent event) {
    switch (event) {
      case PositionEvent.Ping(long millis) ->
          hands.send(text.write(new PositionCommand.Pong(millis)));
      case PositionEvent.Pong(String timestamp) -> pings.answered(timestamp, now.nanos());
      case PositionEvent.Failed failed -> failed(failed.code(), failed.message());
      case PositionEvent.RateLimitWarning warning ->
          hands.error(
              new SluiceException(VisionFlowCode.RATE_LIMITED.text(), warning.message(), 0, null));
      case PositionEvent.StateSync sync -> pass();
      case PositionEvent.ConnectionEstablished established -> pass();
      case PositionEvent.SubscriptionConfirmed confirmed -> pass();
      case PositionEvent.GraphUpdate update -> pass();
    }
  }

  private void failed(String code, String message) {
    if (way.isStanding() || !TURNED_AWAY.contains(code)) {
      hands.error(new SluiceException(code, message, 0, null));
    } else {
      giveUp(Way.End.REFUSED, new Trouble(code, message, 0, null));
    }
  }

  private static void pass() {
    // It means something to a graph, which takes it itself.
  }

  // The way.

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
    // The talk hears of it when nothing of the line counts any more.
  }

  @Override
  public void forget() {
    end = null;
    endsAs = null;
    pings.stop();
    talk.cut();
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
  }

  @Override
  public boolean isClosed() {
    return state == ClientState.CLOSED;
  }

  // Time.

  @Override
  public void settle() {
    // Everything is told as it comes.
  }

  @Override
  public long deadline() {
    return Math.min(way.dueNanos(), Math.min(talk.dueNanos(), pings.dueNanos()));
  }

  @Override
  public void tick(Moment moment) {
    now = moment;
    way.tick(moment);
    talk.tick(moment);
    if (pings.dueNanos() <= moment.nanos()) {
      feel(moment);
    }
  }

  private void feel(Moment moment) {
    String stamp = pings.next(moment.nanos());
    if (stamp == null) {
      way.unfit(
          way.line(), new Trouble(ClientCode.SILENT, "The server did not answer a ping"), moment);
    } else {
      hands.send(text.write(new PositionCommand.Ping(stamp)));
    }
  }
}
