package io.sluice.gateway.haip;

import io.sluice.gateway.haip.HaipTally.Sum;
import io.sluice.protocol.haip.HaipCode;
import java.util.Arrays;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What all conversations of a server have done, added up when somebody asks. Stateless; any thread.
 */
public final class HaipFigures {
  private final Supplier<Stream<HaipTally>> tallies;
  private final IntSupplier attached;
  private final IntSupplier kept;

  /**
   * Figures.
   *
   * @param tallies one of each event loop that there is
   * @param attached sessions with a line
   * @param kept sessions without one
   */
  HaipFigures(Supplier<Stream<HaipTally>> tallies, IntSupplier attached, IntSupplier kept) {
    this.tallies = tallies;
    this.attached = attached;
    this.kept = kept;
  }

  private long sum(Sum what) {
    return tallies.get().mapToLong(tally -> tally.of(what)).sum();
  }

  /** Sessions that have a line now. */
  public int attached() {
    return attached.getAsInt();
  }

  /** Sessions that are kept without one. */
  public int kept() {
    return kept.getAsInt();
  }

  /** Envelopes and binary parts that came, good or bad. */
  public long received() {
    return sum(Sum.RECEIVED);
  }

  /** Those of them that came in requests of their own. */
  public long posted() {
    return sum(Sum.POSTED);
  }

  /** Messages that somebody is done with. */
  public long handled() {
    return sum(Sum.HANDLED);
  }

  /** How long that took for all of them, from receipt on. */
  public long handledNanos() {
    return sum(Sum.HANDLED_NANOS);
  }

  /** Times a peer was asked to wait. */
  public long pressed() {
    return sum(Sum.PRESSED);
  }

  /** Messages that were taken although there was no credit for them. */
  public long owed() {
    return sum(Sum.OWED);
  }

  /** Their units. */
  public long owedUnits() {
    return sum(Sum.OWED_UNITS);
  }

  /** Times a peer was told again what it had not got. */
  public long replayed() {
    return sum(Sum.REPLAYED);
  }

  /** Lines that went on with a session. */
  public long resumed() {
    return sum(Sum.RESUMED);
  }

  /** ERRORs that were said with this code. */
  public long errors(HaipCode code) {
    return tallies.get().mapToLong(tally -> tally.of(code)).sum();
  }

  /** ERRORs of agents that went to people. */
  public long agentErrors() {
    return sum(Sum.AGENT_ERRORS);
  }

  /** ERRORs that people were told, whosever they were. */
  public long errors() {
    return agentErrors() + Arrays.stream(HaipCode.values()).mapToLong(this::errors).sum();
  }
}
