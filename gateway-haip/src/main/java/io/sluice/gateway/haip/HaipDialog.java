package io.sluice.gateway.haip;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.core.Balance;
import io.sluice.core.Session;
import io.sluice.core.log.Broker;
import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.StampedMessages;
import io.sluice.gateway.response.Lines;
import io.sluice.model.ChannelName;
import io.sluice.model.CloseReason;
import io.sluice.model.Command;
import io.sluice.model.Event;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import io.sluice.model.StampedForm.Tail;
import io.sluice.model.Subject;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipEnd;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipHello;
import io.sluice.protocol.haip.HaipKept;
import io.sluice.protocol.haip.HaipOutgoing;
import io.sluice.protocol.haip.HaipReplay;
import io.sluice.protocol.haip.HaipSetup;
import io.sluice.protocol.haip.HaipSteps;
import io.sluice.protocol.json.JsonPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One peer of HAIP: its conversation on the one side, its session on the other. Owned by the
 * connection's event loop.
 *
 * <p>What the peer says becomes publications of its session's channels, its credit that of their
 * cursors; what the core delivers gets its head here as it is written.
 */
final class HaipDialog implements Dialog, HaipSteps {
  private static final byte[] NOTHING = {};

  private final HaipEndpoint house;
  private final Connection connection;
  private final Identity identity;
  private final HaipEndpoint.Tools tools;
  private final HaipConversation conversation;

  private Moment now;
  private @Nullable HaipHello hello;

  /** From the session's beginning on; null before. */
  private @Nullable HaipSeat seat;

  private @Nullable HaipReplaying replaying;

  /** Names the message that must not be published before its credentials have been checked. */
  private long unchecked = -1;

  private @Nullable String credentials;

  /** Whose heads are written, and may not have been given. */
  private final List<Stamp> stamps = new ArrayList<>(0);

  private record Stamp(String channel, long offset) {}

  /** Whether {@link #stopReading} holds. Written here, read by any thread. */
  private volatile boolean full;

  /** Whether nothing may be asked of the conversation any more. */
  private boolean over;

  private HaipDialog(
      HaipEndpoint house,
      Connection connection,
      Identity identity,
      HaipEndpoint.Tools tools,
      boolean binaryFrames,
      Moment now) {
    this.house = house;
    this.connection = connection;
    this.identity = identity;
    this.tools = tools;
    this.now = now;
    HaipSetup setup = HaipSetup.server(house.server().socket().messageBytes(), binaryFrames);
    this.conversation =
        new HaipConversation(setup, tools.codec(), house.limits(), HaipDialog::id, this, now);
  }

  static HaipDialog begin(
      HaipEndpoint house,
      Connection connection,
      Identity identity,
      HaipEndpoint.Tools tools,
      boolean binaryFrames,
      Moment now) {
    HaipDialog dialog = new HaipDialog(house, connection, identity, tools, binaryFrames, now);
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
  private void enter(Moment at, Runnable action) {
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
    enter(at, () -> conversation.text(message, at));
  }

  @Override
  public void binary(ByteBuf message, Moment at) {
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
    if (seat != null) {
      seat.session.heard();
    }
  }

  @Override
  public byte @Nullable [] encode(Event event) {
    HaipSeat at = seat;
    if (at != null) {
      enter(house.clock().get(), () -> hear(at, event));
    }
    return null;
  }

  private void hear(HaipSeat at, Event event) {
    switch (event) {
      case Event.Published published -> published(at, published);
      case Event.Failed failed -> failed(at, failed);
      case Event.Gap gap ->
          conversation.gap(at.nameOf(gap.subject()), gap.first(), gap.last(), now);
      case Event.Subscribed subscribed -> {
        if (at.reads.subscribed(subscribed)) {
          at.settle(now);
        }
      }
      case Event.History history -> {
        if (replaying != null) {
          replaying.heard(history, at.form, now);
          connection.post(this::goOnReplaying);
        }
      }
      case Event.Connected _,
          Event.Unsubscribed _,
          Event.At _,
          Event.Held _,
          Event.Released _,
          Event.Presence _,
          Event.Refreshed _,
          Event.Pong _ -> {}
    }
  }

  private void published(HaipSeat at, Event.Published published) {
    long ticket = Long.parseLong(Objects.requireNonNull(published.id()).raw());
    conversation.published(ticket, published.position().offset(), now);
    if (!at.heard) {
      conversation.handled(ticket, now);
    }
  }

  private void failed(HaipSeat at, Event.Failed failed) {
    RequestId id = failed.id();
    if (HaipReplaying.ASKED.equals(id)) {
      if (replaying != null) {
        replaying.failed(now);
        connection.post(this::goOnReplaying);
      }
    } else if (HaipReads.ASKED.equals(id)) {
      conversation.fail(HaipFaults.of(failed.fault()), now);
      if (at.reads.refused()) {
        at.settle(now);
      }
    } else if (id != null) {
      conversation.refused(Long.parseLong(id.raw()), HaipFaults.of(failed.fault()), now);
    } else {
      conversation.fail(HaipFaults.of(failed.fault()), now);
    }
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

  // From other threads

  /** Whose connection it is. Any thread. */
  String user() {
    return identity.user();
  }

  /** Whether too much waits to be handled for more to be taken. Any thread. */
  boolean isFull() {
    return full;
  }

  /** What the peer says in a request of its own: a message on each line. Any thread. */
  void deliver(byte[] lines) {
    connection.post(
        at -> {
          for (int from = 0; from < lines.length; ) {
            int end = Lines.end(lines, from);
            if (!Lines.isBlank(lines, from, end)) {
              text(Unpooled.wrappedBuffer(lines, from, end - from), at);
            }
            from = end + 1;
          }
        });
  }

  /** A channel of its session has a log now. Any thread. */
  void appeared(String channel, Reserved reserved) {
    connection.post(
        at -> {
          HaipSeat sitting = seat;
          if (over || sitting == null) {
            reserved.give(at);
          } else {
            enter(at, () -> sitting.readFromBeginning(channel, reserved, at));
          }
        });
  }

  /** What the peer has said there is handled. Any thread. */
  void handledThrough(String channel, long offset) {
    connection.post(at -> enter(at, () -> conversation.handledThrough(channel, offset, at)));
  }

  /** Lets go of the session for another line, which is called when that is done. Any thread. */
  void makeWay(HaipDialog next) {
    connection.post(
        at -> {
          letGo(at);
          connection.close(CloseReason.TAKEN_OVER);
          next.connection.post(later -> next.enter(later, next::comeIn));
        });
  }

  private void letGo(Moment at) {
    if (over) {
      return;
    }
    over = true;
    HaipKept kept = conversation.cut(at);
    house.sessions().expectNoMore(this);
    if (seat == null) {
      return;
    }
    Predecessor left = null;
    Map<Subject, Position> places = seat.places();
    Map<String, Balance> balances = seat.reads.balances();
    if (kept != null && connection.lane().detach(seat.session)) {
      Predecessor before = seat.handOn();
      left = new Predecessor(kept, seat.session, connection.lane(), places, balances, before);
    } else {
      connection.lane().forget(seat.session);
    }
    seat.settle(at);
    house.sessions().leave(seat.channels.session(), this, left, at);
  }

  // How a session begins

  @Override
  public void hello(HaipHello said) {
    hello = said;
    String auth = said.auth();
    if (auth == null) {
      comeIn();
    } else {
      check(auth, good -> comeInIf(good));
    }
  }

  private void comeInIf(boolean good) {
    if (good) {
      comeIn();
    } else {
      conversation.turnAway(unauthenticated(), now);
    }
  }

  private static HaipFault unauthenticated() {
    return new HaipFault(HaipCode.AUTHENTICATION_FAILED, "The token in payload.auth is not good");
  }

  /** Whether these credentials are good; the answer may come late. */
  private void check(String auth, Consumer<Boolean> then) {
    house
        .credentials()
        .check(
            auth, identity, now, good -> connection.post(at -> enter(at, () -> then.accept(good))));
  }

  private void comeIn() {
    HaipHello said = Objects.requireNonNull(hello);
    switch (house.sessions().enter(said.session(), this, identity, now)) {
      case HaipSessions.Entry.Wait wait -> wait.other().makeWay(this);
      case HaipSessions.Entry.In in -> sitDown(in, said);
    }
  }

  private void sitDown(HaipSessions.Entry.In in, HaipHello said) {
    Predecessor before = in.left();
    Session session =
        connection
            .lane()
            .open(
                connection.slot(),
                identity,
                new HaipForm(conversation, new SessionChannels(in.name()), ""),
                in.name(),
                now);
    session.last(said.keeps());
    HaipSeat taken = take(in, session, said);
    if (!conversation.adopt(in.name(), before == null ? null : before.kept(), now)) {
      forgetTooOld(in, Objects.requireNonNull(before));
      HaipSessions.Entry.In other =
          (HaipSessions.Entry.In) house.sessions().enter(null, this, identity, now);
      taken = take(other, session, said);
      boolean _ = conversation.adopt(other.name(), null, now);
    }
    if (replaying == null && !over) {
      taken.read(now);
    }
  }

  private void forgetTooOld(HaipSessions.Entry.In in, Predecessor before) {
    before.forget();
    house.sessions().leave(in.name(), this, null, now);
  }

  private HaipSeat take(HaipSessions.Entry.In in, Session session, HaipHello said) {
    SessionChannels channels = new SessionChannels(in.name());
    HaipForm form = new HaipForm(conversation, channels, "");
    session.use(form);
    session.publishAs(
        in.name(),
        channels.all(),
        new Broker.Writer(
            house.server().session().publishesInFlight(),
            house.server().session().publishBytesInFlight()));
    HaipSeat taken =
        new HaipSeat(channels, session, form, new HaipReads(session, channels, said), in);
    seat = taken;
    return taken;
  }

  @Override
  public void replay(List<HaipReplay> again) {
    replaying = new HaipReplaying(connection, conversation, again);
    connection.post(this::goOnReplaying);
  }

  private void goOnReplaying(Moment at) {
    enter(
        at,
        () -> {
          HaipSeat sitting = seat;
          if (replaying == null || sitting == null) {
            return;
          }
          if (replaying.goOn(sitting.session, sitting.channels, sitting.reads, at)) {
            replaying = null;
            conversation.replayed(at);
            if (!sitting.isReading()) {
              sitting.read(at);
            }
          }
        });
  }

  // What the conversation wants done

  @Override
  public void say(byte[] text) {
    connection.send(false, Unpooled.wrappedBuffer(text));
  }

  @Override
  public void sayBinary(byte[] bytes) {
    connection.send(true, Unpooled.wrappedBuffer(bytes));
  }

  @Override
  public void ping() {
    connection.ping();
  }

  @Override
  public void auth(long ticket, String auth) {
    unchecked = ticket;
    credentials = auth;
  }

  @Override
  public void message(long ticket, String channel, HaipEvent type, byte[] canonical) {
    String auth = credentials;
    if (ticket != unchecked || auth == null) {
      publish(ticket, channel, canonical);
      return;
    }
    credentials = null;
    connection.stopReading();
    check(
        auth,
        good -> {
          if (good) {
            publish(ticket, channel, canonical);
          } else {
            conversation.refused(ticket, unauthenticated(), now);
          }
          connection.readOn();
        });
  }

  private void publish(long ticket, String channel, byte[] canonical) {
    HaipSeat at = Objects.requireNonNull(seat);
    ChannelName onHub = at.channels.onHub(channel);
    if (at.beginsToSpeak(channel)) {
      house.sessions().speaks(onHub, now);
    }
    at.session.accept(
        new Command.Publish(
            new RequestId(Long.toString(ticket)),
            onHub,
            JsonPayload.of(canonical, house.server().json()),
            true,
            null,
            null),
        now);
  }

  @Override
  public void grant(String channel, long messages, long units) {
    Objects.requireNonNull(seat).reads.grant(channel, messages, units, now);
  }

  @Override
  public void pause(String channel) {
    Objects.requireNonNull(seat).reads.pause(channel, true, now);
  }

  @Override
  public void resume(String channel) {
    Objects.requireNonNull(seat).reads.pause(channel, false, now);
  }

  @Override
  public void error(HaipFault fault) {
    // The peer's own trouble: nothing follows from it here.
  }

  @Override
  public void stopReading() {
    full = true;
    connection.stopReading();
  }

  @Override
  public void readOn() {
    full = false;
    connection.readOn();
  }

  @Override
  public void sent(HaipOutgoing message) {
    throw new IllegalStateException("a server's messages wait in their logs");
  }

  @Override
  public void dropped(HaipOutgoing message, HaipFault why) {
    throw new IllegalStateException("a server's messages wait in their logs");
  }

  @Override
  public void changed(String channel) {
    throw new IllegalStateException("a server's messages wait in their logs");
  }

  @Override
  public void close(HaipEnd end) {
    connection.close(end.reason());
  }

  // The way out

  @Override
  public int stampedCost(Tail tail) {
    HaipForm.Behind behind = (HaipForm.Behind) tail;
    return behind.tail().cost(conversation.dialect(), conversation.headSize(behind.channel()));
  }

  @Override
  public void stamp(Tail tail, ChannelName channel, long offset, StampedMessages into) {
    HaipForm.Behind behind = (HaipForm.Behind) tail;
    byte[] text = behind.tail().text();
    byte[] binary = behind.tail().binary();
    byte[] head = tools.head();
    into.message(false, head, conversation.head(head, 0, behind.channel()), text, 0, text.length);
    if (binary != null) {
      into.message(true, NOTHING, 0, binary, 0, binary.length);
    }
    stamps.add(new Stamp(behind.channel(), offset));
  }

  @Override
  public void stamped(int sent) {
    for (int i = 0; i < sent; i++) {
      conversation.sent(stamps.get(i).channel(), stamps.get(i).offset());
    }
    if (sent < stamps.size()) {
      conversation.unsent(stamps.size() - sent);
    }
    stamps.clear();
  }
}
