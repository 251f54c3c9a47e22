package io.sluice.gateway.haip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.TokenVerifier.Verdict;
import io.sluice.model.CloseReason;
import io.sluice.model.HaipLimits;
import io.sluice.model.HaipStanding;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who sits where, whatever goes wrong on the way. */
class HaipSeatsTest {
  private static final String MESSAGE = "{\"message_id\":\"%s\",\"text\":\"x\"}";

  private final House house = new House();
  private final String session = UUID.randomUUID().toString();

  private Line talking(String user, String more) {
    Line line = house.line(user);
    line.hai(session, more);
    house.settle();
    return line;
  }

  private Line talking(String user) {
    return talking(user, "");
  }

  private HaipSessions sessions() {
    return house.endpoint.sessions();
  }

  // Expected before they begin

  @Test
  void nobodyIsInTheWayOfAnothersNameForASession() {
    Line eve = house.line("eve", session);
    Line ada = house.line("ada", session);
    assertThat(listener("ada")).isSameAs(ada.dialog());
    assertThat(listener("eve")).isSameAs(eve.dialog());
    ada.hai(session);
    house.settle();
    assertThat(listener("ada")).isSameAs(ada.dialog());
    eve.close(CloseReason.LOST);
    house.settle();
    assertThat(listener("eve")).isNull();
    assertThat(listener("ada")).isSameAs(ada.dialog());
  }

  private @Nullable HaipDialog listener(String user) {
    CompletionStage<@Nullable HaipDialog> asked = sessions().listener(session, user);
    return asked == null ? null : asked.toCompletableFuture().getNow(null);
  }

  @Test
  void whatIsSaidBehindTheHeadWaitsForTheDialog() {
    Expectation expected = new Expectation("ada", session);
    sessions().expect(expected);
    CompletableFuture<@Nullable HaipDialog> asked =
        Objects.requireNonNull(sessions().listener(session, "ada")).toCompletableFuture();
    assertThat(asked).isNotDone();
    Line ada = house.line("ada");
    expected.met(ada.dialog());
    assertThat(asked).isCompletedWithValue(ada.dialog());
  }

  @Test
  void whoNeverGotItsHeadIsNotWaitedFor() {
    Expectation expected = new Expectation("ada", session);
    sessions().expect(expected);
    CompletableFuture<@Nullable HaipDialog> asked =
        Objects.requireNonNull(sessions().listener(session, "ada")).toCompletableFuture();
    sessions().expectNoMore(expected);
    expected.over();
    assertThat(asked).isCompletedWithValue(null);
    assertThat(sessions().listener(session, "ada")).isNull();
  }

  @Test
  void nothingOvertakesAMessageWhoseCredentialsAreBeingChecked() {
    Line ada = talking("ada");
    int before = ada.heard.size();
    String first =
        ada.envelope(session, "SYSTEM", "TRANSACTION_START", "{\"auth\":\"x\",\"toolName\":\"t\"}");
    String second = ada.envelope(session, "SYSTEM", "PAUSE_CHANNEL", "{\"channel\":\"SYSTEM\"}");
    CompletableFuture<HaipDialog.Delivery> both =
        ada.dialog().deliver((first + "\n" + second).getBytes(UTF_8)).toCompletableFuture();
    CompletableFuture<HaipDialog.Delivery> next =
        ada.dialog()
            .deliver(ada.envelope(session, "SYSTEM", "STRANGE", "{}").getBytes(UTF_8))
            .toCompletableFuture();
    house.settle();
    assertThat(both).isCompleted();
    assertThat(next).isCompleted();
    assertThat(ada.heard.subList(before, ada.heard.size()))
        .hasSize(3)
        .satisfiesExactly(
            told -> assertThat(told).contains("AUTHENTICATION_FAILED"),
            told -> assertThat(told).contains("INVALID_PAYLOAD"),
            told -> assertThat(told).contains("UNSUPPORTED_TYPE"));
  }

  @Test
  void whoseCredentialsNobodyCanCheckNowIsAskedToComeLater() {
    house.verdict = new Verdict.Unavailable("jwks");
    Line ada = talking("ada");
    ada.say(session, "USER", "TRANSACTION_START", "{\"auth\":\"x\",\"toolName\":\"t\"}");
    house.settle();
    assertThat(ada.heard.getLast()).contains("SERVER_ERROR");
    assertThat(ada.closed).isNull();
    Line eve = house.line("eve");
    eve.hai(UUID.randomUUID().toString(), ",\"auth\":\"x\"");
    house.settle();
    assertThat(eve.heard.getLast()).contains("SERVER_ERROR");
    assertThat(eve.closed).isEqualTo(CloseReason.TRY_LATER);
  }

  // When all is read

  @Test
  void whoHearsHaiHearsWhatIsPublishedBehindItOnAllItsChannels() {
    List<String> channels = List.of("USER", "AGENT", "SYSTEM");
    channels.forEach(channel -> house.publish(session, channel, "\"before\""));
    Line ada = house.line("ada");
    house.onFlush =
        () -> {
          if (ada.types().contains("HAI")) {
            house.onFlush = () -> {};
            channels.forEach(
                channel -> house.publish(session, channel, "\"behind " + channel + "\""));
          }
        };
    ada.hai(session);
    house.settle();
    house.onFlush.run();
    house.settle();
    assertThat(ada.heard.getFirst()).contains("\"HAI\"");
    for (String channel : channels) {
      assertThat(ada.heard).filteredOn(told -> told.contains("behind " + channel)).hasSize(1);
    }
    assertThat(ada.heard).noneMatch(told -> told.contains("before"));
  }

  // A bug on the way to a seat

  @Test
  void aBugOnTheWayToASeatLeavesNobodyInThePlace() {
    house.breaks = true;
    Line ada = talking("ada");
    assertThat(ada.closed).isEqualTo(CloseReason.INTERNAL);
    assertThat(sessions().find(session)).isNull();
    assertThat(sessions().attached()).isZero();
    assertThat(house.agents).containsExactly("opened " + session, "closed " + session);
    Line again = talking("ada");
    assertThat(again.types()).containsExactly("HAI");
    assertThat(sessions().find(session)).isSameAs(again.dialog());
  }

  @Test
  void aBugOfAnAgentThatHearsOfASessionLeavesNobodyInThePlace() {
    house.onOpened =
        name -> {
          throw new IllegalStateException("on purpose");
        };
    Line ada = talking("ada");
    assertThat(ada.closed).isEqualTo(CloseReason.INTERNAL);
    assertThat(sessions().attached()).isZero();
    house.onOpened = name -> {};
    assertThat(talking("ada").types()).containsExactly("HAI");
  }

  @Test
  void anErrorOfAnAgentThatHearsOfASessionLeavesNobodyInThePlaceEither() {
    house.onOpened =
        name -> {
          throw new AssertionError("on purpose");
        };
    Line ada = house.line("ada");
    assertThatThrownBy(() -> ada.hai(session)).hasMessage("on purpose");
    assertThat(sessions().attached()).isZero();
    house.onOpened = name -> {};
    assertThat(talking("ada").types()).containsExactly("HAI");
  }

  static List<Throwable> bugs() {
    return List.of(
        new IllegalStateException("on purpose"),
        new AssertionError("on purpose"),
        new StackOverflowError("on purpose"),
        new NoClassDefFoundError("on purpose"));
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void aBugOfOneThatIsEndedIsNotTheOthersLife(Throwable bug) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String name = UUID.randomUUID().toString();
      names.add("closed " + name);
      Line line = house.line("ada");
      line.hai(name);
      house.settle();
      line.close(CloseReason.LOST);
      house.settle();
    }
    house.agents.clear();
    house.onClosed = name -> House.raise(bug);
    house.nanos += HaipLimits.DEFAULTS.resume().age().toNanos();
    sessions().tick(house.now());
    assertThat(house.agents).isEqualTo(names);
    assertThat(sessions().kept()).isZero();
  }

  @Test
  void whoFailsToComeBackLeavesWhatItFound() {
    Line ada = talking("ada");
    house.publish(session, "AGENT", "\"one\"");
    house.settle();
    assertThat(ada.types()).containsExactly("HAI", "MESSAGE_START");
    ada.close(CloseReason.LOST);
    house.publish(session, "AGENT", "\"two\"");
    house.settle();
    assertThat(sessions().kept()).isEqualTo(1);
    house.breaks = true;
    Line failing = talking("ada", ",\"last_rx_seq\":\"2\"");
    assertThat(failing.closed).isEqualTo(CloseReason.INTERNAL);
    assertThat(sessions().kept()).isEqualTo(1);
    Line again = talking("ada", ",\"last_rx_seq\":\"2\"");
    assertThat(again.types()).containsExactly("HAI", "MESSAGE_START");
    assertThat(again.heard.getLast()).contains("two");
    assertThat(house.endpoint.figures().resumed()).isEqualTo(1);
  }

  @Test
  void whatAnAgentSaysAsItHearsOfASessionIsHeard() {
    house.onOpened = name -> house.publish(name, "AGENT", "\"welcome\"");
    Line ada = talking("ada");
    assertThat(ada.types()).containsExactly("HAI", "MESSAGE_START");
    assertThat(ada.heard.getLast()).contains("welcome");
  }

  // Its end

  @Test
  void theLineSaysWithWhichErrorItWasOneTooMany() {
    Line ada = talking("ada");
    for (int i = 0; i <= HaipLimits.DEFAULTS.errors().protocol(); i++) {
      ada.raw("{}");
    }
    assertThat(ada.closed).isEqualTo(CloseReason.POLICY);
    assertThat(ada.farewell).isEqualTo("PROTOCOL_VIOLATION");
  }

  // Taking over

  @Test
  void twoLinesThatTakeASessionFromEachOtherDoSoOncePerLine() {
    Line had = talking("ada");
    for (int round = 0; round < 20; round++) {
      Line next = house.line("ada");
      next.hai(session, ",\"last_rx_seq\":\"0\"");
      house.settle();
      assertThat(had.closed).isEqualTo(CloseReason.TAKEN_OVER);
      assertThat(next.closed).isNull();
      assertThat(next.types()).contains("HAI");
      assertThat(sessions().find(session)).isSameAs(next.dialog());
      had = next;
    }
    assertThat(house.agents).containsExactly("opened " + session);
  }

  @Test
  void ofManyWhoWantASessionAtOnceOneHasItAndNobodyWaits() {
    List<Line> lines = new ArrayList<>();
    lines.add(talking("ada"));
    for (int i = 0; i < 5; i++) {
      Line line = house.line("ada");
      line.hai(session, ",\"last_rx_seq\":\"0\"");
      lines.add(line);
    }
    house.settle();
    List<Line> left = lines.stream().filter(line -> line.closed == null).toList();
    assertThat(left).hasSize(1);
    assertThat(sessions().find(session)).isSameAs(left.getFirst().dialog());
    assertThat(left.getFirst().types()).contains("HAI");
  }

  @Test
  void whoComesWhileTheOldLineClosesGetsTheSession() {
    Line old = talking("ada");
    old.close(CloseReason.LOST);
    Line next = house.line("ada");
    next.hai(session, ",\"last_rx_seq\":\"1\"");
    house.settle();
    assertThat(next.types()).containsExactly("HAI");
    assertThat(sessions().find(session)).isSameAs(next.dialog());
    assertThat(sessions().attached()).isEqualTo(1);
    assertThat(house.endpoint.figures().resumed()).isEqualTo(1);
  }

  @Test
  void whoIsGoneBeforeTheOldLineLetsGoLeavesTheSessionToTheNext() {
    Line old = talking("ada");
    Line brief = house.line("ada");
    brief.hai(session, ",\"last_rx_seq\":\"1\"");
    brief.close(CloseReason.LOST);
    boolean _ = brief.runPosted();
    house.settle();
    assertThat(old.closed).isEqualTo(CloseReason.TAKEN_OVER);
    assertThat(sessions().kept()).isEqualTo(1);
    assertThat(talking("ada", ",\"last_rx_seq\":\"1\"").types()).containsExactly("HAI");
  }

  // Beginning again under the name of a session

  /** All of nine credits are spent, and three more messages wait. */
  private Line spent() {
    Line ada = talking("ada");
    for (int i = 0; i < 12; i++) {
      house.publish(session, "AGENT", "\"" + i + "\"");
    }
    house.settle();
    assertThat(ada.types()).hasSize(10);
    return ada;
  }

  private Line unmetered() {
    Line line = house.line("ada");
    String events = "[\"HAI\",\"ERROR\",\"MESSAGE_START\"]";
    line.say(
        session,
        "SYSTEM",
        "HAI",
        "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":" + events + "}");
    house.settle();
    return line;
  }

  private static void heardTheRest(Line line) {
    assertThat(line.types())
        .containsExactly("HAI", "MESSAGE_START", "MESSAGE_START", "MESSAGE_START");
  }

  @Test
  void whoBeginsAgainHasTheCreditItAnnounces() {
    spent().close(CloseReason.LOST);
    house.settle();
    Line again = talking("ada");
    heardTheRest(again);
    var asked = house.endpoint.standings().one(session, "ada").toCompletableFuture();
    house.settle();
    assertThat(channel(asked.join(), "AGENT").credit().messages()).isEqualTo(6);
  }

  @Test
  void whoBeginsAgainAndTakesTheSessionOverHasTheCreditItAnnounces() {
    Line old = spent();
    heardTheRest(talking("ada"));
    assertThat(old.closed).isEqualTo(CloseReason.TAKEN_OVER);
  }

  @Test
  void whoBeginsAgainWithoutFlowControlIsNotMetered() {
    spent().close(CloseReason.LOST);
    house.settle();
    heardTheRest(unmetered());
  }

  @Test
  void whoTakesASessionOverWithoutFlowControlIsNotMetered() {
    Line _ = spent();
    Line again = unmetered();
    heardTheRest(again);
    for (int i = 0; i < 12; i++) {
      house.publish(session, "AGENT", "\"more\"");
    }
    house.settle();
    assertThat(again.types()).hasSize(16);
  }

  @Test
  void whoComesBackGoesOnWithTheCreditItHad() {
    spent().close(CloseReason.LOST);
    house.settle();
    assertThat(talking("ada", ",\"last_rx_seq\":\"10\"").types()).containsExactly("HAI");
  }

  // Requests of their own

  @Test
  void aRequestIsAnsweredWhenTheConversationHasDealtWithIt() {
    Line ada = talking("ada");
    String good = ada.envelope(session, "USER", "MESSAGE_START", MESSAGE.formatted(session));
    var stage = ada.dialog().deliver(good.getBytes(UTF_8)).toCompletableFuture();
    assertThat(stage).isNotDone();
    house.settle();
    assertThat(stage.join()).isEqualTo(new HaipDialog.Delivery.Heard(null));
    var bad = ada.dialog().deliver("{}\n".getBytes(UTF_8)).toCompletableFuture();
    house.settle();
    assertThat(((HaipDialog.Delivery.Heard) bad.join()).wrong().code().text())
        .isEqualTo("PROTOCOL_VIOLATION");
    assertThat(house.endpoint.figures().posted()).isEqualTo(2);
  }

  @Test
  void requestsUnderWayAreBounded() {
    Line ada = talking("ada");
    List<CompletionStage<HaipDialog.Delivery>> all = new ArrayList<>();
    int most = HaipLimits.DEFAULTS.http().posts();
    for (int i = 0; i <= most; i++) {
      all.add(ada.dialog().deliver("\n".getBytes(UTF_8)));
    }
    assertThat(all.getLast().toCompletableFuture().join())
        .isEqualTo(new HaipDialog.Delivery.Busy());
    assertThat(all.get(most - 1).toCompletableFuture()).isNotDone();
    house.settle();
    assertThat(all.get(most - 1).toCompletableFuture().join())
        .isEqualTo(new HaipDialog.Delivery.Heard(null));
    var after = ada.dialog().deliver("\n".getBytes(UTF_8)).toCompletableFuture();
    house.settle();
    assertThat(after.join()).isEqualTo(new HaipDialog.Delivery.Heard(null));
  }

  @Test
  void aRequestToWhoIsGoneIsHeardByNobody() {
    Line ada = talking("ada");
    var late = ada.dialog().deliver("\n".getBytes(UTF_8)).toCompletableFuture();
    ada.posted.addAll(List.of(ada.posted.remove()));
    ada.dialog().closed(CloseReason.LOST);
    house.settle();
    assertThat(late.join()).isEqualTo(new HaipDialog.Delivery.Unheard());
  }

  // How they stand

  @Test
  void aSessionIsShownByTheLoopItLivesOn() {
    Line ada = talking("ada");
    house.publish(session, "AGENT", "\"one\"");
    house.settle();
    ada.say(session, "USER", "MESSAGE_START", MESSAGE.formatted(session));
    house.settle();
    HaipStandings standings = house.endpoint.standings();
    var asked = standings.one(session, "ada").toCompletableFuture();
    assertThat(asked).isNotDone();
    house.settle();
    HaipStanding standing = asked.join();
    assertThat(standing.connected()).isTrue();
    assertThat(standing.dialect()).isEqualTo("official");
    HaipStanding.Channel agent = channel(standing, "AGENT");
    assertThat(agent.sent()).isEqualTo(1);
    assertThat(agent.queued()).isZero();
    assertThat(agent.credit().messages()).isEqualTo(8);
    assertThat(agent.allowance()).isNull();
    HaipStanding.Channel user = channel(standing, "USER");
    assertThat(user.received()).isEqualTo(1);
    assertThat(user.unhandled()).isZero();
    assertThat(user.window().messages()).isEqualTo(HaipLimits.DEFAULTS.official().messages());
    var others = standings.one(session, "eve").toCompletableFuture();
    assertThat(others.join()).isNull();
  }

  private static HaipStanding.Channel channel(HaipStanding standing, String name) {
    return standing.channels().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void errorsOfAgentsAreCountedWhenTheyGo() {
    Line ada = talking("ada");
    for (int i = 0; i < 12; i++) {
      house.publish(session, "AGENT", "{\"type\":\"ERROR\",\"payload\":{\"code\":\"BUSY\"}}");
    }
    house.settle();
    long told = ada.types().stream().filter("ERROR"::equals).count();
    assertThat(told).isPositive();
    assertThat(house.endpoint.figures().errors()).isEqualTo(told);
    ada.raw("{}");
    assertThat(house.endpoint.figures().errors()).isEqualTo(told + 1);
  }

  @Test
  void whatWaitsForASlowPersonIsQueued() {
    Line ada = talking("ada");
    for (int i = 0; i < 12; i++) {
      house.publish(session, "AGENT", "\"" + i + "\"");
    }
    house.settle();
    var asked = house.endpoint.standings().one(session, null).toCompletableFuture();
    house.settle();
    HaipStanding.Channel agent = channel(asked.join(), "AGENT");
    assertThat(ada.types()).hasSize(10);
    assertThat(agent.sent()).isEqualTo(9);
    assertThat(agent.queued()).isEqualTo(3);
    assertThat(agent.credit().messages()).isZero();
  }

  @Test
  void aSessionWithoutALineIsShownToo() {
    Line ada = talking("ada");
    house.publish(session, "AGENT", "\"one\"");
    house.settle();
    ada.close(CloseReason.LOST);
    house.settle();
    HaipStanding standing =
        house.endpoint.standings().one(session, "ada").toCompletableFuture().join();
    assertThat(standing.connected()).isFalse();
    HaipStanding.Channel agent = channel(standing, "AGENT");
    assertThat(agent.sent()).isEqualTo(1);
    assertThat(agent.queued()).isNull();
    assertThat(agent.credit().messages()).isEqualTo(8);
  }

  @Test
  void pagesGoOnBehindTheLast() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String name = UUID.randomUUID().toString();
      names.add(name);
      house.line(i % 2 == 0 ? "ada" : "eve").hai(name);
    }
    names.sort(null);
    house.settle();
    List<String> seen = new ArrayList<>();
    for (String behind = ""; behind != null; ) {
      HaipStandings.Page page = page(null, behind, 2);
      page.sessions().forEach(one -> seen.add(one.session()));
      behind = page.next();
    }
    assertThat(seen).isEqualTo(names);
    HaipStandings.Page own = page("eve", "", 9);
    assertThat(own.sessions()).hasSize(2).allMatch(one -> one.user().equals("eve"));
    assertThat(own.next()).isNull();
  }

  private HaipStandings.Page page(@Nullable String user, String behind, int limit) {
    var asked = house.endpoint.standings().page(user, behind, limit).toCompletableFuture();
    house.settle();
    return asked.join();
  }

  @Test
  void aPageLooksAtSoManySessionsOfOthersAndNoMore() {
    for (int i = 0; i < HaipStandings.LOOKED_AT; i++) {
      house.line("ada").hai("00000000-0000-4000-8000-%012d".formatted(i));
    }
    house.line("eve").hai("f0000000-0000-4000-8000-000000000000");
    house.settle();
    HaipStandings.Page first = page("eve", "", 9);
    assertThat(first.sessions()).isEmpty();
    assertThat(page("eve", Objects.requireNonNull(first.next()), 9).sessions()).hasSize(1);
  }
}
