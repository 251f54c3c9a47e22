package io.sluice.system;

import io.sluice.core.log.HistoryReading;
import io.sluice.model.ChannelName;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Moment;
import io.sluice.server.Sluice;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import io.sluice.services.agents.Agent;
import io.sluice.services.agents.AgentSession;
import io.sluice.services.agents.Message;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Records what one channel of a real session goes through: the founding document's sample client
 * floods a server whose agent is slow at first. A message comes in when the log takes it, and is
 * done when the agent returns; what the client is told it prints itself, by the same clock. {@code
 * HaipTracesTest} runs the rules over it. Arguments: {@code <file> <messages> <slow millis>}.
 */
final class HaipTraceRecorder {
  private static final int PATIENCE_SECONDS = 120;

  /** So much of them is handled slowly: the rest as it comes. */
  private static final int SLOW_PARTS = 2;

  private HaipTraceRecorder() {}

  public static void main(String[] args) throws Exception {
    int messages = Integer.parseInt(args[1]);
    long slow = Long.parseLong(args[2]);
    List<Long> done = new CopyOnWriteArrayList<>();
    Agent agent =
        new Agent() {
          @Override
          public void message(AgentSession session, Message message) throws Exception {
            TimeUnit.MILLISECONDS.sleep(done.size() < messages / SLOW_PARTS ? slow : 1);
            done.add(System.currentTimeMillis());
          }
        };
    Map<String, String> flags = Map.of("telemetry.enabled", "false", "lanes", "1");
    Settings settings = Settings.load(flags, null, Map.of()).withPort(0);
    try (Sluice sluice = Sluice.start(settings, (session, person) -> agent)) {
      String session = UUID.randomUUID().toString();
      List<String> told = flood(sluice, session, messages, done);
      Files.writeString(Path.of(args[0]), print(history(sluice, session), done, told, slow));
    }
    System.exit(0);
  }

  private static List<String> flood(Sluice sluice, String session, int messages, List<Long> done)
      throws Exception {
    String token =
        sluice
            .developer()
            .issue(
                TokenIssuer.Request.of("ada"), Duration.ofMinutes(5), System.currentTimeMillis());
    String url = "ws://127.0.0.1:" + sluice.port() + "/haip/websocket";
    try (Terminal client =
        Terminal.node("sample-flood.mjs", url, token, session, Integer.toString(messages))) {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (done.size() < messages && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
      // The last release comes when it has been calm for a second.
      TimeUnit.SECONDS.sleep(8);
      return List.copyOf(client.seen());
    }
  }

  private static Event.History history(Sluice sluice, String session) {
    CompletableFuture<Event.History> answer = new CompletableFuture<>();
    sluice
        .switchboard()
        .history(
            new ChannelName("haip." + session + ".USER"),
            null,
            1_000,
            new Moment(System.nanoTime(), System.currentTimeMillis()),
            new HistoryReading.Answer() {
              @Override
              public void read(Event.History history) {
                answer.complete(history);
              }

              @Override
              public void failed(Fault fault) {
                answer.completeExceptionally(new IllegalStateException(fault.toString()));
              }
            });
    return answer.join();
  }

  private static String print(Event.History all, List<Long> done, List<String> told, long slow) {
    long begin = all.publications().getFirst().epochMillis();
    List<String> came = new ArrayList<>();
    all.publications()
        .forEach(
            one ->
                came.add(
                    "[%d,%d]"
                        .formatted(
                            one.epochMillis() - begin, one.draft().payload().bytes().length)));
    List<String> signals =
        told.stream()
            .filter(line -> line.startsWith("told "))
            .map(line -> line.split(" ", -1))
            .map(
                words ->
                    words.length == 5
                        ? "[%d,\"%s\",%s,%s]"
                            .formatted(
                                Long.parseLong(words[1]) - begin, words[2], words[3], words[4])
                        : "[%d,\"%s\"]".formatted(Long.parseLong(words[1]) - begin, words[2]))
            .toList();
    return """
    {
      "about": "A real session under the defaults, recorded by HaipTraceRecorder of the system tests with %d messages and %d ms: the founding document's sample client said all it had at once, to an agent that was slow with the first half. By the milliseconds since the first: 'in', when the server took each message and its size; 'done', when the agent had handled it; 'told', when the client heard back_pressure, with level and queue, or RESUME_CHANNEL.",
      "in": [%s],
      "done": [%s],
      "told": [%s]
    }
    """
        .formatted(
            came.size(),
            slow,
            String.join(",", came),
            String.join(",", done.stream().map(at -> Long.toString(at - begin)).toList()),
            String.join(",", signals));
  }
}
