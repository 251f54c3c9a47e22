package io.sluice.services.agents;

import io.sluice.model.HaipLimits;
import io.sluice.model.Moment;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one person that have begun and not ended. Any thread; guarded by its own lock.
 *
 * <p>What has begun with text has been delivered, and only its id is known here. Of the others the
 * text is put together. Beyond {@code haip.talk.messages}, {@code haip.talk.messageAge} and, for
 * the text of all of them, {@code haip.pressure.unhandledBytes} characters, those that nothing was
 * added to for longest are forgotten, silently.
 */
final class OpenMessages {
  private final HaipLimits.Talk limits;
  private final int mostText;
  private @Nullable Map<String, Open> open;
  private long text;

  private static final class Open {
    private final Message begun;
    private final @Nullable StringBuilder text;
    private long touchedNanos;

    Open(Message begun) {
      this.begun = begun;
      this.text = begun.text().isEmpty() ? new StringBuilder() : null;
    }

    int length() {
      return text == null ? 0 : text.length();
    }
  }

  OpenMessages(HaipLimits limits) {
    this.limits = limits.talk();
    this.mostText = limits.pressure().unhandledBytes();
  }

  /** One begins; its text is empty if it is to be put together. */
  synchronized void begin(Message begun, Moment now) {
    if (open == null) {
      open = new LinkedHashMap<>(4);
    }
    Open before = open.remove(begun.id());
    text -= before == null ? 0 : before.length();
    touch(new Open(begun), now);
    forget(now);
  }

  /** Adds to one; false if it is not known. */
  synchronized boolean add(String id, String more, Moment now) {
    Open known = open == null ? null : open.remove(id);
    if (known == null) {
      return false;
    }
    if (known.text != null) {
      known.text.append(more);
      text += more.length();
    }
    touch(known, now);
    forget(now);
    return true;
  }

  /** Ends one; null if it is not known. What was delivered when it began has no text here. */
  synchronized @Nullable Message end(String id) {
    Open known = open == null ? null : open.remove(id);
    if (known == null) {
      return null;
    }
    text -= known.length();
    Message begun = known.begun;
    return new Message(
        begun.channel(),
        begun.id(),
        begun.author(),
        known.text == null ? "" : known.text.toString(),
        begun.runId(),
        begun.threadId());
  }

  synchronized int size() {
    return open == null ? 0 : open.size();
  }

  /** Puts it behind all others. */
  private void touch(Open last, Moment now) {
    last.touchedNanos = now.nanos();
    if (open != null) {
      open.put(last.begun.id(), last);
    }
  }

  private void forget(Moment now) {
    if (open == null) {
      return;
    }
    Iterator<Open> oldest = open.values().iterator();
    while (oldest.hasNext()) {
      Open next = oldest.next();
      boolean old = now.nanos() - next.touchedNanos > limits.messageAge().toNanos();
      if (!old && open.size() <= limits.messages() && text <= mostText) {
        return;
      }
      text -= next.length();
      oldest.remove();
    }
  }
}
