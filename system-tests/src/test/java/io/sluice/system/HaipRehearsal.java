package io.sluice.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.HaipLimits;
import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.model.Publication;
import io.sluice.protocol.haip.HaipCodec;
import io.sluice.protocol.haip.HaipConversation;
import io.sluice.protocol.haip.HaipEnd;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipFault;
import io.sluice.protocol.haip.HaipHello;
import io.sluice.protocol.haip.HaipKept;
import io.sluice.protocol.haip.HaipReplay;
import io.sluice.protocol.haip.HaipSetup;
import io.sluice.protocol.haip.HaipSteps;
import io.sluice.protocol.haip.HaipTail;
import io.sluice.protocol.json.JsonPayload;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Owner: its test. Plays the server of a script with nothing but the conversation, a clock that
 * moves when the script says so, and logs of what was published.
 */
final class HaipRehearsal implements HaipSteps {
  private static final String SESSION = "5e550000-0000-4000-8000-000000000001";
  private static final long MILLI = 1_000_000L;
  private static final Limits.Json JSON = Limits.Json.DEFAULTS;

  private static final HaipLimits SMALL = small();

  private final HaipScript script;
  private final List<String> went = new ArrayList<>();
  private final Map<String, List<HaipTail>> logs = new HashMap<>();
  private HaipConversation talk;
  private HaipKept kept;
  private long millis = 1_769_846_400_000L;
  private int ids;

  HaipRehearsal(HaipScript script) {
    this.script = script;
    talk = open();
  }

  /** Bounds that a few lines reach. */
  private static HaipLimits small() {
    HaipLimits all = HaipLimits.DEFAULTS;
    return new HaipLimits(
        all.hello(),
        1,
        new HaipLimits.Official(2, 400, 2, 400, 400),
        new HaipLimits.Seed(60, 100, 100, 10, 200),
        all.pressure(),
        all.order(),
        all.resume(),
        all.talk(),
        all.heartbeat(),
        new HaipLimits.Errors(2, 3, 2, all.errors().within()),
        all.http());
  }

  private HaipConversation open() {
    return new HaipConversation(
        HaipSetup.server(1 << 20, true),
        new HaipCodec(JSON),
        script.words().contains("small") ? SMALL : HaipLimits.DEFAULTS,
        () -> "a0000000-0000-4000-8000-%012d".formatted(++ids),
        this,
        now());
  }

  private Moment now() {
    return new Moment(millis * MILLI, millis);
  }

  /** Plays it; how it went. */
  List<String> play() {
    for (String line : script.lines()) {
      if (HaipScript.isInput(line)) {
        went.add(line);
        act(line);
      }
    }
    return went;
  }

  private void act(String line) {
    String rest = line.substring(line.indexOf(' ') + 1);
    switch (line.substring(0, line.indexOf(' '))) {
      case ">" -> {
        byte[] text = HaipScript.frame(line, SESSION).getBytes(UTF_8);
        talk.text(Unpooled.wrappedBuffer(text), now());
      }
      case ">>" -> talk.binary(Unpooled.wrappedBuffer(Base64.getDecoder().decode(rest)), now());
      case "+" -> publish(rest.split(" ", 2)[0], rest.split(" ", 2)[1]);
      default -> pass(rest);
    }
  }

  private void pass(String what) {
    switch (what) {
      case "handled" ->
          List.copyOf(logs.keySet())
              .forEach(it -> talk.handledThrough(it, logs.get(it).size(), now()));
      case "cut" -> kept = talk.cut(now());
      case "back" -> talk = open();
      default -> {
        long end = millis + Long.parseLong(what.replace(" ms", ""));
        while (talk.dueNanos() <= end * MILLI) {
          millis = Math.max(millis, Math.ceilDiv(talk.dueNanos(), MILLI));
          talk.tick(now());
        }
        millis = end;
      }
    }
  }

  private HaipTail tail(String channel, String json) {
    JsonPayload payload = JsonPayload.parse(json.getBytes(UTF_8), JSON);
    ChannelName name = new ChannelName("haip." + SESSION + "." + channel);
    Draft draft = new Draft(name, Draft.Kind.MESSAGE, "bob", payload, null, null);
    List<HaipTail> log = logs.computeIfAbsent(channel, any -> new ArrayList<>());
    HaipTail tail =
        HaipTail.of(new Publication(log.size() + 1, millis, draft), "e", talk.grammar());
    log.add(tail);
    return tail;
  }

  /** As a cursor does that keeps up and has credit. */
  private void publish(String channel, String json) {
    HaipTail tail = tail(channel, json);
    if (talk.accepts(tail.type())) {
      byte[] head = new byte[512];
      write(new String(head, 0, talk.head(head, 0, channel), UTF_8), tail);
      talk.sent(channel, logs.get(channel).size());
    }
  }

  private void write(String head, HaipTail tail) {
    say((head + new String(tail.text(), UTF_8)).getBytes(UTF_8));
    if (tail.binary() != null) {
      sayBinary(tail.binary());
    }
  }

  @Override
  public void say(byte[] text) {
    String frame = new String(text, UTF_8);
    boolean full = script.words().contains("full");
    if (full || !HaipScript.isShortHai(went.getLast())) {
      went.add(full ? "< " + frame : HaipScript.shortly(frame, true));
    }
  }

  @Override
  public void sayBinary(byte[] bytes) {
    went.add("<< " + Base64.getEncoder().encodeToString(bytes));
  }

  @Override
  public void ping() {
    went.add("< (a ping of the WebSocket)");
  }

  @Override
  public void hello(HaipHello hello) {
    boolean resumes = hello.resumes() && kept != null;
    talk.adopt(SESSION, resumes ? kept : null, now());
  }

  @Override
  public void message(long ticket, String channel, HaipEvent type, byte[] canonical) {
    String json = new String(canonical, UTF_8);
    HaipTail unused = tail(channel, json);
    if (script.words().contains("hub")) {
      went.add("- " + channel + " " + json);
    }
    talk.published(ticket, logs.get(channel).size(), now());
  }

  @Override
  public void auth(long ticket, String auth) {
    throw new IllegalStateException("the page checks no tokens this way");
  }

  @Override
  public void grant(String channel, long messages, long units) {
    // The cursor's; live scripts show it.
  }

  @Override
  public void pause(String channel) {
    // The cursor's too.
  }

  @Override
  public void resume(String channel) {
    // And this.
  }

  @Override
  public void replay(List<HaipReplay> again) {
    byte[] head = new byte[512];
    for (HaipReplay step : again) {
      switch (step) {
        case HaipReplay.Said said -> say(said.text());
        case HaipReplay.Published run -> {
          String name = run.channel();
          for (int i = 0; i < run.count(); i++) {
            int length = talk.headAgain(head, 0, name, run.firstSeq() + i);
            write(
                new String(head, 0, length, UTF_8),
                logs.get(name).get((int) run.firstOffset() + i - 1));
          }
        }
      }
    }
    talk.replayed(now());
  }

  @Override
  public void error(HaipFault fault) {
    // Nothing follows from it.
  }

  @Override
  public void stopReading() {
    // A script says no more than is read.
  }

  @Override
  public void readOn() {
    // As before.
  }

  @Override
  public void close(HaipEnd end) {
    went.add("x " + end.reason().code() + " " + end.text());
  }
}
