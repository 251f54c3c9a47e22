package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.model.ChannelName;
import io.sluice.model.Event;
import io.sluice.model.Limits;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one session has published and has not been answered, and as whom it publishes. Owned by its
 * session's lane.
 */
final class Outgoing {
  private final Session session;
  private Broker.Writer writer;

  /** Stands in what it publishes, where it does not want that back; null if nobody asks. */
  private @Nullable String publisher;

  /** How many of its publications wait for slow readers, by channel. */
  private Map<ChannelName, Integer> held = Map.of();

  private int inFlight;
  private long bytesInFlight;
  private int receiptsToCome;

  Outgoing(Session session, Broker.Writer writer) {
    this.session = session;
    this.writer = writer;
  }

  /** From here on it publishes under this name. */
  void publishAs(String name, Broker.Writer as) {
    publisher = name;
    writer = as;
  }

  /** Whether so many bytes more may be on their way; one publication alone always may. */
  boolean mayPublish(int bytes, Limits.Session limits) {
    if (inFlight == 0) {
      return true;
    }
    return inFlight < limits.publishesInFlight()
        && bytesInFlight + bytes <= limits.publishBytesInFlight();
  }

  void started(int bytes) {
    inFlight++;
    bytesInFlight += bytes;
  }

  void settled(int bytes) {
    inFlight--;
    bytesInFlight -= bytes;
  }

  /** Counts a publish whose outcome will be known in a later turn, and told if it is to be. */
  void receiptAwaited() {
    receiptsToCome++;
  }

  void receiptTold() {
    receiptsToCome--;
    session.stir();
  }

  /** Whether a receipt has yet to be told. */
  boolean awaitsReceipts() {
    return receiptsToCome > 0;
  }

  boolean isInFlight() {
    return inFlight > 0;
  }

  /** Under which name it publishes, if anybody asks. */
  @Nullable String publisher() {
    return publisher;
  }

  /** As whom it publishes, whatever its token says. Any thread. */
  Broker.Writer writer() {
    return writer;
  }

  /** One of its publications waits for slow readers: the first on a channel is told. */
  void held(ChannelName channel, int readers, long bytes) {
    if (held.isEmpty()) {
      held = new HashMap<>(2);
    }
    if (held.merge(channel, 1, Integer::sum) == 1) {
      session.tell(new Event.Held(channel, readers, bytes));
    }
  }

  /** One that waited is answered: the last on a channel is told. */
  void released(ChannelName channel, Meter meter) {
    if (held.merge(channel, -1, Integer::sum) == 0) {
      held.remove(channel);
      meter.released();
      session.tell(new Event.Released(channel));
    }
  }
}
