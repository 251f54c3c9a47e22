package io.sluice.server.config;

import io.sluice.model.HaipLimits;
import java.time.Duration;

/** Asks for every limit of HAIP. */
final class HaipKeys {
  private static final int MANY = 1_000_000;
  private static final int LARGE = 1 << 30;
  private static final Duration LONG = Duration.ofDays(1);
  private static final Duration SHORT = Duration.ofMillis(10);
  private static final double PERCENT = 100;

  private final KeyReader keys;

  HaipKeys(KeyReader keys) {
    this.keys = keys;
  }

  HaipLimits read(HaipLimits d) throws SettingsException {
    return new HaipLimits(
        time("haip.hello", d.hello(), "the server's HAI goes out by then, spoken to or not"),
        keys.integer(
            "haip.namedChannels",
            d.namedChannels(),
            0,
            1_000,
            "channels of a session beside the five; more are an ERROR"),
        official(d.official()),
        seed(d.seed()),
        pressure(d.pressure()),
        order(d.order()),
        resume(d.resume()),
        talk(d.talk()),
        new HaipLimits.Heartbeat(
            time("haip.heartbeat.every", d.heartbeat().every(), "a PING goes out so often"),
            time("haip.heartbeat.answer", d.heartbeat().answer(), "anything must come by then")),
        errors(d.errors()),
        new HaipLimits.Http(
            count("haip.http.posts", d.http().posts(), "posts of a session under way; then `busy`"),
            keys.integer(
                "haip.http.page", d.http().page(), 1, 10_000, "sessions that a page names")));
  }

  private Duration time(String key, Duration fallback, String meaning) throws SettingsException {
    return keys.duration(key, fallback, SHORT, LONG, meaning);
  }

  private int count(String key, int fallback, String meaning) throws SettingsException {
    return keys.integer(key, fallback, 1, MANY, meaning);
  }

  private int bytes(String key, int fallback, String meaning) throws SettingsException {
    return keys.smallSize(key, fallback, 1, LARGE, meaning);
  }

  private HaipLimits.Official official(HaipLimits.Official d) throws SettingsException {
    return new HaipLimits.Official(
        count("haip.official.messages", d.messages(), "announced window of a channel"),
        bytes("haip.official.bytes", d.bytes(), "the same in bytes"),
        count("haip.official.mostMessages", d.mostMessages(), "no window is widened beyond"),
        bytes("haip.official.mostBytes", d.mostBytes(), "the same in bytes"),
        bytes("haip.official.leastBytes", d.leastBytes(), "no window is narrowed below"));
  }

  private HaipLimits.Seed seed(HaipLimits.Seed d) throws SettingsException {
    return new HaipLimits.Seed(
        count("haip.seed.initial", d.initial(), "credit that is announced, in characters"),
        count("haip.seed.grant", d.grant(), "the largest grant"),
        count("haip.seed.window", d.window(), "no more is granted and unused"),
        count("haip.seed.least", d.least(), "no window is narrowed below"),
        count(
            "haip.seed.overdraft",
            d.overdraft(),
            "debt of a peer; beyond it `FLOW_CONTROL_VIOLATION`"));
  }

  private HaipLimits.Pressure pressure(HaipLimits.Pressure d) throws SettingsException {
    int high = percent("haip.pressure.high", d.high(), "a level at which peers are asked to wait");
    int low = percent("haip.pressure.low", d.low(), "a level below which they may go on");
    if (low >= high) {
      throw new SettingsException(
          keys.origin("haip.pressure.low") + ": must be below haip.pressure.high");
    }
    return new HaipLimits.Pressure(
        bytes(
            "haip.pressure.unhandledBytes",
            d.unhandledBytes(),
            "beyond it a socket is not read and a post is `busy`, but in the official grammar,"
                + " where credit bounds what comes; what costs no credit is `BUSY` at four times as"
                + " much"),
        count("haip.pressure.unhandledMessages", d.unhandledMessages(), "the same in messages"),
        time("haip.pressure.slow", d.slow(), "one message in twenty takes so long: a level of 100"),
        high / PERCENT,
        low / PERCENT,
        time("haip.pressure.calm", d.calm(), "the level has been low for so long"),
        time("haip.pressure.starving", d.starving(), "who waits for credit so long gets it again"),
        time("haip.pressure.adapt", d.adapt(), "windows are adapted so often"));
  }

  private int percent(String key, double fallback, String meaning) throws SettingsException {
    return keys.integer(
        key, (int) Math.round(fallback * PERCENT), 1, 100, meaning + ", in percent");
  }

  private HaipLimits.Order order(HaipLimits.Order d) throws SettingsException {
    return new HaipLimits.Order(
        time("haip.order.gap", d.gap(), "what is missing is asked for after so long"),
        count("haip.order.ahead", d.ahead(), "messages behind a gap that are kept"),
        bytes("haip.order.aheadBytes", d.aheadBytes(), "the same in bytes"),
        d.untracked(),
        count(
            "haip.order.controls",
            d.controls(),
            "FLOW_UPDATE and its like that are looked at" + " in a second"));
  }

  private HaipLimits.Resume resume(HaipLimits.Resume d) throws SettingsException {
    return new HaipLimits.Resume(
        time("haip.resume.age", d.age(), "a session without a line is kept so long"),
        count(
            "haip.resume.messages",
            d.messages(),
            "messages that may be asked for again;" + " beyond it `REPLAY_TOO_OLD`"),
        bytes("haip.resume.bytes", d.bytes(), "the same in bytes"),
        count("haip.resume.sessions", d.sessions(), "sessions without a line; the oldest go"));
  }

  private HaipLimits.Talk talk(HaipLimits.Talk d) throws SettingsException {
    return new HaipLimits.Talk(
        count("haip.talk.messages", d.messages(), "messages begun and not ended; the oldest go"),
        time("haip.talk.messageAge", d.messageAge(), "one that nothing is added to is forgotten"),
        count("haip.talk.runs", d.runs(), "runs at once; beyond it `RUN_LIMIT_EXCEEDED`"),
        count("haip.talk.calls", d.calls(), "calls of tools at once; beyond it `BUSY`"));
  }

  private HaipLimits.Errors errors(HaipLimits.Errors d) throws SettingsException {
    return new HaipLimits.Errors(
        count("haip.errors.protocol", d.protocol(), "more `PROTOCOL_VIOLATION`s end a connection"),
        count("haip.errors.authentication", d.authentication(), "the same of authentication"),
        count("haip.errors.flow", d.flow(), "the same of `FLOW_CONTROL_VIOLATION`"),
        time("haip.errors.within", d.within(), "within so long"));
  }
}
