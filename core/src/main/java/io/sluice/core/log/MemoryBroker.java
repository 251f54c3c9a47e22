package io.sluice.core.log;

import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Code;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The broker of a server that stands alone: every log in this process, answers inside the call. Any
 * thread; {@link #tick} by one at a time.
 */
public final class MemoryBroker implements Broker, StateKeeper {
  /** How many logs one tick looks after, so that a million channels do not stop a lane. */
  private static final int SWEEP = 10_000;

  private final Limits.Hub limits;
  private final LogWatch watch;
  private final Namespaces namespaces;
  private final Supplier<String> epochs;
  private final LogBudget budget;
  private final Tombstones tombstones;
  private final ConcurrentHashMap<Subject, Log> logs = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean closed;
  private Iterator<Log> sweep = Collections.emptyIterator();

  /**
   * An empty broker.
   *
   * @param namespaces how each channel's log is bounded
   * @param epochs fresh epochs, random, 1 to {@link Position#MAX_EPOCH_LENGTH} characters
   */
  public MemoryBroker(Limits.Hub limits, Namespaces namespaces, Supplier<String> epochs) {
    this(limits, namespaces, epochs, (channel, hold, now) -> {});
  }

  /**
   * An empty broker.
   *
   * @param namespaces how each channel's log is bounded
   * @param epochs fresh epochs, random, 1 to {@link Position#MAX_EPOCH_LENGTH} characters
   * @param watch hears of every channel that gets a log
   */
  public MemoryBroker(
      Limits.Hub limits, Namespaces namespaces, Supplier<String> epochs, LogWatch watch) {
    this.watch = watch;
    this.limits = limits;
    this.namespaces = namespaces;
    this.epochs = epochs;
    this.budget = new LogBudget(limits.logBytes());
    this.tombstones = new Tombstones(limits);
  }

  @Override
  public void publish(Draft draft, Moment now, Receipt receipt) {
    while (!closed) {
      Log log = logOf(draft.channel(), now);
      if (log == null) {
        receipt.failed(tooManyChannels());
        return;
      }
      long offset = log.append(draft, now, receipt);
      if (offset > 0) {
        receipt.appended(new Position(log.epoch(), offset));
        return;
      }
      if (offset == Log.LATER) {
        return;
      }
      if (offset != Log.REMOVED) {
        receipt.failed(offset == Log.NO_ROOM ? noRoom() : holdFull());
        return;
      }
    }
    receipt.failed(isClosed());
  }

  private static Fault noRoom() {
    return new Fault(Code.MEMORY_LIMIT, "The logs of all channels hold as much as they may");
  }

  private static Fault holdFull() {
    return new Fault(Code.HOLD_FULL, "Slow readers hold the channel, and no more may wait");
  }

  private static Fault isClosed() {
    return new Fault(Code.BROKER_UNAVAILABLE, "The broker is closed");
  }

  @Override
  public void open(Subject subject, Signal signal, Moment now, Opening opening) {
    if (subject instanceof ChannelPattern pattern && namespaces.feedOf(pattern) == null) {
      opening.failed(new Fault(Code.NO_FEED, "No namespace of this pattern has a feed"));
      return;
    }
    while (!closed) {
      Log log = logOf(subject, now);
      if (log == null) {
        opening.failed(tooManyChannels());
        return;
      }
      if (log.join(signal)) {
        opening.opened(log, log.head());
        return;
      }
    }
    opening.failed(isClosed());
  }

  @Override
  public boolean keep(ChannelName channel, StateSource source, Moment now) {
    while (!closed) {
      Log log = logOf(channel, now);
      if (log == null) {
        return false;
      }
      if (log.keep(source)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void keepNoMore(ChannelName channel, Moment now) {
    Log log = logs.get(channel);
    if (log != null) {
      log.keepNoMore(now);
    }
  }

  @Override
  public @Nullable Position head(ChannelName channel) {
    Log log = logs.get(channel);
    return log == null ? null : new Position(log.epoch(), log.head());
  }

  private @Nullable Log logOf(Subject subject, Moment now) {
    Log log = logs.get(subject);
    if (log == null) {
      log = make(subject, now);
      if (log != null && subject instanceof ChannelName channel && log.isNews()) {
        watch.opened(channel, log.hold(), now);
      }
    }
    return log;
  }

  /** The feed comes before the first of its channels; null if there are too many logs. */
  private @Nullable Log make(Subject subject, Moment now) {
    Namespaces.Namespace fed =
        subject instanceof ChannelName channel ? namespaces.withFeed(channel) : null;
    while (fed != null) {
      Log feed = logOf(fed.pattern(), now);
      if (feed == null) {
        return null;
      }
      Log log = logs.computeIfAbsent(subject, absent -> create(absent, feed, now));
      if (log != null || !feed.isRemoved()) {
        return log;
      }
    }
    return logs.computeIfAbsent(subject, absent -> create(absent, null, now));
  }

  private @Nullable Log create(Subject subject, @Nullable Log feed, Moment now) {
    if (count.incrementAndGet() > limits.channels() || (feed != null && !feed.addSource())) {
      count.decrementAndGet();
      return null;
    }
    Position end = tombstones.take(subject);
    String epoch = end == null ? epochs.get() : end.epoch();
    long head = end == null ? 0 : end.offset();
    return new Log(subject, epoch, head, settings(subject), feed, budget, now);
  }

  private ChannelSettings settings(Subject subject) {
    return switch (subject) {
      case ChannelName channel -> namespaces.of(channel);
      case ChannelPattern pattern ->
          Objects.requireNonNull(namespaces.feedOf(pattern)).settings().ofFeed();
    };
  }

  private Fault tooManyChannels() {
    return new Fault(
        Code.CHANNEL_LIMIT, "The server holds " + limits.channels() + " channels and feeds");
  }

  @Override
  public void tick(Moment now) {
    tombstones.expire(now);
    if (!sweep.hasNext()) {
      sweep = logs.values().iterator();
    }
    for (int i = 0; i < SWEEP && sweep.hasNext(); i++) {
      Log log = sweep.next();
      log.expire(now);
      // Inside the map's own lock for this name, so that nobody creates a successor before the
      // tombstone stands.
      logs.computeIfPresent(log.subject(), (name, current) -> keepOrBury(current, now));
    }
  }

  private @Nullable Log keepOrBury(Log log, Moment now) {
    if (!log.removeIfUnused(now)) {
      return log;
    }
    tombstones.put(log.subject(), new Position(log.epoch(), log.head()), now);
    count.decrementAndGet();
    return null;
  }

  /** How many channels and feeds have a log. */
  public int channels() {
    return count.get();
  }

  /** How many removed channels and feeds are remembered. */
  public int buried() {
    return tombstones.size();
  }

  /** Bytes of publications in all logs, and of those that wait to enter them. */
  public long logBytes() {
    return budget.used();
  }

  /** Channels on which publications wait for slow readers. */
  public long heldChannels() {
    return budget.heldChannels();
  }

  /** Publications that wait for slow readers. */
  public long waiting() {
    return budget.waiting();
  }

  /** Their bytes. */
  public long waitingBytes() {
    return budget.waitingBytes();
  }

  /** What waits for slow readers then will not enter any more, and is answered so. */
  @Override
  public void close() {
    closed = true;
    for (Log log : logs.values()) {
      Hold hold = log.hold();
      if (hold != null) {
        hold.refuse(isClosed());
      }
    }
  }
}
