package io.sluice.client;

import io.sluice.client.line.Backoff;
import io.sluice.model.ClientCode;
import io.sluice.model.Code;
import io.sluice.model.Credit;
import io.sluice.model.Position;
import io.sluice.protocol.nexus.NexusAnswer;
import io.sluice.protocol.nexus.NexusRequestWriter;
import io.sluice.protocol.nexus.NexusRequestWriter.Terms;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its engine. Every subscription, what was asked for it on the present connection, and its
 * credit. A subscription outlives connections; what was asked on one does not.
 */
final class Roll {
  private static final Set<String> PASSING =
      Set.of(
          Code.BUSY.text(),
          Code.BROKER_UNAVAILABLE.text(),
          Code.CHANNEL_FULL.text(),
          Code.CHANNEL_LIMIT.text(),
          Code.MEMORY_LIMIT.text(),
          Code.SHUTTING_DOWN.text());

  private final ClientLimits limits;
  private final Hands hands;
  private final RandomGenerator random;
  private final NexusRequestWriter writer;
  private final Ids ids;
  private final Map<String, Subscriber> bySubject = new LinkedHashMap<>();
  private final Map<Long, Subscriber> asked = new LinkedHashMap<>();
  private final Map<Long, CompletableFuture<@Nullable Void>> leaving = new HashMap<>();
  private final Set<Subscriber> retrying = new LinkedHashSet<>();
  private final Set<Subscriber> stirred = new LinkedHashSet<>();

  Roll(
      ClientLimits limits,
      Hands hands,
      RandomGenerator random,
      NexusRequestWriter writer,
      Ids ids) {
    this.limits = limits;
    this.hands = hands;
    this.random = random;
    this.writer = writer;
    this.ids = ids;
  }

  /** The subscription to this channel or pattern, if it is open on the present connection. */
  @Nullable Subscriber open(@Nullable String subject) {
    Subscriber subscriber = bySubject.get(subject);
    return subscriber != null && subscriber.isOpen() ? subscriber : null;
  }

  /** Enters a subscription; false if the channel has one. */
  boolean add(Subscriber subscriber) {
    return bySubject.putIfAbsent(subscriber.channel(), subscriber) == null;
  }

  /** Asks for a subscription on a connection that stands. */
  void ask(Subscriber subscriber, long line, long now) {
    List<String> filters = subscriber.options().filters();
    int last = Math.max(filters.size(), 1) - 1;
    Credit credit = subscriber.window().open();
    subscriber.stage = Subscriber.Stage.ASKED;
    subscriber.due = now + limits.requestTimeout().toNanos();
    Position since = subscriber.position;
    for (int i = 0; i <= last; i++) {
      long id = ids.next();
      subscriber.firstId = i == 0 ? id : subscriber.firstId;
      subscriber.lastId = id;
      asked.put(id, subscriber);
      hands.send(
          line,
          writer.subscribe(
              id,
              subscriber.channel(),
              filters.isEmpty() ? null : filters.get(i),
              share(credit, i, last),
              i == 0 ? since : null,
              i == 0 ? subscriber.options().terms() : Terms.UNSAID));
    }
  }

  /** Nothing may come before the last of several filters stands, so all the credit is with it. */
  private static @Nullable Credit share(Credit credit, int i, int last) {
    if (i == last) {
      return credit;
    }
    return i == 0 ? new Credit(0, 0) : null;
  }

  /** Asks for everything, on a connection that has just begun to stand. */
  void askAll(long line, long now) {
    for (Subscriber subscriber : bySubject.values()) {
      ask(subscriber, line, now);
    }
  }

  /** The line broke: all that was asked on it is void. */
  void lost() {
    asked.clear();
    retrying.clear();
    stirred.clear();
    for (CompletableFuture<@Nullable Void> future : leaving.values()) {
      hands.done(future);
    }
    leaving.clear();
    for (Subscriber subscriber : bySubject.values()) {
      subscriber.stage = Subscriber.Stage.WANTED;
      subscriber.due = Long.MAX_VALUE;
      if (!subscriber.options().recoverable() && subscriber.stood) {
        subscriber.position = null;
      }
    }
  }

  /** Ends a subscription, as the program asked. */
  void leave(
      Subscriber subscriber,
      CompletableFuture<@Nullable Void> future,
      boolean standing,
      long line) {
    if (subscriber.stage == Subscriber.Stage.ENDED) {
      hands.done(future);
      return;
    }
    boolean known = standing && subscriber.stage != Subscriber.Stage.WANTED;
    remove(subscriber);
    subscriber.feed().take(new Notice.Ended(null));
    hands.fail(
        subscriber.ready(), new SluiceException(ClientCode.CLOSED, "The subscription was ended"));
    if (known) {
      long id = ids.next();
      leaving.put(id, future);
      hands.send(line, writer.unsubscribe(id, subscriber.channel()));
    } else {
      hands.done(future);
    }
  }

  private void remove(Subscriber subscriber) {
    bySubject.remove(subscriber.channel(), subscriber);
    asked.values().removeIf(other -> other == subscriber);
    retrying.remove(subscriber);
    stirred.remove(subscriber);
    subscriber.stage = Subscriber.Stage.ENDED;
  }

  private void end(Subscriber subscriber, SluiceException error) {
    remove(subscriber);
    hands.fail(subscriber.ready(), error);
    subscriber.feed().take(new Notice.Ended(error));
  }

  /** The server says that a subscription stands. */
  void subscribed(NexusAnswer.Subscribed answer) {
    Subscriber subscriber = asked.remove(answer.id());
    if (subscriber == null) {
      return;
    }
    if (answer.id() == subscriber.firstId) {
      stand(subscriber, answer);
    }
    if (answer.id() == subscriber.lastId) {
      subscriber.stage = Subscriber.Stage.LIVE;
      subscriber.due = Long.MAX_VALUE;
      subscriber.failures = 0;
      stirred.add(subscriber);
    }
  }

  private void stand(Subscriber subscriber, NexusAnswer.Subscribed answer) {
    Position before = subscriber.position;
    Position now = answer.position();
    if (before != null && now != null && !before.epoch().equals(now.epoch())) {
      Gap gap =
          new Gap(
              answer.channel(), before.epoch(), before.offset() + 1, Gap.UNKNOWN, Gap.NEW_EPOCH);
      subscriber.lose(gap, null);
    }
    subscriber.stage = Subscriber.Stage.OPENING;
    subscriber.stood = true;
    subscriber.position = now;
    Subscribed subscribed =
        new Subscribed(answer.channel(), now, answer.recovered(), answer.policy(), answer.holds());
    subscriber.standing = subscribed;
    subscriber.feed().take(new Notice.Stands(subscribed));
    hands.complete(subscriber.ready(), subscribed);
  }

  /** The server says that a subscription is over: as it was asked to, or of its own accord. */
  void unsubscribed(NexusAnswer.Unsubscribed answer) {
    CompletableFuture<@Nullable Void> future = leaving.remove(answer.id());
    if (future != null) {
      hands.done(future);
      return;
    }
    Subscriber subscriber = bySubject.get(answer.channel());
    String code = answer.code();
    if (subscriber != null && subscriber.isOpen() && code != null) {
      end(subscriber, new SluiceException(code, "The server ended the subscription"));
    }
  }

  /** Takes a refusal; false if it refuses nothing of these. */
  boolean refuse(NexusAnswer.Failed failed, long line, long now) {
    CompletableFuture<@Nullable Void> future = leaving.remove(failed.id());
    if (future != null) {
      hands.done(future);
      return true;
    }
    Subscriber subscriber = asked.get(failed.id());
    if (subscriber == null) {
      return false;
    }
    asked.values().removeIf(other -> other == subscriber);
    SluiceException error = new SluiceException(failed.code(), failed.message());
    if (subscriber.stage == Subscriber.Stage.OPENING || subscriber.lastId != subscriber.firstId) {
      hands.send(line, writer.unsubscribe(ids.next(), subscriber.channel()));
    }
    if (subscriber.stood && failed.code().equals(Code.INVALID_POSITION.text())) {
      forget(subscriber);
      ask(subscriber, line, now);
    } else if (subscriber.stood && PASSING.contains(failed.code())) {
      retryLater(subscriber, now);
      hands.error(error);
    } else {
      end(subscriber, error);
    }
    return true;
  }

  /** The server does not know the place where this subscription stood. */
  private static void forget(Subscriber subscriber) {
    Position position = subscriber.position;
    if (position != null) {
      Gap gap =
          new Gap(
              subscriber.channel(),
              position.epoch(),
              position.offset() + 1,
              Gap.UNKNOWN,
              Gap.REJECTED);
      subscriber.lose(gap, null);
    }
    subscriber.position = null;
  }

  private void retryLater(Subscriber subscriber, long now) {
    subscriber.failures++;
    subscriber.stage = Subscriber.Stage.WANTED;
    subscriber.due =
        now
            + Backoff.nanos(
                subscriber.failures, random.nextDouble(), limits.backoff(), limits.maxBackoff());
    retrying.add(subscriber);
  }

  /** The program has handled messages. */
  void handled(Subscriber subscriber, long messages, long bytes) {
    subscriber.window().handled(messages, bytes);
    stirred.add(subscriber);
  }

  /** The program wants messages. */
  void demand(Subscriber subscriber, long messages) {
    subscriber.window().demand(messages);
    stirred.add(subscriber);
  }

  /** Grants what has become due, at most one grant for each subscription. */
  void grant(long line) {
    if (stirred.isEmpty()) {
      return;
    }
    for (Subscriber subscriber : stirred) {
      Credit credit =
          subscriber.stage == Subscriber.Stage.LIVE ? subscriber.window().renewal() : null;
      if (credit != null) {
        hands.send(line, writer.credit(subscriber.channel(), credit));
      }
    }
    stirred.clear();
  }

  /** When the next answer is overdue, or the next is to be asked again. */
  long deadline() {
    long next = Long.MAX_VALUE;
    for (Subscriber subscriber : retrying) {
      next = Math.min(next, subscriber.due);
    }
    return Math.min(next, overdue());
  }

  /** When the oldest answer is overdue. */
  long overdue() {
    return asked.isEmpty() ? Long.MAX_VALUE : asked.values().iterator().next().due;
  }

  /** Asks again for what the server had no room for. */
  void retry(long line, long now) {
    for (Subscriber subscriber : new ArrayList<>(retrying)) {
      if (subscriber.due <= now) {
        retrying.remove(subscriber);
        ask(subscriber, line, now);
      }
    }
  }

  /** Ends everything. */
  void abandon(@Nullable SluiceException error, SluiceException why) {
    for (Subscriber subscriber : new ArrayList<>(bySubject.values())) {
      remove(subscriber);
      hands.fail(subscriber.ready(), why);
      subscriber.feed().take(new Notice.Ended(error));
    }
    lost();
  }

  /** All subscriptions, for the tests of what must always hold. */
  Collection<Subscriber> all() {
    return bySubject.values();
  }
}
