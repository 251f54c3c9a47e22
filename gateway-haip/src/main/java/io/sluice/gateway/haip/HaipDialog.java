package io.sluice.gateway.haip;

import io.netty.buffer.ByteBuf;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.StampedMessages;
import io.sluice.gateway.haip.HaipTally.Sum;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Event;
import io.sluice.model.HaipStanding;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import io.sluice.model.StampedForm.Tail;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipKept;
import io.sluice.protocol.haip.HaipSetup;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One peer of HAIP: its conversation on the one side, its session on the other. Owned by the
 * connection's event loop.
 *
 * <p>What the peer says becomes publications of its session's channels, its credit that of their
 * cursors ({@link HaipHands}); what the core delivers gets its head as it is written ({@link
 * HaipStamps}), and what it answers is told to the conversation ({@link HaipHearing}).
 */
final class HaipDialog implements Dialog {
  private final HaipEndpoint house;
  private final Connection connection;
  private final Identity identity;
  private final HaipTally tally;
  private final HaipConversation conversation;
  private final HaipArrival arrival;
  private final HaipHearing hearing;
  private final HaipStamps stamps;
  private final HaipPosts posts = new HaipPosts(this);

  /** By this its session is spoken to before it has begun; null for none. */
  private final @Nullable Expectation expected;

  private Moment now;

  /** Whether nothing more is wanted of the peer for now. Written here, read by any thread. */
  private volatile boolean full;

  /** Whether nothing may be asked of the conversation any more. */
  private boolean over;

  /** What became of what the peer said in a request of its own. */
  sealed interface Delivery {
    /** It was taken, if nothing was wrong with it; else all of it that was good. */
    record Heard(@Nullable HaipFault wrong) implements Delivery {}

    /** Nobody hears it any more. */
    record Unheard() implements Delivery {}

    /** Too many requests are under way, or too much is not handled. */
    record Busy() implements Delivery {}
  }

  private HaipDialog(
      HaipEndpoint house,
      Connection connection,
      Identity identity,
      HaipEndpoint.Tools tools,
      HaipSetup setup,
      @Nullable Expectation expected,
      Moment now) {
    this.house = house;
    this.connection = connection;
    this.identity = identity;
    this.expected = expected;
    this.now = now;
    this.tally = tools.tally();
    this.arrival = new HaipArrival(this);
    this.hearing = new HaipHearing(this);
    HaipHands hands = new HaipHands(this);
    this.conversation =
        new HaipConversation(setup, tools.codec(), house.limits(), HaipDialog::id, hands, now);
    this.stamps = new HaipStamps(conversation, tools);
  }

  /**
   * Begins.
   *
   * @param expected by this its session is spoken to until it has begun; null for none
   */
  static HaipDialog begin(
      HaipEndpoint house,
      Connection connection,
      Identity identity,
      HaipEndpoint.Tools tools,
      boolean binaryFrames,
      @Nullable Expectation expected,
      Moment now) {
    HaipSetup setup = binaryFrames ? tools.socket() : tools.response();
    HaipDialog dialog = new HaipDialog(house, connection, identity, tools, setup, expected, now);
    if (expected != null) {
      expected.met(dialog);
    }
    connection.callAt(dialog.conversation.dueNanos());
    return dialog;
  }

  /** Ids of messages are no secrets. */
  private static String id() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long most = (random.nextLong() & ~0xF000L) | 0x4000L;
    long least = (random.nextLong() & ~(0b11L << 62)) | (0b10L << 62);
    return new UUID(most, least).toString();
  }

  // From the gateway

  /** Does something with the conversation, if it still goes on. */
  void enter(Moment at, Runnable action) {
    if (over) {
      return;
    }
    now = at;
    action.run();
    if (!over) {
      connection.callAt(conversation.dueNanos());
    }
  }

  @Override
  public void text(ByteBuf message, Moment at) {
    tally.count(Sum.RECEIVED);
    enter(at, () -> conversation.text(message, at));
  }

  @Override
  public void binary(ByteBuf message, Moment at) {
    tally.count(Sum.RECEIVED);
    enter(at, () -> conversation.binary(message, at));
  }

  @Override
  public void tick(Moment at) {
    enter(at, () -> conversation.tick(at));
  }

  @Override
  public void heard() {
    if (!over) {
      conversation.alive(house.clock().get());
    }
    HaipSeat seat = seat();
    if (seat != null) {
      seat.session.heard();
    }
  }

  @Override
  public byte @Nullable [] encode(Event event) {
    HaipSeat at = seat();
    if (at != null) {
      enter(house.clock().get(), () -> hearing.hear(at, event, now));
    }
    return null;
  }

  @Override
  public int stampedCost(Tail tail) {
    return stamps.cost(tail);
  }

  @Override
  public void stamp(Tail tail, ChannelName channel, long offset, StampedMessages into) {
    stamps.stamp(tail, offset, into);
  }

  @Override
  public void stamped(int sent) {
    stamps.sent(sent);
  }

  @Override
  public void left() {
    // Of a response nobody reads any more; whoever comes back goes on in its session.
    connection.close(CloseReason.LOST);
  }

  @Override
  public void closed(CloseReason reason) {
    letGo(house.clock().get());
  }

  private void letGo(Moment at) {
    if (over) {
      return;
    }
    over = true;
    if (expected != null) {
      house.sessions().expectNoMore(expected);
    }
    HaipKept kept = null;
    try {
      kept = conversation.cut(at);
    } finally {
      posts.end();
      arrival.leave(kept, at);
    }
  }

  // From other threads

  /** By what its session is spoken to before it has begun; null for none. Any thread. */
  @Nullable Expectation expected() {
    return expected;
  }

  /** Whose connection it is. Any thread. */
  String user() {
    return identity.user();
  }

  /** Does something on the connection's loop, and gives what comes of it. Any thread. */
  private <T extends @Nullable Object> CompletableFuture<T> ask(Function<Moment, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    connection.post(
        at -> {
          try {
            answer.complete(question.apply(at));
          } catch (RuntimeException bug) {
            answer.completeExceptionally(bug);
            throw bug;
          }
        });
    return answer;
  }

  /**
   * What the peer says in a request of its own: a message on each line. Answered when the
   * conversation has dealt with all of them. Any thread.
   */
  CompletionStage<Delivery> deliver(byte[] lines) {
    return posts.deliver(lines);
  }

  /** Something was wrong with what the peer said. */
  void found(HaipFault fault) {
    posts.found(fault);
  }

  /** How its session stands; null if it has none, or has let go of it. Any thread. */
  CompletableFuture<@Nullable HaipStanding> standing() {
    return this.<@Nullable HaipStanding>ask(at -> stand());
  }

  private @Nullable HaipStanding stand() {
    HaipSeat seat = seat();
    return over || seat == null
        ? null
        : HaipStandings.of(
            conversation.session(),
            user(),
            true,
            conversation.dialect(),
            conversation.metrics(),
            seat.reads.balances(),
            seat.behind());
  }

  /** A channel of its session has a log now. Any thread. */
  void appeared(HaipSessions.Place place, String channel, Reserved reserved) {
    connection.post(
        at -> {
          HaipSeat sitting = seat();
          if (over || sitting == null) {
            house.sessions().unread(place, channel, reserved, this, at);
          } else {
            enter(at, () -> sitting.readFromBeginning(channel, reserved, at));
          }
        });
  }

  /** What the peer has said there is handled. Any thread. */
  void handledThrough(String channel, long offset) {
    connection.post(at -> enter(at, () -> conversation.handledThrough(channel, offset, at)));
  }

  /**
   * Lets go of the session for another line, which is called when that is done, come what may. Any
   * thread.
   */
  void makeWay(HaipDialog next) {
    connection.post(
        at -> {
          try {
            letGo(at);
            connection.close(CloseReason.TAKEN_OVER);
          } finally {
            next.connection.post(later -> next.enter(later, next.arrival::comeIn));
          }
        });
  }

  // What its parts share

  HaipEndpoint house() {
    return house;
  }

  Connection connection() {
    return connection;
  }

  Identity identity() {
    return identity;
  }

  HaipConversation conversation() {
    return conversation;
  }

  HaipArrival arrival() {
    return arrival;
  }

  HaipHearing hearing() {
    return hearing;
  }

  HaipTally tally() {
    return tally;
  }

  /** When what is being done began. */
  Moment now() {
    return now;
  }

  boolean isOver() {
    return over;
  }

  /** Whether nothing more is wanted of the peer for now. Any thread. */
  boolean isFull() {
    return full;
  }

  HaipPosts posts() {
    return posts;
  }

  /** From the session's beginning on; null before. */
  @Nullable HaipSeat seat() {
    return arrival.seat();
  }

  /** The peer is to say no more. */
  void stopReading() {
    full = true;
    connection.stopReading();
  }

  /** It may go on. */
  void readOn() {
    full = false;
    connection.readOn();
  }

  /** It may go on, unless more than this held it back. */
  void readOnIfMay() {
    if (!full) {
      connection.readOn();
    }
  }
}
