package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. What was sent under which number, as far as the peer may want it again:
 * frames of the conversation's own are kept as they are, publications as stretches of their
 * channel's log, and a HAI as what it takes to write it once more. What is acknowledged is
 * forgotten, and the oldest beyond the bounds.
 *
 * <p>Every number is given to something that is kept here or to something older, so entries need
 * not know theirs: the first has {@link #oldest}, and so on.
 */
final class Sent {
  /** What an entry takes beside its bytes, roughly. */
  private static final int OVERHEAD = 32;

  private final HaipLimits.Resume limits;
  private @Nullable ArrayDeque<Entry> entries;
  private long next = 1;
  private long oldest = 1;
  private long acknowledged;
  private long bytes;
  private int unanswered;
  private int messages;
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

  /** Whether the peer may want anything again. */
  boolean keeps() {
    return keeps;
  }

  private void forget() {
    entries = null;
    oldest = next;
    messages = 0;
    bytes = 0;
  }

  /** A frame of the conversation's own has the next number. */
  void said(byte[] text, byte @Nullable [] binary) {
    said(new Frame(text, binary));
  }

  /** A HAI has the next number. */
  void greeted(Greeting greeting) {
    said(greeting);
  }

  private void said(Entry entry) {
    if (unanswered > 0) {
      throw new IllegalStateException("a head was written and not answered for");
    }
    next++;
    if (keeps) {
      add(entry);
      trim();
    } else {
      oldest = next;
    }
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
    unanswered--;
    if (!keeps) {
      oldest = next - unanswered;
      return;
    }
    if (entries != null
        && entries.peekLast() instanceof Stretch last
        && last.start + last.count == offset
        && last.channel.equals(channel)) {
      last.count++;
      messages++;
    } else {
      add(new Stretch(channel, offset));
    }
    trim();
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
      entries = new ArrayDeque<>(1);
    }
    entries.add(entry);
    messages++;
    bytes += entry.bytes();
  }

  private void trim() {
    while (entries != null
        && (messages > limits.messages() || (bytes > limits.bytes() && entries.size() > 1))) {
      drop(messages > limits.messages() ? messages - limits.messages() : Integer.MAX_VALUE);
    }
  }

  /** Drops so many of the oldest, but no more than the first entry has. */
  private void drop(int most) {
    if (entries == null) {
      return;
    }
    Entry first = entries.element();
    int count = Math.min(first.count(), most);
    messages -= count;
    oldest += count;
    if (first instanceof Stretch stretch && count < stretch.count) {
      stretch.start += count;
      stretch.count -= count;
      return;
    }
    bytes -= first.bytes();
    entries.remove();
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
    while (entries != null && Long.compareUnsigned(oldest, seq) <= 0) {
      drop((int) Math.min(seq - oldest + 1, Integer.MAX_VALUE));
    }
  }

  /** As far as there the peer has said that it has everything. */
  long acknowledged() {
    return acknowledged;
  }

  /** The oldest number that can be sent again; {@link #next} if none can. */
  long oldest() {
    return entries == null ? next : oldest;
  }

  /**
   * What was sent from one number to another, both included, as far as it is kept.
   *
   * @param writer writes a HAI once more, under the number it had
   */
  List<HaipReplay> again(long from, long to, Writer writer) {
    List<HaipReplay> steps = new ArrayList<>();
    if (entries == null) {
      return steps;
    }
    long first = oldest;
    for (Entry entry : entries) {
      long last = first + entry.count() - 1;
      if (Long.compareUnsigned(last, from) >= 0 && Long.compareUnsigned(first, to) <= 0) {
        steps.add(step(entry, first, from, to, writer));
      }
      first = last + 1;
    }
    return steps;
  }

  /** Of a stretch only what is wanted: its numbers and its offsets rise together. */
  private static HaipReplay step(Entry entry, long first, long from, long to, Writer writer) {
    return switch (entry) {
      case Frame frame -> new HaipReplay.Said(frame.text, frame.binary);
      case Greeting greeting -> new HaipReplay.Said(writer.write(greeting, first), null);
      case Stretch stretch -> {
        long last = first + stretch.count - 1;
        long begin = Long.compareUnsigned(from, first) > 0 ? from : first;
        long end = Long.compareUnsigned(to, last) < 0 ? to : last;
        yield new HaipReplay.Published(
            stretch.channel,
            begin,
            stretch.start + (begin - first),
            stretch.start + (end - first),
            (int) (end - begin) + 1);
      }
    };
  }

  /** Roughly what is kept, in bytes. */
  long retainedBytes() {
    return bytes;
  }

  /** Writes a HAI once more. */
  @FunctionalInterface
  interface Writer {
    byte[] write(Greeting greeting, long seq);
  }

  sealed interface Entry {
    int count();

    int bytes();
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Frame(byte[] text, byte @Nullable [] binary) implements Entry {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public int bytes() {
      return OVERHEAD + text.length + (binary == null ? 0 : binary.length);
    }
  }

  /**
   * What was said in a HAI and does not follow from who says it, in a twentieth of its bytes: it is
   * what an idle session would else consist of by a third.
   *
   * @param most the first half of its id
   * @param least the second half
   * @param epochMillis when it was said
   * @param names whether it named the last number that had come
   * @param received that number
   */
  record Greeting(long most, long least, long epochMillis, boolean names, long received)
      implements Entry {
    @Override
    public int count() {
      return 1;
    }

    @Override
    public int bytes() {
      return 2 * OVERHEAD;
    }
  }

  /** Owner: the table it is in. Publications of one channel that stand behind one another. */
  private static final class Stretch implements Entry {
    private final String channel;
    private long start;
    private int count = 1;

    Stretch(String channel, long start) {
      this.channel = channel;
      this.start = start;
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public int bytes() {
      return OVERHEAD;
    }
  }
}
