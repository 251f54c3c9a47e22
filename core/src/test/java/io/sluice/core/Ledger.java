package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Entry;
import io.sluice.core.log.Log;
import io.sluice.core.log.Signal;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.model.Publication;
import io.sluice.model.Subject;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the simulation knows of every log that ever was: it stands before the broker, writes down
 * what is appended, and never evicts. Owned by its simulation.
 */
final class Ledger implements Broker {
  private record Numbering(Subject subject, String epoch) {}

  private final Broker inner;
  private final Namespaces namespaces;
  private final Map<Numbering, TreeMap<Long, Draft>> history = new HashMap<>();

  Ledger(Broker inner, Namespaces namespaces) {
    this.inner = inner;
    this.namespaces = namespaces;
  }

  /** Whose log a subscription to this reads; null if none has it. */
  Subject source(Subject subject) {
    if (subject instanceof ChannelPattern pattern) {
      Namespaces.Namespace fed = namespaces.withFeed(pattern);
      return fed == null ? null : fed.pattern();
    }
    return subject;
  }

  /** What was appended there: to a channel, or to the feed around a pattern. */
  Draft at(Subject subject, String epoch, long offset) {
    Draft draft = numbers(source(subject), epoch).get(offset);
    if (draft == null) {
      throw new AssertionError(subject + " never had " + epoch + "/" + offset);
    }
    return draft;
  }

  /** The newest offsets that were ever given there, by epoch. */
  Map<String, Long> heads(Subject subject) {
    Map<String, Long> heads = new HashMap<>();
    history.forEach(
        (numbering, numbers) -> {
          if (numbering.subject().equals(subject) && !numbers.isEmpty()) {
            heads.put(numbering.epoch(), numbers.lastKey());
          }
        });
    return heads;
  }

  private TreeMap<Long, Draft> numbers(Subject subject, String epoch) {
    return history.computeIfAbsent(new Numbering(subject, epoch), key -> new TreeMap<>());
  }

  @Override
  public void publish(Draft draft, Moment now, Receipt receipt) {
    inner.publish(
        draft,
        now,
        new Receipt() {
          @Override
          public void appended(Position position) {
            if (write(draft.channel(), draft, position)) {
              writeFed(draft, position, now);
            }
            receipt.appended(position);
          }

          @Override
          public void failed(Fault fault) {
            receipt.failed(fault);
          }

          @Override
          public void held(int readers, long bytes) {
            receipt.held(readers, bytes);
          }

          @Override
          public Writer writer() {
            return receipt.writer();
          }
        });
  }

  /** The number that the next one there gets. */
  private long next(Subject subject, String epoch) {
    TreeMap<Long, Draft> numbers = numbers(subject, epoch);
    return numbers.isEmpty() ? 1 : numbers.lastKey() + 1;
  }

  /** Whether it is new there. */
  private boolean write(Subject subject, Draft draft, Position position) {
    TreeMap<Long, Draft> numbers = numbers(subject, position.epoch());
    long expected = next(subject, position.epoch());
    Draft before = numbers.putIfAbsent(position.offset(), draft);
    if (before == null && position.offset() != expected) {
      throw new AssertionError(subject + " numbers " + expected + " as " + position);
    }
    String key = draft.idempotencyKey();
    if (before != null && (key == null || !key.equals(before.idempotencyKey()))) {
      throw new AssertionError(subject + " numbers twice with " + position);
    }
    return before == null;
  }

  /** What is new in a channel of a feed is the next in the feed, in the same words. */
  @SuppressWarnings("ReferenceEquality")
  private void writeFed(Draft draft, Position position, Moment now) {
    Namespaces.Namespace fed = namespaces.withFeed(draft.channel());
    if (fed == null) {
      return;
    }
    Signal signal = () -> {};
    inner.open(
        fed.pattern(),
        signal,
        now,
        new Opening() {
          @Override
          public void opened(Log log, long head) {
            // Several may have entered in one step: their receipts come one after the other.
            long offset = next(fed.pattern(), log.epoch());
            Entry entry = log.entry(offset);
            boolean same =
                entry == null
                    ? offset < log.first()
                    : entry.publication().draft() == draft
                        && entry
                            .publication()
                            .origin()
                            .equals(new Publication.Origin(position, log.epoch()));
            if (!same || !write(fed.pattern(), draft, new Position(log.epoch(), offset))) {
              throw new AssertionError(entry + " is next in the feed, not " + draft);
            }
            log.leave(signal, now);
          }

          @Override
          public void failed(Fault fault) {
            throw new AssertionError(fault);
          }
        });
  }

  @Override
  public void open(Subject subject, Signal signal, Moment now, Opening opening) {
    inner.open(subject, signal, now, opening);
  }

  @Override
  public void tick(Moment now) {
    inner.tick(now);
  }

  @Override
  public void close() {
    inner.close();
  }
}
