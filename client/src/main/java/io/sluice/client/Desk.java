package io.sluice.client;

import io.sluice.model.ClientCode;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.protocol.nexus.NexusAnswer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Owner: its engine. Requests on their way: those that wait, in order, and those that were sent and
 * have no answer yet. When the line breaks the latter go back to the front of the former, in their
 * order, and are sent again; a publication among them carries a key that makes it append once.
 */
final class Desk {
  /** A server remembers a key for five minutes, unless it is told to do so for longer. */
  private static final long REPEATABLE_NANOS = Duration.ofMinutes(4).toNanos();

  private final ClientLimits limits;
  private final Hands hands;
  private final Deque<Request<?>> waiting = new ArrayDeque<>();
  private final Map<Long, Request<?>> inFlight = new LinkedHashMap<>();
  private long waitingBytes;
  private long inFlightBytes;

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
    } else if (waiting.size() >= limits.queueMessages()
        || waitingBytes + request.bytes() > limits.queueBytes()) {
      hands.fail(
          request.future(),
          new SluiceException(ClientCode.QUEUE_FULL, waiting.size() + " requests wait"));
    } else {
      waiting.addLast(request);
      waitingBytes += request.bytes();
    }
  }

  /** Sends what may be sent. */
  void flush(long line, long now) {
    while (!waiting.isEmpty() && isRoomFor(waiting.peekFirst()) && hands.isReady(line)) {
      Request<?> request = waiting.removeFirst();
      waitingBytes -= request.bytes();
      if (request.future().isDone() || isTooOld(request, now)) {
        // Whoever asked has lost patience, or has just been told.
        continue;
      }
      hands.send(line, request.text());
      if (request.isAnswered()) {
        request.sent(now, now + limits.requestTimeout().toNanos());
        inFlight.put(request.id(), request);
        inFlightBytes += request.bytes();
      } else {
        request.complete(new NexusAnswer.Pong(request.id(), 0), hands);
      }
    }
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
    return inFlight.isEmpty()
        || !request.isAnswered()
        || (inFlight.size() < limits.inFlight()
            && inFlightBytes + request.bytes() <= limits.inFlightBytes());
  }

  /** Takes an answer; false if it answers nothing of these. */
  boolean answer(long id, NexusAnswer answer) {
    Request<?> request = inFlight.get(id);
    if (request == null || !request.complete(answer, hands)) {
      return false;
    }
    remove(request);
    return true;
  }

  /**
   * Takes a refusal; false if it refuses nothing of these. What a stopping server did not do is
   * kept: it is asked of the next one.
   */
  boolean refuse(NexusAnswer.Failed failed) {
    Request<?> request = inFlight.get(failed.id());
    if (request == null) {
      return false;
    }
    if (!failed.code().equals(Code.SHUTTING_DOWN.text())) {
      remove(request);
      hands.fail(request.future(), new SluiceException(failed.code(), failed.message()));
    }
    return true;
  }

  private void remove(Request<?> request) {
    inFlight.remove(request.id());
    inFlightBytes -= request.bytes();
  }

  /**
   * The line broke.
   *
   * @param tooBig whether because the server found a message too large: the largest of those under
   *     way must be the one, and is not sent again
   */
  void lost(boolean tooBig) {
    List<Request<?>> again = new ArrayList<>(inFlight.values());
    inFlight.clear();
    inFlightBytes = 0;
    if (tooBig) {
      again.stream()
          .max((a, b) -> Integer.compare(a.bytes(), b.bytes()))
          .ifPresent(
              largest -> {
                again.remove(largest);
                hands.fail(
                    largest.future(),
                    new SluiceException(
                        CloseReason.TOO_BIG.text(), "The server takes no message so large"));
              });
    }
    for (int i = again.size() - 1; i >= 0; i--) {
      waiting.addFirst(again.get(i));
      waitingBytes += again.get(i).bytes();
    }
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
    List<Request<?>> all = new ArrayList<>(inFlight.values());
    all.addAll(waiting);
    inFlight.clear();
    waiting.clear();
    inFlightBytes = 0;
    waitingBytes = 0;
    all.forEach(request -> hands.fail(request.future(), error));
  }

  int waiting() {
    return waiting.size();
  }

  int inFlight() {
    return inFlight.size();
  }

  long inFlightBytes() {
    return inFlightBytes;
  }
}
