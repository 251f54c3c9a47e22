package io.sluice.services.agents;

import io.sluice.core.Reader;
import io.sluice.model.ChannelName;
import io.sluice.model.Identity;
import io.sluice.model.Moment;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A person's session, as its agent sees it. Any thread; what it consists of has a lock of its own
 * each, and the maps of channels have one together.
 *
 * <p>Whatever is said here waits until it is in the log of its channel. Where the person reads more
 * slowly than the agent speaks, that is when the person has read enough.
 */
public final class AgentSession {
  /** Where an agent speaks. */
  public static final String AGENT = "AGENT";

  /** Where it says what went wrong. */
  public static final String SYSTEM = "SYSTEM";

  /** Where it sends sound. */
  public static final String AUDIO_OUT = "AUDIO_OUT";

  private static final String AUTHOR = "agent";

  /** So many errors wait for a person who does not read; those beyond are not told. */
  private static final int ERRORS = 256;

  private final AgentPorts ports;
  private final String id;
  private final Identity who;
  private final Agent agent;
  private final Tools tools;
  private final Desk desk;
  private final Waits waits = new Waits();
  private final OpenMessages messages;
  private final Runs runs;
  private final Calls calls;
  private final Object lock = new Object();

  /** Made, both of them, when the first comes: an idle session has none. */
  private Map<String, Way> ways = Map.of();

  private Map<String, Hearing> hearings = Map.of();
  private volatile boolean closed;
  private volatile boolean opened;

  AgentSession(AgentPorts ports, String id, Identity who, Agent agent, Tools tools) {
    this.ports = ports;
    this.id = id;
    this.who = who;
    this.agent = agent;
    this.tools = tools;
    this.messages = new OpenMessages(ports.limits());
    this.desk = new Desk(ports.threads(), this::relieve);
    this.runs = new Runs(ports.limits().talk().runs());
    this.calls = new Calls(ports.limits().talk().calls());
  }

  /** Its id. */
  public String id() {
    return id;
  }

  /** Who the person is, as the token said when the session began. */
  public Identity who() {
    return who;
  }

  /** Whether it is over. */
  public boolean isClosed() {
    return closed;
  }

  // What an agent says

  /** Says something whole on {@link #AGENT}, and waits until it is in the log. */
  public void say(String text) throws InterruptedException {
    say(AGENT, text);
  }

  /** The same on another channel of the session. */
  public void say(String channel, String text) throws InterruptedException {
    say(channel, text, null);
  }

  void say(String channel, String text, @Nullable Run run) throws InterruptedException {
    AgentStream stream = new AgentStream(this, channel, run);
    stream.begin(text);
    stream.end();
  }

  /** Begins to say something in parts on {@link #AGENT}. */
  public AgentStream stream() {
    return stream(AGENT);
  }

  /** The same on another channel of the session. */
  public AgentStream stream(String channel) {
    return new AgentStream(this, channel, null);
  }

  /**
   * Sends sound on {@link #AUDIO_OUT}, and waits until it is in the log. Who falls behind there is
   * not waited for: the oldest is dropped.
   *
   * @param messageId the stream it is a piece of
   */
  public void audio(String messageId, String mime, byte[] data, Duration length)
      throws InterruptedException {
    ObjectNode payload = Json.object();
    payload.put("message_id", messageId);
    payload.put("mime", mime);
    payload.put("data", Base64.getEncoder().encodeToString(data));
    payload.put("duration_ms", Long.toString(length.toMillis()));
    Envelope chunk = envelope("AUDIO_CHUNK", payload).holding(mime);
    publish(AUDIO_OUT, chunk, null);
  }

  /**
   * Tells the person on {@link #SYSTEM} that something cannot be done; does not wait, and is lost
   * on one who has not read many of these.
   */
  public void error(AgentCode code, String message) {
    tell(code, message, null);
  }

  /** A fresh id, as of a message. */
  public String newId() {
    return ports.ids().get();
  }

  // What it does

  /**
   * Begins a run.
   *
   * @param threadId the thread it belongs to; null for none
   * @throws AgentException if as many are open as may be
   */
  public Run startRun(@Nullable String threadId) throws InterruptedException {
    Run run = new Run(this, newId(), threadId, false);
    if (!runs.open(run)) {
      throw new AgentException(AgentCode.RUN_LIMIT_EXCEEDED, "Too many runs are open");
    }
    boolean begun = false;
    try {
      publish(AGENT, envelope("RUN_STARTED", run.named()).in(run), run);
      begun = true;
    } finally {
      if (!begun) {
        boolean _ = run.end();
      }
    }
    return run;
  }

  /** The open run of this id, which the person may have begun; null if there is none. */
  public @Nullable Run run(String runId) {
    return runs.find(runId);
  }

  /** Waits for so long, without a thread that turns. */
  public void pause(Duration time) throws InterruptedException {
    pause(time, null);
  }

  void pause(Duration time, @Nullable Run run) throws InterruptedException {
    CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
    ports.timer().after(time, () -> over.complete(null));
    await(over, run);
  }

  @Nullable JsonNode call(String name, JsonNode params, @Nullable Run run)
      throws InterruptedException {
    Tool tool = tools.find(name);
    if (tool == null) {
      throw new AgentException(AgentCode.TOOL_NOT_FOUND, "There is no such tool: " + name);
    }
    String fault = tools.fault(tool, params);
    if (fault != null) {
      throw new AgentException(AgentCode.INVALID_PAYLOAD, fault);
    }
    String callId = newId();
    ToolCall call =
        new ToolCall(
            this,
            calls,
            new ToolCall.Spec(callId, name, params, run, null, null),
            new Replies.OfCall(this, callId, run));
    if (calls.open(call) != Calls.Opened.YES) {
      throw new AgentException(AgentCode.BUSY, "Too many calls are open");
    }
    ObjectNode payload = Json.object();
    payload.put("call_id", callId);
    payload.put("tool", name);
    payload.set("params", params);
    try {
      publish(AGENT, envelope("TOOL_CALL", payload).in(run), run);
      call.start(tool, ports.threads());
      return await(call.outcome(), run);
    } finally {
      if (!call.isOver()) {
        call.cancel();
      }
    }
  }

  // What the parts of it share

  Envelope envelope(String type, JsonNode payload) {
    return Envelope.of(newId(), ports.clock().get().epochMillis(), type, payload);
  }

  ObjectNode start(String messageId, @Nullable String text) {
    ObjectNode payload = Json.object();
    payload.put("message_id", messageId);
    payload.put("author", AUTHOR);
    if (text != null) {
      payload.put("text", text);
    }
    return payload;
  }

  /** Publishes, and waits until it is in the log. */
  void publish(String channel, Envelope envelope, @Nullable Run run) throws InterruptedException {
    if (run != null) {
      run.check();
    }
    await(put(channel, envelope), run);
  }

  /** Publishes when it is its turn. */
  CompletableFuture<@Nullable Void> put(String channel, Envelope envelope) {
    return way(channel).put(new Said(envelope));
  }

  /** The same, and nobody waits for it. */
  void send(String channel, Envelope envelope) {
    CompletableFuture<@Nullable Void> _ = put(channel, envelope);
  }

  /** Tells the person what cannot be done, unless it has not read many of these. */
  void tell(AgentCode code, String message, @Nullable String relatedId) {
    if (way(SYSTEM).size() >= ERRORS) {
      return;
    }
    ObjectNode payload = Json.object();
    payload.put("code", code.name());
    payload.put("message", message);
    if (relatedId != null) {
      payload.put("related_id", relatedId);
    }
    send(SYSTEM, envelope("ERROR", payload).about(relatedId));
  }

  void mishap(String what, Throwable why) {
    ports.mishaps().failed(id, what, why);
  }

  <T extends @Nullable Object> T await(CompletableFuture<T> future, @Nullable Run run)
      throws InterruptedException {
    return waits.await(future, run);
  }

  Way way(String channel) {
    synchronized (lock) {
      Way known = ways.get(channel);
      if (known == null) {
        known = new Way(ports, AgentHost.channel(id, channel), this::relieve);
        if (closed) {
          known.close();
        } else {
          ways = ways.isEmpty() ? new HashMap<>(2) : ways;
          ways.put(channel, known);
        }
      }
      return known;
    }
  }

  /** Where tools are answered. */
  Way answers() {
    return way(AGENT);
  }

  AgentPorts ports() {
    return ports;
  }

  Agent agent() {
    return agent;
  }

  Tools tools() {
    return tools;
  }

  OpenMessages messages() {
    return messages;
  }

  Desk desk() {
    return desk;
  }

  Waits waits() {
    return waits;
  }

  Runs runs() {
    return runs;
  }

  Calls calls() {
    return calls;
  }

  // Its beginning, its channels and its end

  void begin() {
    desk.add(
        () -> {
          opened = true;
          attempt("opened", null, () -> agent.opened(this));
        });
  }

  /** Does something of the agent's, and tells the person if it fails. */
  void attempt(String what, @Nullable String relatedId, AgentTask work) {
    Attempt.of(this, what, relatedId, work);
  }

  /**
   * Does what a publication of the person's asks of the agent, after everything before it, and says
   * then that it is handled.
   *
   * @param task null if it asks for nothing that takes time
   */
  void answer(Heard heard, @Nullable AgentTask task) {
    if (task == null && desk.isIdle()) {
      handled(heard);
      return;
    }
    desk.add(
        () -> {
          try {
            if (task != null) {
              attempt(heard.type(), heard.id(), task);
            }
          } finally {
            // Whatever it has come to: what is not handled costs the person its credit for good.
            handled(heard);
          }
        });
  }

  /**
   * A publication of the person's.
   *
   * @param id of the envelope; null if it is none
   */
  record Heard(String channel, long offset, String type, @Nullable String id) {}

  private void handled(Heard heard) {
    ports.handled().handledThrough(id, heard.channel(), heard.offset());
  }

  /** Reads one of its channels from here on, unless it does. */
  void hear(String channel, ChannelName log, long from, Talk talk, Moment now) {
    Hearing hearing = new Hearing(this, channel, talk);
    synchronized (lock) {
      if (closed || hearings.containsKey(channel)) {
        return;
      }
      hearings = hearings.isEmpty() ? new HashMap<>(2) : hearings;
      hearings.put(channel, hearing);
    }
    hearing.begin(
        Reader.open(
            ports.broker(),
            log,
            from,
            Hearing.STEP,
            hearing,
            step -> ports.threads().start(step),
            now));
  }

  /**
   * It cannot read its channel; the next time somebody says that there is one it is tried again.
   */
  void isDeaf(String channel, Hearing hearing) {
    synchronized (lock) {
      if (!hearings.isEmpty()) {
        hearings.remove(channel, hearing);
      }
    }
  }

  /** Whether the person must wait: as much is unanswered as may be. */
  boolean isCrowded() {
    if (desk.size() >= ports.limits().pressure().unhandledMessages()) {
      return true;
    }
    synchronized (lock) {
      return ways.values().stream().anyMatch(way -> way.size() >= Hearing.ANSWERS);
    }
  }

  /** Less is unanswered than before: who did not take a publication is asked to look again. */
  private void relieve() {
    List<Hearing> all;
    synchronized (lock) {
      all = List.copyOf(hearings.values());
    }
    all.forEach(Hearing::relieve);
  }

  /** Gives everything back; the agent hears of it last. */
  void close() {
    closed = true;
    List<Hearing> allHearings;
    synchronized (lock) {
      allHearings = List.copyOf(hearings.values());
      hearings = Map.of();
    }
    allHearings.forEach(hearing -> hearing.close(ports.clock().get()));
    List<Way> allWays;
    synchronized (lock) {
      allWays = List.copyOf(ways.values());
      ways = Map.of();
    }
    allWays.forEach(Way::close);
    calls.close();
    waits.close();
    runs.transactions().forEach(transaction -> transaction.desk().clear());
    runs.all().forEach(Run::end);
    desk.close(
        () -> {
          if (opened) {
            attempt("closed", null, () -> agent.closed(this));
          }
        });
  }
}
