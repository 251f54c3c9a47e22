package io.sluice.client;

import io.sluice.model.Position;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Owner: the roll. One subscription as the engine sees it. */
final class Subscriber {
  /** How far a subscription has come on the present connection. */
  enum Stage {
    /** To be asked for when a connection stands, or when its time to ask again has come. */
    WANTED,
    /** Asked for, and not answered. */
    ASKED,
    /** The first of its answers has come: publications may follow. */
    OPENING,
    /** All answers have come. */
    LIVE,
    /** Over. */
    ENDED
  }

  /** So many channels of a pattern are known by their last message. */
  static final int KNOWN_CHANNELS = 1_000;

  private final String channel;
  private final SubscribeOptions options;
  private final Window window;
  private final Feed feed;
  private final CompletableFuture<Subscribed> ready;

  Stage stage = Stage.WANTED;

  /** Where it stands: the last publication received, or what it was asked to go on from. */
  @Nullable Position position;

  /** The ids of what it was asked with: the first and the last. */
  long firstId;

  long lastId;

  /** When its answer is overdue, or, while wanted, when to ask again. */
  long due = Long.MAX_VALUE;

  /** How often in a row the server had no room for it. */
  int failures;

  /** Whether it has ever stood. */
  boolean stood;

  /** What the server answered last; read by any thread. */
  volatile @Nullable Subscribed standing;

  /** What was counted; read by any thread. */
  volatile Counters counters = Counters.NONE;

  /** The last that came of each channel of a pattern; who spoke longest ago is forgotten. */
  private final Map<String, Position> known = new LinkedHashMap<>(2);

  Subscriber(
      String channel,
      SubscribeOptions options,
      Window window,
      Feed feed,
      CompletableFuture<Subscribed> ready) {
    this.channel = channel;
    this.options = options;
    this.window = window;
    this.feed = feed;
    this.ready = ready;
    this.position = options.since();
  }

  String channel() {
    return channel;
  }

  SubscribeOptions options() {
    return options;
  }

  Window window() {
    return window;
  }

  Feed feed() {
    return feed;
  }

  CompletableFuture<Subscribed> ready() {
    return ready;
  }

  /** Whether a message that came by a pattern had come before; from now on it has. */
  boolean knows(String name, Position place) {
    Position last = known.get(name);
    if (last != null && last.epoch().equals(place.epoch()) && place.offset() <= last.offset()) {
      return true;
    }
    known.remove(name);
    if (known.size() >= KNOWN_CHANNELS) {
      known.remove(known.keySet().iterator().next());
    }
    known.put(name, place);
    return false;
  }

  /** Tells that publications were lost. */
  void lose(Gap gap, @Nullable Position after) {
    counters = counters.plusGap();
    feed.take(new Notice.Lost(gap, after));
  }

  /** Whether publications of the present connection are its own. */
  boolean isOpen() {
    return stage == Stage.OPENING || stage == Stage.LIVE;
  }
}
