package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: the conversation that has it; between two lines, whoever keeps the session. What outlives
 * a line: what was sent and not acknowledged, what came, and how the channels stand. Given from the
 * conversation of one line to that of the next, on whatever thread, by a safe hand-over.
 */
public final class HaipKept {
  /** What a channel takes, roughly, once it was used. */
  private static final int CHANNEL_BYTES = 1_024;

  private final String session;
  final Sent sent;
  final Sequence sequence;
  HaipDialect dialect = HaipDialect.NONE;
  private @Nullable List<HaipChannel> channels;
  private int named;

  HaipKept(String session, HaipLimits limits) {
    this.session = session;
    this.sent = new Sent(limits.resume());
    this.sequence = new Sequence(limits);
  }

  /** A new session that goes on counting where this one is. */
  HaipKept(String session, HaipLimits limits, HaipKept before) {
    this.session = session;
    this.sent = before.sent;
    this.sequence = new Sequence(limits);
  }

  /** The session it is of. */
  public String session() {
    return session;
  }

  /** The grammar of flow control that is spoken in it. */
  public HaipDialect dialect() {
    return dialect;
  }

  /** How every channel stands that was used. */
  public List<HaipMetrics> metrics() {
    return channels().stream().map(HaipChannel::metrics).toList();
  }

  /** Roughly what it takes of the heap, for the bound on all of them. */
  public int retainedBytes() {
    long bytes = sent.retainedBytes() + (long) channels().size() * CHANNEL_BYTES;
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  /** Those that were used. */
  List<HaipChannel> channels() {
    return channels == null ? List.of() : channels;
  }

  /** The channel of that name; null if it has not been used. */
  @Nullable HaipChannel find(String name) {
    for (HaipChannel channel : channels()) {
      if (channel.name.equals(name)) {
        return channel;
      }
    }
    return null;
  }

  private @Nullable HaipChannel find(byte[] bytes, int first, int last) {
    List<HaipChannel> all = channels();
    for (int i = 0; i < all.size(); i++) {
      String name = all.get(i).name;
      if (name.length() == last - first && HaipChannels.isAt(name, bytes, first)) {
        return all.get(i);
      }
    }
    return null;
  }

  /** The channel whose name stands there; null if it would be one too many. */
  @Nullable HaipChannel channel(byte[] bytes, int first, int last, int most) {
    HaipChannel known = find(bytes, first, last);
    return known == null ? open(HaipChannels.name(bytes, first, last), most) : known;
  }

  /** The channel of that name; null if it would be one too many. */
  @Nullable HaipChannel channel(String name, int most) {
    HaipChannel known = find(name);
    return known == null ? open(name, most) : known;
  }

  private @Nullable HaipChannel open(String name, int most) {
    boolean standing = HaipChannels.isStanding(name);
    if (!standing && named >= most) {
      return null;
    }
    named += standing ? 0 : 1;
    if (channels == null) {
      channels = new ArrayList<>(2);
    }
    HaipChannel channel = new HaipChannel(name, channels.size());
    channels.add(channel);
    return channel;
  }
}
