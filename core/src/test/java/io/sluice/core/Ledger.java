package io.sluice.core;

import io.sluice.core.log.Broker;
import io.sluice.core.log.Signal;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.model.Position;
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
  private final Map<Numbering, TreeMap<Long, Draft>> history = new HashMap<>();

  Ledger(Broker inner) {
    this.inner = inner;
  }

  /** What was appended there. */
  Draft at(Subject subject, String epoch, long offset) {
    Draft draft = numbers(subject, epoch).get(offset);
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
            write(draft, position);
            receipt.appended(position);
          }

          @Override
          public void failed(Fault fault) {
            receipt.failed(fault);
          }
        });
  }

  private void write(Draft draft, Position position) {
    TreeMap<Long, Draft> numbers = numbers(draft.channel(), position.epoch());
    long expected = numbers.isEmpty() ? 1 : numbers.lastKey() + 1;
    Draft before = numbers.putIfAbsent(position.offset(), draft);
    if (before == null && position.offset() != expected) {
      throw new AssertionError(draft.channel() + " numbers " + expected + " as " + position);
    }
    String key = draft.idempotencyKey();
    if (before != null && (key == null || !key.equals(before.idempotencyKey()))) {
      throw new AssertionError(draft.channel() + " numbers twice with " + position);
    }
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
