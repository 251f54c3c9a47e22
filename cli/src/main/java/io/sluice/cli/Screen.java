package io.sluice.cli;

import io.sluice.client.Arrival;
import io.sluice.client.Gap;
import io.sluice.client.Held;
import io.sluice.client.Message;
import io.sluice.client.Moved;
import io.sluice.client.Presence;
import io.sluice.client.SluiceException;
import io.sluice.client.Subscribed;
import io.sluice.client.SubscriptionListener;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Owner: any thread; guarded by {@code this}. What a subscriber sees: messages on standard output,
 * the rest on standard error. Ends when enough has been seen, when told to, when a subscription is
 * over, or when nobody reads any more.
 */
final class Screen {
  private final Surroundings surroundings;
  private final boolean json;
  private final Pace pace;
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final Map<String, Position> places = new LinkedHashMap<>();
  private long left;

  Screen(Surroundings surroundings, boolean json, long count, double rate) {
    this.surroundings = surroundings;
    this.json = json;
    this.left = count;
    this.pace = new Pace(rate);
  }

  /** Ends it, as if enough had been seen. */
  void stop() {
    end.complete(0);
  }

  int awaitEnd() {
    return end.join();
  }

  /** What is told of the connection. */
  Link.Watcher watcher() {
    Notices notices = new Notices(surroundings, json);
    return new Link.Watcher() {
      @Override
      public void lost(SluiceException why) {
        notices.lost(why);
      }

      @Override
      public void back() {
        notices.back();
      }

      @Override
      public void ended(SluiceException why) {
        fail(Link.why(why));
      }

      @Override
      public void held(Held held) {
        // Who only reads publishes nothing.
      }

      @Override
      public void released(String channel) {
        // Who only reads publishes nothing.
      }
    };
  }

  private void fail(String why) {
    if (end.complete(1)) {
      surroundings.err().println("sluice: " + why);
    }
  }

  /** Where to go on behind what was shown, channel by channel. */
  synchronized void positions() {
    places.forEach(
        (channel, place) ->
            say("position " + channel + " " + text(place), fields("position", channel, place)));
  }

  private synchronized void stands(String channel, @Nullable Position place) {
    if (place != null && !end.isDone()) {
      places.put(channel, place);
    }
  }

  private synchronized void show(Message message) {
    if (!end.isDone() && pace.await(end::isDone) && left > 0) {
      print(json ? Lines.of(message) : Lines.plain(message));
      Message.Fed fed = message.fed();
      String subject = fed == null ? message.channel() : fed.pattern();
      long offset = fed == null ? message.offset() : fed.position().offset();
      places.computeIfPresent(subject, (name, before) -> new Position(before.epoch(), offset));
      if (--left == 0) {
        end.complete(0);
      }
    }
  }

  private synchronized void show(String plain, Map<String, Object> fields) {
    if (!end.isDone()) {
      print(json ? Lines.of(fields) : plain);
    }
  }

  private void print(String line) {
    surroundings.out().println(line);
    if (surroundings.out().checkError()) {
      // Whoever was reading has seen enough.
      end.complete(0);
    }
  }

  private void say(String plain, Map<String, Object> fields) {
    surroundings.err().println(json ? Lines.of(fields) : plain);
  }

  private static String text(Position position) {
    return position.epoch() + ":" + position.offset();
  }

  private static Map<String, Object> fields(
      String type, String channel, @Nullable Position position) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type);
    fields.put("channel", channel);
    if (position != null) {
      fields.put("epoch", position.epoch());
      fields.put("offset", position.offset());
    }
    return fields;
  }

  /** What is told of one channel. */
  SubscriptionListener reader(String channel) {
    return new Reader(channel);
  }

  /** Owner: its subscription's listener thread. */
  private final class Reader implements SubscriptionListener {
    private final String channel;
    private boolean stood;

    Reader(String channel) {
      this.channel = channel;
    }

    @Override
    public void onMessage(Message message) {
      show(message);
    }

    @Override
    public void onSubscribed(Subscribed subscribed) {
      Position position = subscribed.position();
      stands(channel, position);
      Map<String, Object> fields = fields("subscribed", channel, position);
      fields.put("recovered", subscribed.recovered());
      if (!subscribed.policy().equals(Policy.LOSSLESS.wireName())) {
        fields.put("policy", subscribed.policy());
      }
      if (subscribed.holds()) {
        fields.put("hold", true);
      }
      String recovered = subscribed.recovered() ? ", nothing is missing" : "";
      say(
          "subscribed "
              + channel
              + (position == null ? "" : " at " + text(position))
              + (stood ? " again" : "")
              + recovered
              + (fields.containsKey("policy") ? ", " + subscribed.policy() : "")
              + (subscribed.holds() ? ", holds" : ""),
          fields);
      stood = true;
    }

    @Override
    public void onGap(Gap gap) {
      if (gap.lastOffset() != Gap.UNKNOWN) {
        stands(channel, new Position(gap.epoch(), gap.lastOffset()));
      }
      Map<String, Object> fields = fields("gap", channel, null);
      fields.put("epoch", gap.epoch());
      fields.put("firstOffset", gap.firstOffset());
      fields.put("lastOffset", gap.lastOffset());
      fields.put("reason", gap.reason());
      String last = gap.lastOffset() == Gap.UNKNOWN ? "?" : Long.toString(gap.lastOffset());
      say("gap " + channel + " " + gap.firstOffset() + "-" + last + " " + gap.reason(), fields);
    }

    @Override
    public void onPosition(Moved moved) {
      stands(channel, moved.position());
      Map<String, Object> fields = fields("position", channel, moved.position());
      if (moved.conflated() > 0) {
        fields.put("conflated", moved.conflated());
        say(
            "conflated " + channel + " " + moved.conflated() + " to " + text(moved.position()),
            fields);
      } else if (json) {
        say("", fields);
      }
    }

    @Override
    public void onWarning(SluiceException warning) {
      Map<String, Object> fields = fields("warning", channel, null);
      fields.put("code", warning.code());
      say("warning " + channel + " " + warning.code(), fields);
    }

    @Override
    public void onPresence(Presence presence) {
      List<Map<String, Object>> users = new ArrayList<>();
      StringBuilder names = new StringBuilder();
      for (Presence.User user : presence.users()) {
        names.append(' ').append(Lines.oneLine(user.userId()));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("userId", user.userId());
        entry.put("connections", user.connections());
        users.add(entry);
      }
      Map<String, Object> fields = fields("presence", channel, null);
      fields.put("users", users);
      fields.put("total", presence.total());
      show(channel + " present " + presence.total() + names, fields);
    }

    @Override
    public void onJoin(Arrival arrival) {
      came("join", arrival);
    }

    @Override
    public void onLeave(Arrival arrival) {
      came("leave", arrival);
    }

    private void came(String type, Arrival arrival) {
      Map<String, Object> fields = fields(type, channel, null);
      fields.put("userId", arrival.userId());
      fields.put("timestamp", Lines.at(arrival.timestamp()));
      show(channel + " " + type + " " + Lines.oneLine(arrival.userId()), fields);
    }

    @Override
    public void onEnd(@Nullable SluiceException error) {
      if (error != null) {
        fail(channel + ": " + Link.why(error));
      }
    }
  }
}
