package io.sluice.client;

import io.sluice.model.ClientCode;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.protocol.nexus.NexusAnswer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its engine. Requests on their way: those that wait, in order, and those that were sent and
 * have no answer yet. When the line breaks the latter go back to the front of the former, in their
 * order, and are sent again; a publication among them carries a key that makes it append once.
 *
 * <p>While a channel is held, what was published to it waits at the server, and no clock runs for
 * it; nothing more is sent to that channel, and what the server had no room for goes again when it
 * is released.
 */
final class Desk {
  /** A server remembers a key for five minutes, unless it is told to do so for longer. */
  private static final long REPEATABLE_NANOS = Duration.ofMinutes(4).toNanos();

  /** By default a server lets four times as many be unanswered as are in flight. */
  private static final int STUCK_PER_FLIGHT = 3;

  private final ClientLimits limits;
  private final Hands hands;
  private final Deque<Request<?>> waiting = new ArrayDeque<>();
  private final Map<Long, Request<?>> inFlight = new LinkedHashMap<>();

  /** Where publications wait at the server. */
  private final Set<String> held = new LinkedHashSet<>();

  /** Those of them that were sent. */
  private final Map<Long, Request<?>> stuck = new LinkedHashMap<>();

  /** Those that are not, until their channel is released. */
  private final List<Request<?>> parked = new ArrayList<>();

  private final List<CompletableFuture<@Nullable Void>> awaiting = new ArrayList<>();
  private long inFlightBytes;

  /** Of what waits, is stuck or is parked. */
  private long waitingBytes;

  Desk(ClientLimits limits, Hands hands) {
    this.limits = limits;
    this.hands = hands;
  }

  /** Puts a request behind the others, or refuses it. */
  void add(Request<?> request) {
    if (request.bytes() > limits.maxPublishBytes()) {
      hands.fail(
          request.future(),
          new SluiceException(
              CloseReason.TOO_BIG.text(),
              request.bytes() + " bytes, and maxPublishBytes is " + limits.maxPublishBytes()));
    } else if (waiting() >= limits.queueMessages()
        || waitingBytes + request.bytes() > limits.queueBytes()) {
      hands.fail(
          request.future(),
          new SluiceException(ClientCode.QUEUE_FULL, waiting() + " requests wait"));
    } else {
      waiting.addLast(request);
      waitingBytes += request.bytes();
    }
  }

  /** Completes this as soon as less than half of the room is taken. */
  void await(CompletableFuture<@Nullable Void> room) {
    awaiting.add(room);
    tellOfRoom();
  }

  private void tellOfRoom() {
    if (!awaiting.isEmpty()
        && waiting() < (limits.queueMessages() + 1) / 2
        && waitingBytes < (limits.queueBytes() + 1) / 2) {
      awaiting.forEach(hands::done);
      awaiting.clear();
    }
  }

  /** Sends what may be sent. */
  void flush(long line, long now) {
    while (!waiting.isEmpty() && hands.isReady(line)) {
      Request<?> request = waiting.getFirst();
      boolean toHeld = held.contains(request.channel());
      if (!toHeld && !isRoomFor(request)) {
        break;
      }
      waiting.removeFirst();
      if (toHeld) {
        parked.add(request);
      } else {
        send(request, line, now);
      }
    }
    tellOfRoom();
  }

  private void send(Request<?> request, long line, long now) {
    waitingBytes -= request.bytes();
    if (request.future().isDone() || isTooOld(request, now)) {
      // Whoever asked has lost patience, or has just been told.
      return;
    }
    hands.send(line, request.text());
    if (request.isAnswered()) {
      fly(request, now);
    } else {
      request.complete(new NexusAnswer.Pong(request.id(), 0), hands);
    }
  }

  private void fly(Request<?> request, long now) {
    request.sent(now, now + limits.requestTimeout().toNanos());
    inFlight.put(request.id(), request);
    inFlightBytes += request.bytes();
  }

  /** Whether the server may have forgotten the key of a publication it has already appended. */
  private boolean isTooOld(Request<?> request, long now) {
    if (!request.isPublication() || now - request.firstSent(now) <= REPEATABLE_NANOS) {
      return false;
    }
    hands.fail(
        request.future(),
        new SluiceException(
            ClientCode.UNCERTAIN, "Nobody can say whether this was appended before"));
    return true;
  }

  private boolean isRoomFor(Request<?> request) {
    return stuck.size() < STUCK_PER_FLIGHT * limits.inFlight()
        && (inFlight.isEmpty()
            || !request.isAnswered()
            || (inFlight.size() < limits.inFlight()
                && inFlightBytes + request.bytes() <= limits.inFlightBytes()));
  }

  /** Takes an answer; false if it answers nothing of these. */
  boolean answer(long id, NexusAnswer answer) {
    Request<?> request = find(id);
    if (request == null || !request.complete(answer, hands)) {
      return false;
    }
    remove(request);
    return true;
  }

  /**
   * Takes a refusal; false if it refuses nothing of these. What a stopping server did not do is
   * kept: it is asked of the next one. What found no room behind slow readers is kept too, until
   * they have read.
   */
  boolean refuse(NexusAnswer.Failed failed) {
    Request<?> request = find(failed.id());
    if (request == null) {
      return false;
    }
    if (failed.code().equals(Code.SHUTTING_DOWN.text())) {
      return true;
    }
    remove(request);
    if (failed.code().equals(Code.HOLD_FULL.text()) && held.contains(request.channel())) {
      request.undone();
      parked.add(request);
      waitingBytes += request.bytes();
    } else {
      hands.fail(request.future(), new SluiceException(failed.code(), failed.message()));
    }
    return true;
  }

  private @Nullable Request<?> find(long id) {
    Request<?> request = inFlight.get(id);
    return request == null ? stuck.get(id) : request;
  }

  private void remove(Request<?> request) {
    if (inFlight.remove(request.id()) != null) {
      inFlightBytes -= request.bytes();
    } else if (stuck.remove(request.id()) != null) {
      waitingBytes -= request.bytes();
    }
  }

  /** Publications on a channel wait at the server. */
  void hold(Held channel) {
    held.add(channel.channel());
    for (Request<?> request : of(channel.channel(), inFlight)) {
      remove(request);
      stuck.put(request.id(), request);
      waitingBytes += request.bytes();
    }
    hands.held(channel);
  }

  /** They wait no more. */
  void release(String channel, long now) {
    if (!held.remove(channel)) {
      return;
    }
    for (Request<?> request : of(channel, stuck)) {
      remove(request);
      fly(request, now);
    }
    requeue(List.of());
    hands.released(channel);
  }

  private static List<Request<?>> of(String channel, Map<Long, Request<?>> requests) {
    return requests.values().stream().filter(it -> channel.equals(it.channel())).toList();
  }

  /** Everything that is not under way, in the order it was asked for. */
  private void requeue(Collection<Request<?>> more) {
    List<Request<?>> all = new ArrayList<>(more);
    all.addAll(parked);
    all.addAll(waiting);
    all.sort(Comparator.comparingLong(Request::id));
    parked.clear();
    waiting.clear();
    waiting.addAll(all);
  }

  /**
   * The line broke.
   *
   * @param tooBig whether because the server found a message too large: the largest of those under
   *     way must be the one, and is not sent again
   */
  void lost(boolean tooBig, long now) {
    if (tooBig) {
      inFlight.values().stream()
          .max(Comparator.comparingInt(Request::bytes))
          .ifPresent(this::sacrifice);
    }
    stuck.values().forEach(request -> request.waitedUntil(now));
    recall();
  }

  /** Nothing is under way any more, and no channel is held. */
  private void recall() {
    List<Request<?>> again = new ArrayList<>(inFlight.values());
    again.addAll(stuck.values());
    waitingBytes += inFlightBytes;
    inFlightBytes = 0;
    inFlight.clear();
    stuck.clear();
    requeue(again);
    List<String> released = List.copyOf(held);
    held.clear();
    released.forEach(hands::released);
  }

  private void sacrifice(Request<?> largest) {
    remove(largest);
    hands.fail(
        largest.future(),
        new SluiceException(CloseReason.TOO_BIG.text(), "The server takes no message so large"));
  }

  /** When the next answer is overdue; {@link Long#MAX_VALUE} if none is awaited. */
  long deadline() {
    Iterator<Request<?>> oldest = inFlight.values().iterator();
    return oldest.hasNext() ? oldest.next().deadline() : Long.MAX_VALUE;
  }

  /** Gives up what is overdue. */
  void expire(long now) {
    while (deadline() <= now) {
      Request<?> request = inFlight.values().iterator().next();
      remove(request);
      hands.fail(
          request.future(),
          new SluiceException(ClientCode.TIMEOUT, "No answer in " + limits.requestTimeout()));
    }
  }

  /** Fails everything. */
  void abandon(SluiceException error) {
    recall();
    List<Request<?>> all = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    all.forEach(request -> hands.fail(request.future(), error));
    awaiting.forEach(room -> hands.fail(room, error));
    awaiting.clear();
  }

  /** What waits: for the connection, for answers to others, for slow readers. */
  int waiting() {
    return waiting.size() + parked.size() + stuck.size();
  }

  int inFlight() {
    return inFlight.size();
  }

  long inFlightBytes() {
    return inFlightBytes;
  }
}
