package io.sluice.core.log;

import io.sluice.races.Sample;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A log is read without its lock while it is written, evicts, and grows. */
public class EntryRace {
  private EntryRace() {}

  /**
   * Four retained at most, four held, one more appended: the first goes. First is the head that was
   * read, second the offset of the entry found there.
   */
  @JCStressTest
  @Outcome(id = "4, 4", expect = Expect.ACCEPTABLE, desc = "before the append")
  @Outcome(id = "5, 5", expect = Expect.ACCEPTABLE, desc = "after the append")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a head without its publication, or another's")
  @State
  public static class HeadOrAppend {
    private final Log log = filled(4);

    @Actor
    public void publisher() {
      log.append(Sample.DRAFT, Sample.NOW);
    }

    @Actor
    public void reader(JJ_Result result) {
      long head = log.head();
      result.r1 = head;
      result.r2 = offset(log.entry(head));
    }
  }

  /**
   * The same, but the reader wants the oldest. First is the log's first as it was read before,
   * second the offset found there or 0, third the log's first afterwards.
   */
  @JCStressTest
  @Outcome(id = "1, 1, 2", expect = Expect.ACCEPTABLE, desc = "found before it was evicted")
  @Outcome(id = "1, 0, 2", expect = Expect.ACCEPTABLE, desc = "taken for evicted, which it is")
  @Outcome(id = "2, 2, 2", expect = Expect.ACCEPTABLE, desc = "the second is the oldest now")
  @Outcome(expect = Expect.FORBIDDEN, desc = "another's offset, or missing and not evicted")
  @State
  public static class OldestOrEvict {
    private final Log log = filled(4);

    @Actor
    public void publisher() {
      log.append(Sample.DRAFT, Sample.NOW);
    }

    @Actor
    public void reader(JJJ_Result result) {
      long first = log.first();
      result.r1 = first;
      result.r2 = offset(log.entry(first));
    }

    @Arbiter
    public void afterwards(JJJ_Result result) {
      result.r3 = log.first();
    }
  }

  /**
   * The slot of an evicted publication is written again: ring of eight, eight retained, eight held,
   * two more appended. Second is what the reader found at offset 2, third the log's first
   * afterwards.
   */
  @JCStressTest
  @Outcome(id = "8, 2, 3", expect = Expect.ACCEPTABLE, desc = "found before it was evicted")
  @Outcome(id = "9, 2, 3", expect = Expect.ACCEPTABLE, desc = "found before it was evicted")
  @Outcome(id = "8, 0, 3", expect = Expect.ACCEPTABLE, desc = "taken for evicted, which it is")
  @Outcome(id = "9, 0, 3", expect = Expect.ACCEPTABLE, desc = "taken for evicted, which it is")
  @Outcome(id = "10, 0, 3", expect = Expect.ACCEPTABLE, desc = "its slot holds the tenth")
  @Outcome(expect = Expect.FORBIDDEN, desc = "another's offset, or found after the head moved on")
  @State
  public static class OverwrittenSlot {
    private final Log log = filled(8);

    @Actor
    public void publisher() {
      log.append(Sample.DRAFT, Sample.NOW);
      log.append(Sample.DRAFT, Sample.NOW);
    }

    @Actor
    public void reader(JJJ_Result result) {
      result.r1 = log.head();
      result.r2 = offset(log.entry(2));
    }

    @Arbiter
    public void afterwards(JJJ_Result result) {
      result.r3 = log.first();
    }
  }

  /**
   * The ring is full with eight and doubles for the ninth; nothing is evicted. First is the head
   * that was read, second what was found there, third how many of one to head were found.
   */
  @JCStressTest
  @Outcome(id = "8, 8, 8", expect = Expect.ACCEPTABLE, desc = "before the append")
  @Outcome(id = "9, 9, 9", expect = Expect.ACCEPTABLE, desc = "after the append")
  @Outcome(expect = Expect.FORBIDDEN, desc = "missing though nothing was evicted, or another's")
  @State
  public static class ReadOrGrow {
    private final Log log =
        new Log(
            Sample.CHANNEL,
            Sample.EPOCH,
            0,
            Sample.channel(16),
            new LogBudget(1 << 20),
            Sample.NOW);

    public ReadOrGrow() {
      for (int i = 0; i < 8; i++) {
        log.append(Sample.DRAFT, Sample.NOW);
      }
    }

    @Actor
    public void publisher() {
      log.append(Sample.DRAFT, Sample.NOW);
    }

    @Actor
    public void reader(JJJ_Result result) {
      long head = log.head();
      result.r1 = head;
      result.r2 = offset(log.entry(head));
      for (long offset = 1; offset <= head; offset++) {
        result.r3 += offset(log.entry(offset)) == offset ? 1 : 0;
      }
    }
  }

  private static Log filled(int messages) {
    Log log =
        new Log(
            Sample.CHANNEL,
            Sample.EPOCH,
            0,
            Sample.channel(messages),
            new LogBudget(1 << 20),
            Sample.NOW);
    for (int i = 0; i < messages; i++) {
      log.append(Sample.DRAFT, Sample.NOW);
    }
    return log;
  }

  private static long offset(Entry entry) {
    return entry == null ? 0 : entry.offset();
  }
}
