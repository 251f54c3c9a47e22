package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.HaipLimits;
import io.sluice.model.Limits;
import io.sluice.model.Publication;
import io.sluice.protocol.Seeds;
import io.sluice.protocol.json.JsonPayload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Two ends talk over a line that loses frames, doubles them, delays them and is cut. {@code
 * -Dsluice.seed=N} replays one such talk in either dialect, {@code -Dsluice.seeds=N} tries so many.
 */
final class HaipPairTest {
  private static final String[] CHANNELS = {"USER", "AGENT", "named"};

  @Test
  void inTheOfficialDialectNothingIsLostOrDoubledAndAllStaysInOrder() {
    Seeds.each(150, seed -> new Talk(HaipDialect.OFFICIAL, seed).run());
  }

  @Test
  void inTheSeedsDialectNeither() {
    Seeds.each(150, seed -> new Talk(HaipDialect.SEED, seed).run());
  }

  /** One such talk. */
  private static final class Talk {
    private final Random random;
    private final Rig client;
    private Rig server;
    private final ArrayDeque<byte[]> up = new ArrayDeque<>();
    private final ArrayDeque<byte[]> down = new ArrayDeque<>();
    private final Map<String, List<Publication>> logs = new HashMap<>();
    private final Map<String, Integer> fed = new HashMap<>();
    private final Map<String, SendLedger> credit = new HashMap<>();
    private final Map<String, Integer> asked = new HashMap<>();
    private final Map<String, List<String>> heardByServer = new HashMap<>();
    private final Map<String, List<String>> heardByClient = new HashMap<>();
    private final ArrayDeque<Long> serverTickets = new ArrayDeque<>();
    private final ArrayDeque<Long> clientTickets = new ArrayDeque<>();
    private boolean faulty = true;
    private boolean clientMet;
    private long millis;

    Talk(HaipDialect dialect, long seed) {
      this.random = new Random(seed);
      client = new Rig(HaipSetup.client(Rig.SESSION, dialect), HaipLimits.DEFAULTS, 0);
      client.line = text -> put(up, text);
      connect(null);
    }

    private void connect(HaipKept kept) {
      up.clear();
      down.clear();
      server = new Rig(HaipSetup.server(1 << 20, true), HaipLimits.DEFAULTS, millis);
      server.kept = kept;
      Rig mine = server;
      server.line =
          text -> {
            if (mine == server) {
              put(down, text);
            }
          };
      client.conversation.begin(client.now());
      flow();
    }

    private void put(ArrayDeque<byte[]> line, byte[] text) {
      boolean hai = new String(text, UTF_8).contains("haip_version");
      int luck = faulty && !hai ? random.nextInt(100) : 99;
      if (luck >= 4) {
        line.add(text);
      }
      if (luck >= 4 && luck < 8) {
        line.add(text);
      }
    }

    void run() {
      for (int step = 0; step < 400; step++) {
        step();
      }
      faulty = false;
      for (int i = 0; i < 150; i++) {
        wait(1_000);
        flow();
        handle(clientTickets, client, 100);
        handle(serverTickets, server, 100);
      }
      check();
    }

    private void step() {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> send();
        case 3, 4, 5 -> publish();
        case 6 -> wait(random.nextInt(800));
        case 7 -> handle(clientTickets, client, random.nextInt(8));
        case 8 -> handle(serverTickets, server, random.nextInt(8));
        case 9 -> {
          if (random.nextInt(12) == 0 && clientMet) {
            cut();
          }
        }
        default -> flow();
      }
    }

    private void cut() {
      client.conversation.cut(client.now());
      HaipKept kept = server.conversation.cut(server.now());
      collect();
      connect(kept == null ? server.kept : kept);
    }

    private void send() {
      String channel = CHANNELS[random.nextInt(3)];
      int number = asked.merge(channel, 1, Integer::sum) - 1;
      String text = number + " " + "é".repeat(random.nextInt(4) == 0 ? random.nextInt(900) : 3);
      assertThat(client.send(channel, text)).isIn(HaipOutgoing.Fate.SENT, HaipOutgoing.Fate.QUEUED);
    }

    private void publish() {
      String channel = CHANNELS[random.nextInt(3)];
      List<Publication> log = logs.computeIfAbsent(channel, name -> new ArrayList<>());
      String text = "{\"type\":\"MESSAGE_PART\",\"payload\":{\"text\":\"" + log.size() + "\"}}";
      JsonPayload payload =
          JsonPayload.parse(text.getBytes(UTF_8), Limits.defaults(1L << 30).json());
      Draft draft =
          new Draft(
              new ChannelName("haip." + channel), Draft.Kind.MESSAGE, null, payload, null, null);
      log.add(new Publication(log.size() + 1L, 1_000, draft));
    }

    private void wait(int more) {
      millis += more;
      client.pass(more);
      server.pass(more);
    }

    private void handle(ArrayDeque<Long> tickets, Rig rig, int most) {
      for (int i = 0; i < most && !tickets.isEmpty(); i++) {
        rig.conversation.handled(tickets.remove(), rig.now());
      }
    }

    /** Lets everything run that is under way. */
    private void flow() {
      for (int i = 0; i < 50; i++) {
        feed();
        deliver(up, server);
        collect();
        deliver(down, client);
        collect();
        if (up.isEmpty() && down.isEmpty()) {
          return;
        }
      }
    }

    private static void deliver(ArrayDeque<byte[]> line, Rig rig) {
      while (!line.isEmpty()) {
        rig.conversation.text(Unpooled.wrappedBuffer(line.remove()), rig.now());
      }
    }

    private static void take(Rig rig, ArrayDeque<Long> tickets, Map<String, List<String>> heard) {
      for (String step : rig.told) {
        if (step.startsWith("message ")) {
          String channel = step.substring(8, step.indexOf(' ', 8));
          String text = Rig.member(Rig.payload(step.substring(step.indexOf('{'))), "text");
          heard.computeIfAbsent(channel, name -> new ArrayList<>()).add(text);
        }
      }
      tickets.addAll(rig.tickets);
      rig.tickets.clear();
    }

    /** Does what the server's steps want. */
    private void collect() {
      take(client, clientTickets, heardByClient);
      clientMet |= client.conversation.isTalking();
      for (String step : client.told) {
        assertThat(step).doesNotStartWith("close").doesNotStartWith("error");
      }
      client.told.clear();
      take(server, serverTickets, heardByServer);
      List<String> told = new ArrayList<>(server.told);
      server.told.clear();
      for (String step : told) {
        assertThat(step).doesNotStartWith("close").doesNotStartWith("error");
        String[] words = step.split(" ", -1);
        switch (words[0]) {
          case "grant" ->
              ledger(words[1]).grant(Long.parseLong(words[2]), Long.parseLong(words[3]));
          case "pause" -> ledger(words[1]).pauseThere();
          case "resume" -> ledger(words[1]).resumeThere();
          case "replay" -> replay();
          default -> {
            // Nothing to do.
          }
        }
      }
    }

    private SendLedger ledger(String channel) {
      return credit.computeIfAbsent(
          channel,
          name ->
              server.conversation.dialect() == HaipDialect.OFFICIAL
                  ? SendLedger.official(32, 256 << 10)
                  : SendLedger.open());
    }

    private void replay() {
      List<HaipReplay> again = new ArrayList<>(server.replays);
      server.replays.clear();
      for (HaipReplay step : again) {
        switch (step) {
          case HaipReplay.Said said -> put(down, said.text());
          case HaipReplay.Published run -> {
            assertThat(run.lastOffset() - run.firstOffset() + 1).isEqualTo(run.count());
            for (int i = 0; i < run.count(); i++) {
              Publication one = logs.get(run.channel()).get((int) run.firstOffset() - 1 + i);
              put(down, frame(run.channel(), one, run.firstSeq() + i));
            }
          }
        }
      }
      server.conversation.replayed(server.now());
    }

    private byte[] frame(String channel, Publication one, long seq) {
      HaipTail tail = HaipTail.of(one, "e", server.conversation.grammar());
      int size = server.conversation.headAgainSize(channel, seq);
      byte[] frame = new byte[size + tail.text().length];
      HaipText.put(tail.text(), frame, server.conversation.headAgain(frame, 0, channel, seq));
      return frame;
    }

    /** What a cursor does: as far as credit goes. */
    private void feed() {
      if (!server.conversation.isTalking()) {
        return;
      }
      for (String channel : CHANNELS) {
        List<Publication> log = logs.getOrDefault(channel, List.of());
        int next = fed.getOrDefault(channel, 0);
        while (next < log.size()) {
          HaipTail tail = HaipTail.of(log.get(next), "e", server.conversation.grammar());
          int headSize = server.conversation.headSize(channel);
          int cost = tail.cost(server.conversation.dialect(), headSize);
          if (!ledger(channel).maySend(cost)) {
            break;
          }
          ledger(channel).spend(cost);
          byte[] frame = new byte[headSize + tail.text().length];
          HaipText.put(tail.text(), frame, server.conversation.head(frame, 0, channel));
          server.conversation.sent(channel, next + 1L);
          put(down, frame);
          next++;
        }
        fed.put(channel, next);
      }
    }

    private void check() {
      assertThat(server.codes()).isEmpty();
      assertThat(client.codes()).isEmpty();
      for (String channel : CHANNELS) {
        List<String> up = heardByServer.getOrDefault(channel, List.of());
        assertThat(up).hasSize(asked.getOrDefault(channel, 0));
        for (int i = 0; i < up.size(); i++) {
          assertThat(up.get(i)).startsWith("\"" + i + " ");
        }
        List<String> down = heardByClient.getOrDefault(channel, List.of());
        assertThat(down).hasSize(logs.getOrDefault(channel, List.of()).size());
        for (int i = 0; i < down.size(); i++) {
          assertThat(down.get(i)).isEqualTo("\"" + i + "\"");
        }
      }
    }
  }
}
