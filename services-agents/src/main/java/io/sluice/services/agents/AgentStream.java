package io.sluice.services.agents;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something said in parts: MESSAGE_START, any number of MESSAGE_PART, MESSAGE_END. One thread at a
 * time, but for {@link #isHeld}.
 *
 * <p>While the person reads more slowly than it is written, its channel is <em>held</em>: {@link
 * #write} waits, {@link #tryWrite} says no.
 */
public final class AgentStream {
  /** One part holds at most so many characters; more are several parts. */
  static final int PART = 16 << 10;

  private final AgentSession session;
  private final String channel;
  private final @Nullable Run run;
  private final String messageId;
  private boolean begun;
  private boolean ended;

  /** The first half of a character whose second half has not come yet; empty if there is none. */
  private String half = "";

  AgentStream(AgentSession session, String channel, @Nullable Run run) {
    this.session = session;
    this.channel = channel;
    this.run = run;
    this.messageId = session.newId();
  }

  /** The id of the message. */
  public String messageId() {
    return messageId;
  }

  /** Begins without words, as the first part does by itself. */
  public void begin() throws InterruptedException {
    if (begun) {
      throw new IllegalStateException("the message has begun");
    }
    start(null);
  }

  /** Begins with these words. */
  public void begin(String text) throws InterruptedException {
    if (begun) {
      throw new IllegalStateException("the message has begun");
    }
    int first = end(text, 0);
    start(text.substring(0, first));
    writeFrom(text, first);
  }

  /**
   * Adds some text, and waits until it is in the log: while {@link #isHeld} until the person has
   * read enough.
   *
   * @throws java.util.concurrent.CancellationException if its run is cancelled
   * @throws SessionClosedException if the session is closed
   */
  public void write(String text) throws InterruptedException {
    String whole = take(text);
    if (!begun) {
      start(null);
    }
    writeFrom(whole, 0);
  }

  private void writeFrom(String whole, int from) throws InterruptedException {
    for (int at = from; at < whole.length(); ) {
      int to = end(whole, at);
      session.publish(channel, part(whole.substring(at, to)), run);
      at = to;
    }
  }

  /**
   * Adds some text if it need not wait: at most {@value #PART} characters.
   *
   * @return false if slow readers hold the channel, or something is on its way there; nothing was
   *     added then, and {@link #whenWritable} says when to try again
   */
  public boolean tryWrite(String text) {
    if (text.length() >= PART) {
      throw new IllegalArgumentException("more than " + PART + " characters");
    }
    if (run != null) {
      run.check();
    }
    check();
    Way way = session.way(channel);
    if (!begun) {
      if (!way.tryPut(new Said(envelope("MESSAGE_START", session.start(messageId, null))))) {
        return false;
      }
      begun = true;
    }
    String before = half;
    String whole = take(text);
    boolean taken = whole.isEmpty() || way.tryPut(new Said(part(whole)));
    if (!taken) {
      half = before;
    }
    return taken;
  }

  /** Runs it, in its turn with what else the agent does, once {@link #tryWrite} may take more. */
  public void whenWritable(AgentTask task) {
    session
        .way(channel)
        .whenFree(() -> session.desk().add(() -> session.attempt("whenWritable", null, task)));
  }

  /** Whether slow readers hold its channel now. Any thread. */
  public boolean isHeld() {
    return session.way(channel).isHeld();
  }

  /** It is complete. */
  public void end() throws InterruptedException {
    if (ended) {
      return;
    }
    if (!begun) {
      start(null);
    }
    if (!half.isEmpty()) {
      session.publish(channel, part(half), run);
    }
    ended = true;
    session.publish(channel, envelope("MESSAGE_END", named()), run);
  }

  private void start(@Nullable String text) throws InterruptedException {
    begun = true;
    session.publish(channel, envelope("MESSAGE_START", session.start(messageId, text)), run);
  }

  private void check() {
    if (ended) {
      throw new IllegalStateException("the message is complete");
    }
  }

  /** What can be sent of it now; half a character is kept for the next time. */
  private String take(String text) {
    check();
    String whole = half + text;
    boolean cut = !whole.isEmpty() && Character.isHighSurrogate(whole.charAt(whole.length() - 1));
    half = cut ? whole.substring(whole.length() - 1) : "";
    return cut ? whole.substring(0, whole.length() - 1) : whole;
  }

  /** Where the part ends that begins here: between two characters. */
  private static int end(String text, int from) {
    int to = Math.min(text.length(), from + PART);
    return to < text.length() && Character.isLowSurrogate(text.charAt(to)) ? to - 1 : to;
  }

  private Envelope part(String text) {
    ObjectNode payload = named();
    payload.put("text", text);
    return envelope("MESSAGE_PART", payload);
  }

  private ObjectNode named() {
    ObjectNode payload = Json.object();
    payload.put("message_id", messageId);
    return payload;
  }

  private Envelope envelope(String type, ObjectNode payload) {
    return session.envelope(type, payload).in(run);
  }
}
