package io.sluice.core;

import io.sluice.model.Command;
import io.sluice.model.Credit;
import io.sluice.model.Event;
import io.sluice.model.Filter;
import io.sluice.model.GapReason;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.RequestId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A connection as its peer sees it. Owned by its test. */
final class Peer {
  final Rig rig;
  final FakeSocket socket;
  final Session session;
  private final Hub hub;

  Peer(Hub hub, Rig rig, FakeSocket socket, Session session) {
    this.hub = hub;
    this.rig = rig;
    this.socket = socket;
    this.session = session;
  }

  // What it says; nothing follows until the hub settles

  void say(Command command) {
    session.accept(command, hub.time.now());
    rig.touch();
  }

  void subscribe(String channel) {
    subscribe(channel, null, null, null);
  }

  void subscribe(String channel, Filter filter) {
    subscribe(channel, filter, null, null);
  }

  void subscribe(String channel, Credit credit) {
    subscribe(channel, null, credit, null);
  }

  void subscribeSince(String channel, String epoch, long offset) {
    say(subscribeTo(channel, null, null, new Position(epoch, offset)));
  }

  static Command.Subscribe subscribeTo(String channel, String epoch, long offset) {
    return subscribeTo(channel, null, null, new Position(epoch, offset));
  }

  void subscribe(
      String channel, @Nullable Filter filter, @Nullable Credit credit, @Nullable Position since) {
    say(subscribeTo(channel, filter, credit, since));
  }

  private static Command.Subscribe subscribeTo(
      String channel, @Nullable Filter filter, @Nullable Credit credit, @Nullable Position since) {
    return new Command.Subscribe(
        id("subscribe"),
        TestNamespaces.subject(channel),
        filter,
        credit,
        null,
        null,
        null,
        since,
        false,
        false);
  }

  /** Subscribes, or subscribes once more, and says whether it wants to hold the writers. */
  void hold(String channel, boolean hold) {
    say(
        new Command.Subscribe(
            id("subscribe"),
            Hub.channel(channel),
            null,
            null,
            null,
            null,
            hold,
            null,
            false,
            false));
  }

  void subscribe(String channel, Policy policy) {
    subscribe(channel, policy, null, null, null);
  }

  void subscribe(String channel, Policy policy, @Nullable Credit credit) {
    subscribe(channel, policy, null, null, credit);
  }

  void subscribe(
      String channel,
      @Nullable Policy policy,
      @Nullable String conflateBy,
      @Nullable Filter filter,
      @Nullable Credit credit) {
    say(
        new Command.Subscribe(
            id("subscribe"),
            Hub.channel(channel),
            filter,
            credit,
            policy,
            conflateBy,
            null,
            null,
            false,
            false));
  }

  void subscribeSince(String channel, Policy policy, String epoch, long offset) {
    say(
        new Command.Subscribe(
            id("subscribe"),
            Hub.channel(channel),
            null,
            null,
            policy,
            null,
            null,
            new Position(epoch, offset),
            false,
            false));
  }

  /** Subscribes, and wants to be told its position. */
  void follow(String channel, @Nullable Filter filter) {
    say(
        new Command.Subscribe(
            id("subscribe"),
            TestNamespaces.subject(channel),
            filter,
            null,
            null,
            null,
            null,
            null,
            true,
            false));
  }

  /** Subscribes, and wants to know who is there. */
  void watch(String channel) {
    say(
        new Command.Subscribe(
            id("watch"),
            TestNamespaces.subject(channel),
            null,
            null,
            null,
            null,
            null,
            null,
            false,
            true));
  }

  void history(String channel, int limit) {
    say(new Command.History(id("history"), Hub.channel(channel), null, limit));
  }

  void historySince(String channel, String epoch, long offset, int limit) {
    Position since = new Position(epoch, offset);
    say(new Command.History(id("history"), Hub.channel(channel), since, limit));
  }

  void askWho(String channel) {
    say(new Command.Presence(id("presence"), Hub.channel(channel)));
  }

  void refresh(String token) {
    say(new Command.Refresh(id("refresh"), token));
  }

  void unsubscribe(String channel, @Nullable Filter filter) {
    say(new Command.Unsubscribe(id("unsubscribe"), TestNamespaces.subject(channel), filter));
  }

  void grant(String channel, long messages, long bytes) {
    say(grantOf(channel, messages, bytes));
  }

  static Command.Grant grantOf(String channel, long messages, long bytes) {
    return new Command.Grant(
        id("grant"), TestNamespaces.subject(channel), new Credit(messages, bytes));
  }

  void publish(String channel, String text) {
    say(
        new Command.Publish(
            id(text), Hub.channel(channel), TestPayload.of(text), true, null, null));
  }

  static RequestId id(String text) {
    return new RequestId('"' + text + '"');
  }

  // What it does

  /** Reads for ever. */
  void read() {
    read(Long.MAX_VALUE);
  }

  void read(long bytes) {
    rig.makeRoom(socket, bytes);
    hub.settle();
  }

  void leave() {
    socket.cut();
    rig.outlet.forget(socket.slot());
    rig.lane.closed(socket.slot(), hub.time.now());
    rig.touch();
  }

  // What it has heard since it was last asked, once everything has happened

  List<FakeSocket.Item> hear() {
    hub.settle();
    return socket.items();
  }

  /** Publications by their text, everything else by a short name: the stream at a glance. */
  List<String> stream() {
    List<String> stream = new ArrayList<>();
    for (FakeSocket.Item item : hear()) {
      stream.add(
          switch (item) {
            case FakeSocket.Data data -> data.text();
            case FakeSocket.Stamped stamped -> stamped.seq() + ": " + stamped.data().text();
            case FakeSocket.Said said -> name(said.event());
            case FakeSocket.Heartbeat _ -> "heartbeat";
            case FakeSocket.Closed closed -> "closed " + closed.reason().text();
          });
    }
    return stream;
  }

  private static String name(Event event) {
    return switch (event) {
      case Event.Connected connected -> "connected " + connected.user();
      case Event.Subscribed subscribed ->
          "subscribed at "
              + at(subscribed.position())
              + (subscribed.recovered() ? ", recovered" : "")
              + (subscribed.holds() ? ", holds" : "")
              + (subscribed.policy() == Policy.LOSSLESS
                  ? ""
                  : ", " + subscribed.policy().wireName());
      case Event.Unsubscribed unsubscribed ->
          unsubscribed.why() == null
              ? "unsubscribed"
              : "unsubscribed " + unsubscribed.subject().value() + ", " + unsubscribed.why().text();
      case Event.Published published -> "published " + at(published.position());
      case Event.Gap gap ->
          "gap "
              + gap.epoch()
              + "/"
              + gap.first()
              + "-"
              + gap.last()
              + (gap.reason() == GapReason.EVICTED ? "" : " " + gap.reason().wireName());
      case Event.At at ->
          "position "
              + at(at.position())
              + (at.conflated() == 0 ? "" : " conflated " + at.conflated());
      case Event.Held held ->
          "held " + held.channel() + " by " + held.readers() + " with " + held.bytes();
      case Event.Released released -> "released " + released.channel();
      case Event.History history -> name(history);
      case Event.Presence presence ->
          "presence of "
              + presence.total()
              + presence.users().stream()
                  .map(present -> " " + present.user() + "×" + present.connections())
                  .collect(Collectors.joining());
      case Event.Refreshed refreshed -> "refreshed " + refreshed.expiresAtMillis();
      case Event.Pong pong -> "pong " + pong.epochMillis();
      case Event.Failed failed -> failed.fault().code().text();
    };
  }

  private static String name(Event.History history) {
    return "history to "
        + at(history.head())
        + (history.recovered() ? ", recovered" : "")
        + (history.more() ? ", more" : "")
        + ":"
        + history.publications().stream()
            .map(publication -> " " + publication.draft().payload())
            .collect(Collectors.joining());
  }

  private static String at(Position position) {
    return position.epoch() + "/" + position.offset();
  }
}
