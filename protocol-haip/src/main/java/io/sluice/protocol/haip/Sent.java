package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. What was sent under which number, as far as the peer may want it again:
 * frames of the conversation's own are kept as they are, publications as stretches of their
 * channel's log. What is acknowledged is forgotten, and the oldest beyond the bounds.
 */
final class Sent {
  /** What a kept frame takes beside its bytes. */
  private static final int OVERHEAD = 64;

  private final HaipLimits.Resume limits;
  private @Nullable ArrayDeque<Entry> entries;
  private long next = 1;
  private long acknowledged;
  private int unanswered;
  private int messages;
  private int runs;
  private long bytes;
  private boolean keeps = true;

  Sent(HaipLimits.Resume limits) {
    this.limits = limits;
  }

  /** The number of what is sent next; unsigned. */
  long next() {
    return next;
  }

  /** Whether the peer may want anything again; if not, nothing is kept. */
  void keep(boolean wanted) {
    keeps = wanted;
    if (!wanted) {
      forget();
    }
  }

  /** Nothing that was sent is wanted again. */
  void forget() {
    entries = null;
    messages = 0;
    runs = 0;
    bytes = 0;
  }

  /** A frame of the conversation's own has the next number. */
  void said(byte[] text, byte @Nullable [] binary) {
    if (unanswered > 0) {
      throw new IllegalStateException("a head was written and not answered for");
    }
    long seq = next++;
    if (keeps) {
      add(new Said(seq, text, binary));
      bytes += size(text, binary);
      trim();
    }
  }

  private static long size(byte[] text, byte @Nullable [] binary) {
    return (long) OVERHEAD + text.length + (binary == null ? 0 : binary.length);
  }

  /** A head was written: takes the next number. */
  long give() {
    unanswered++;
    return next++;
  }

  /** What got the oldest head that is not answered for is on its way. */
  void published(String channel, long offset) {
    if (unanswered == 0) {
      throw new IllegalStateException("no head was written");
    }
    long seq = next - unanswered;
    unanswered--;
    if (!keeps) {
      return;
    }
    Run run = lastRun(channel, offset);
    if (run != null) {
      run.last = offset;
      run.count++;
      messages++;
    } else {
      add(new Run(seq, channel, offset));
      runs++;
    }
    trim();
  }

  private @Nullable Run lastRun(String channel, long offset) {
    return entries != null
            && entries.peekLast() instanceof Run run
            && run.channel.equals(channel)
            && run.last + 1 == offset
        ? run
        : null;
  }

  /** What got the newest heads was not written: their numbers are given again. */
  void unsent(int frames) {
    if (frames > unanswered) {
      throw new IllegalStateException("fewer heads were written");
    }
    unanswered -= frames;
    next -= frames;
  }

  private void add(Entry entry) {
    if (entries == null) {
      entries = new ArrayDeque<>(4);
    }
    entries.add(entry);
    messages++;
  }

  private void trim() {
    while (entries != null
        && entries.size() > 1
        && (messages > limits.messages() || bytes > limits.bytes() || runs > limits.runs())) {
      dropFirst();
    }
  }

  private void dropFirst() {
    if (entries == null) {
      return;
    }
    Entry first = entries.remove();
    messages -= first.count();
    switch (first) {
      case Run run -> runs--;
      case Said said -> bytes -= size(said.text, said.binary);
    }
    if (entries.isEmpty()) {
      entries = null;
    }
  }

  /** Whether that number was given to anything. */
  boolean wasSent(long seq) {
    return Long.compareUnsigned(seq, next) < 0;
  }

  /** The peer has everything as far as there. */
  void acknowledged(long seq) {
    acknowledged = Long.compareUnsigned(seq, acknowledged) > 0 ? seq : acknowledged;
    while (entries != null) {
      Entry first = entries.element();
      long last = first.first() + first.count() - 1;
      if (Long.compareUnsigned(last, seq) > 0) {
        return;
      }
      dropFirst();
    }
  }

  /** As far as there the peer has said that it has everything. */
  long acknowledged() {
    return acknowledged;
  }

  /** The oldest number that can be sent again; {@link #next} if none can. */
  long oldest() {
    return entries == null ? next : entries.element().first();
  }

  /** What was sent from one number to another, both included, as far as it is kept. */
  List<HaipReplay> again(long from, long to) {
    List<HaipReplay> steps = new ArrayList<>();
    if (entries == null) {
      return steps;
    }
    for (Iterator<Entry> all = entries.iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      long last = entry.first() + entry.count() - 1;
      if (Long.compareUnsigned(last, from) >= 0 && Long.compareUnsigned(entry.first(), to) <= 0) {
        steps.add(step(entry, from, to));
      }
    }
    return steps;
  }

  /** Of a stretch only what is wanted: its numbers and its offsets rise together. */
  private static HaipReplay step(Entry entry, long from, long to) {
    return switch (entry) {
      case Said said -> new HaipReplay.Said(said.text, said.binary);
      case Run run -> {
        long last = run.first + run.count - 1;
        long first = Long.compareUnsigned(from, run.first) > 0 ? from : run.first;
        long end = Long.compareUnsigned(to, last) < 0 ? to : last;
        yield new HaipReplay.Published(
            run.channel,
            first,
            run.start + (first - run.first),
            run.start + (end - run.first),
            (int) (end - first) + 1);
      }
    };
  }

  /** Roughly what is kept, in bytes. */
  long retainedBytes() {
    return bytes + (long) runs * OVERHEAD;
  }

  private sealed interface Entry {
    long first();

    int count();
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Said(long first, byte[] text, byte @Nullable [] binary) implements Entry {
    @Override
    public int count() {
      return 1;
    }
  }

  /** Owner: the table it is in. */
  private static final class Run implements Entry {
    private final long first;
    private final String channel;
    private final long start;
    private long last;
    private int count = 1;

    Run(long first, String channel, long start) {
      this.first = first;
      this.channel = channel;
      this.start = start;
      this.last = start;
    }

    @Override
    public long first() {
      return first;
    }

    @Override
    public int count() {
      return count;
    }
  }
}
