package io.sluice.core.log;

import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import org.jspecify.annotations.Nullable;

/**
 * The port behind which order and history are kept. A broker numbers publications, writes them into
 * its channels' logs and raises the signals of the lanes that read there. What is published in a
 * namespace that has a feed is in the feed as well, each channel's publications in their order.
 *
 * <p>Every answer may come inside the call or later, on any thread. For one channel, the answers to
 * {@link #publish} come in the order of the calls, and publications are appended in that order;
 * only a refusal does not wait for the answers of those that still wait for slow readers.
 *
 * <p>Thread: all methods may be called from any thread.
 */
public interface Broker extends AutoCloseable {
  /**
   * Appends a publication. Exactly one method of the receipt is called, once, never before the
   * publication can be read from the log.
   */
  void publish(Draft draft, Moment now, Receipt receipt);

  /**
   * Opens a channel's log for one reader, or with the pattern of a namespace that has a feed the
   * feed's, creating it if there is none. The signal is joined to the log before the answer, so
   * that nothing appended after the answer's head can be missed. The log stays until the reader
   * gives it back with {@link Log#leave}.
   */
  void open(Subject subject, Signal signal, Moment now, Opening opening);

  /** Where the channel's log ends now; null if it has none. */
  default @Nullable Position head(ChannelName channel) {
    return null;
  }

  /** Housekeeping, once a second or so: evicts by age, removes channels nobody uses. */
  void tick(Moment now);

  /** Lets go of everything; later publishes fail. */
  @Override
  void close();

  /**
   * Who publishes. What of one writer waits on a channel is counted together, by the writer's
   * identity. Immutable.
   */
  final class Writer {
    private final int maxPublishes;
    private final long maxBytes;

    /** A writer whose publications may wait as far as these limits say. */
    public Writer(Limits.Session limits) {
      this(limits.heldPublishes(), limits.heldBytes());
    }

    /** A writer of whose publications so many may wait, and so many bytes. */
    public Writer(int publishes, long bytes) {
      this.maxPublishes = publishes;
      this.maxBytes = bytes;
    }

    int maxPublishes() {
      return maxPublishes;
    }

    long maxBytes() {
      return maxBytes;
    }
  }

  /** The answer to a publish. */
  interface Receipt {
    /** It is in the log, at this position; a repetition gets the position of the first. */
    void appended(Position position);

    /** It is not in the log and never will be. */
    void failed(Fault fault);

    /**
     * It waits for slow readers, and one of the others follows. Called at most once, before it.
     *
     * @param readers how many hold it back now, at least one
     * @param bytes how much lies before the slowest of them
     */
    default void held(int readers, long bytes) {}

    /**
     * Whose publication it is; null if it may not wait: what would have to is answered {@code
     * hold_full}.
     */
    default @Nullable Writer writer() {
      return null;
    }
  }

  /** The answer to an open. */
  interface Opening {
    /**
     * The log is open.
     *
     * @param head its head as read after the signal was joined, never before
     */
    void opened(Log log, long head);

    /** There is none. */
    void failed(Fault fault);
  }
}
