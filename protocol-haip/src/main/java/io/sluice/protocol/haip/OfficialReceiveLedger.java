package io.sluice.protocol.haip;

import io.sluice.model.Credit;
import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its conversation. Credit in the official grammar: messages and bytes, granted as they are
 * handled.
 *
 * <p>A quarter of the window is granted at once; less waits a little, so that not every message is
 * answered with a grant. Who sends knows of the window only what was announced and may wait for all
 * of it: a channel that has fallen quiet is therefore filled up to that, however narrow its window
 * has become.
 */
final class OfficialReceiveLedger implements ReceiveLedger {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int BATCH_PARTS = 4;

  private final HaipLimits.Official official;
  private final long quiet;
  private long windowMessages;
  private long windowBytes;
  private long messages;
  private long bytes;
  private long unhandledMessages;
  private long unhandledBytes;
  private long granted;
  private long used;
  private long newest;
  private long newestAt;
  private long due = NEVER;
  private boolean waited;
  private boolean asked;

  OfficialReceiveLedger(HaipLimits.Official official, HaipLimits.Pressure pressure) {
    this.official = official;
    this.quiet = pressure.starving().toNanos();
    this.windowMessages = official.messages();
    this.windowBytes = official.bytes();
    begin();
  }

  private void begin() {
    messages = official.messages();
    bytes = official.bytes();
    granted += official.bytes();
  }

  @Override
  public Charge charge(long size, Moment now) {
    long cost = Math.max(size, 1);
    if (messages < 1 || bytes < Math.min(cost, official.bytes())) {
      return Charge.VIOLATION;
    }
    messages--;
    bytes -= cost;
    used += cost;
    unhandledMessages++;
    unhandledBytes += cost;
    newest = cost;
    newestAt = now.nanos();
    return Charge.PAID;
  }

  @Override
  public @Nullable Credit handled(long count, long size, Moment now) {
    if (count > unhandledMessages || size > unhandledBytes) {
      throw new IllegalStateException("handled more than came");
    }
    unhandledMessages -= count;
    unhandledBytes -= size;
    if (unhandledMessages == 0 && !isOneMoreCovered()) {
      waited = true;
    }
    boolean enough =
        freeMessages() * BATCH_PARTS >= windowMessages || freeBytes() * BATCH_PARTS >= windowBytes;
    Credit grant = enough ? grant(windowMessages, windowBytes) : null;
    lookLater(now);
    return grant;
  }

  /** Whether another message like the newest could come. */
  private boolean isOneMoreCovered() {
    return messages >= 1 && bytes >= Math.min(newest, official.bytes());
  }

  private long freeMessages() {
    return windowMessages - messages - unhandledMessages;
  }

  private long freeBytes() {
    return windowBytes - bytes - unhandledBytes;
  }

  private void lookLater(Moment now) {
    if (due == NEVER && isLacking()) {
      due = now.nanos() + quiet;
    }
  }

  /** Whether the peer has less than it may wait for. */
  private boolean isLacking() {
    return messages + unhandledMessages < Math.max(windowMessages, official.messages())
        || bytes + unhandledBytes < Math.max(windowBytes, official.bytes());
  }

  /** Grants all there is room for below these. */
  private @Nullable Credit grant(long uptoMessages, long uptoBytes) {
    long moreMessages = Math.max(uptoMessages - messages - unhandledMessages, 0);
    long moreBytes = Math.max(uptoBytes - bytes - unhandledBytes, 0);
    if (moreMessages == 0 && moreBytes == 0) {
      return null;
    }
    messages += moreMessages;
    bytes += moreBytes;
    granted += moreBytes;
    return new Credit(moreMessages, moreBytes);
  }

  @Override
  public void ask(long credits, long current, Moment now) {
    // The grammar has no request; who makes one all the same need not wait for the batch.
    asked |= credits > 0;
  }

  @Override
  public @Nullable Credit answer(Moment now) {
    boolean answers = asked;
    asked = false;
    return answers ? resumed(now) : null;
  }

  @Override
  public void reduce(long credits) {
    // The grammar has no reduction either, and a number that might be of messages or of bytes says
    // nothing.
  }

  @Override
  public @Nullable Credit resumed(Moment now) {
    Credit grant = grant(windowMessages, windowBytes);
    lookLater(now);
    return grant;
  }

  @Override
  public @Nullable Credit widen(Moment now) {
    windowMessages = Math.min(AdaptiveWindow.wider(windowMessages), official.mostMessages());
    windowBytes = Math.min(AdaptiveWindow.wider(windowBytes), official.mostBytes());
    return resumed(now);
  }

  @Override
  public void narrow() {
    windowMessages = Math.max(AdaptiveWindow.narrower(windowMessages), 1);
    windowBytes =
        Math.max(
            AdaptiveWindow.narrower(windowBytes),
            Math.min(official.leastBytes(), official.bytes()));
  }

  @Override
  public long dueNanos() {
    return due;
  }

  @Override
  public @Nullable Credit tick(Moment now) {
    if (due > now.nanos()) {
      return null;
    }
    due = NEVER;
    if (unhandledMessages > 0) {
      // What is handled next looks again.
      return grant(windowMessages, windowBytes);
    }
    if (now.nanos() - newestAt >= quiet) {
      return grant(
          Math.max(windowMessages, official.messages()), Math.max(windowBytes, official.bytes()));
    }
    Credit grant = grant(windowMessages, windowBytes);
    if (isLacking()) {
      due = newestAt + quiet;
    }
    return grant;
  }

  @Override
  public boolean waited() {
    boolean answer = waited;
    waited = false;
    return answer;
  }

  @Override
  public boolean isDeep() {
    // What would be a debt is refused.
    return false;
  }

  @Override
  public long messages() {
    return messages;
  }

  @Override
  public long units() {
    return bytes;
  }

  @Override
  public long unhandled() {
    return unhandledBytes;
  }

  @Override
  public long windowMessages() {
    return windowMessages;
  }

  @Override
  public long windowUnits() {
    return windowBytes;
  }

  @Override
  public long grantedTotal() {
    return granted;
  }

  @Override
  public long usedTotal() {
    return used;
  }
}
