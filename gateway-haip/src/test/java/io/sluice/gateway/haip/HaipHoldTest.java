package io.sluice.gateway.haip;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.core.Session;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelSettings;
import io.sluice.model.CloseReason;
import io.sluice.model.Grants;
import io.sluice.model.HaipLimits;
import io.sluice.model.Identity;
import io.sluice.model.Namespaces;
import io.sluice.model.Subject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who writes for a session waits for its reader, however often the reader's line is cut. */
class HaipHoldTest {
  /** Two of these do not go before a reader together. */
  private static final String LONG = "\"" + "x".repeat(600) + "\"";

  private final House house = new House(HaipLimits.DEFAULTS, holding());
  private final String session = UUID.randomUUID().toString();

  private static Namespaces holding() {
    ChannelSettings usual = ChannelSettings.of(House.LIMITS.log());
    ChannelSettings.Hold hold = new ChannelSettings.Hold(1_000, 4, Duration.ofSeconds(30));
    return new Namespaces(
        List.of(),
        new ChannelSettings(
            usual.log(),
            usual.delivery(),
            hold,
            usual.feed(),
            usual.presence(),
            usual.rights(),
            usual.clients(),
            usual.priority()));
  }

  private Line begun() {
    Line line = house.line("ada");
    line.hai(session);
    house.settle();
    return line;
  }

  private Line back() {
    Line line = house.line("ada");
    line.hai(session, ",\"last_rx_seq\":\"1\"");
    return line;
  }

  private void cut(Line line) {
    line.close(CloseReason.LOST);
    boolean _ = line.runPosted();
  }

  private void twoAreSaidAndOneWaits() {
    house.publish(session, "AGENT", LONG);
    house.publish(session, "AGENT", LONG);
    assertThat(house.appended).isEqualTo(1);
  }

  private void bothReachWhoComesBack() {
    assertThat(house.appended).isEqualTo(1);
    Line last = back();
    house.settle();
    assertThat(last.types()).filteredOn("MESSAGE_START"::equals).hasSize(2);
    assertThat(house.appended).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 100})
  void aChannelThatBeganWhileNobodyWasThereIsHeldUntilItIsRead(int cuts) {
    cut(begun());
    twoAreSaidAndOneWaits();
    for (int i = 0; i < cuts; i++) {
      cut(back());
    }
    bothReachWhoComesBack();
  }

  @Test
  void aChannelOfWhichALineWasToldAfterItsEndIsHeldForTheNext() {
    Line first = begun();
    first.close(CloseReason.LOST);
    twoAreSaidAndOneWaits();
    boolean _ = first.runPosted();
    bothReachWhoComesBack();
  }

  @Test
  void aChannelOfWhichALineIsToldWhenTheNextHasReadItIsHeldNoMore() {
    Line first = begun();
    Line next = back();
    // The old line lets go; what it is told behind that waits.
    var letsGo = first.posted.remove();
    twoAreSaidAndOneWaits();
    letsGo.accept(house.now());
    List<Runnable> late = new ArrayList<>();
    first.posted.forEach(task -> late.add(() -> task.accept(house.now())));
    first.posted.clear();
    house.settle();
    assertThat(next.types()).contains("HAI");
    late.forEach(Runnable::run);
    house.settle();
    assertThat(next.types()).filteredOn("MESSAGE_START"::equals).hasSize(2);
    house.publish(session, "AGENT", LONG);
    house.settle();
    assertThat(house.appended).isEqualTo(3);
  }

  @Test
  void whoFailsToComeBackHoldsForTheNext() {
    cut(begun());
    twoAreSaidAndOneWaits();
    house.breaks = true;
    Line failing = back();
    boolean _ = failing.runPosted();
    assertThat(failing.closed).isEqualTo(CloseReason.INTERNAL);
    bothReachWhoComesBack();
  }

  @Test
  void whoIsForgottenHoldsNobody() {
    cut(begun());
    twoAreSaidAndOneWaits();
    cut(back());
    assertThat(house.appended).isEqualTo(1);
    house.nanos += HaipLimits.DEFAULTS.resume().age().toNanos();
    sessions().tick(house.now());
    assertThat(house.appended).isEqualTo(2);
  }

  private HaipSessions sessions() {
    return house.endpoint.sessions();
  }

  // Who stands for a session

  private Predecessor.Stand stand(String... channels) {
    Identity ada = new Identity("ada", null, Grants.ALL, Long.MAX_VALUE);
    Line line = house.line("ada");
    HaipForm form = new HaipForm(line.dialog().conversation(), new SessionChannels(session), "");
    Session of = house.lane.open(line.slot(), ada, form, session, house.now());
    return new Predecessor.Stand(house.lane, of, subjects(channels));
  }

  private static Set<Subject> subjects(String... channels) {
    Set<Subject> subjects = new HashSet<>();
    for (String channel : channels) {
      subjects.add(new ChannelName(channel));
    }
    return Set.copyOf(subjects);
  }

  @Test
  void eachChannelIsHeldByWhoReadItLast() {
    Predecessor.Stand first = stand("a", "b");
    Predecessor.Stand second = stand("b", "c");
    Predecessor.Stand third = stand("c");
    Predecessor.Stand none = stand();
    List<Predecessor.Stand> all = Predecessor.join(List.of(), first);
    all = Predecessor.join(all, second);
    all = Predecessor.join(all, none);
    all = Predecessor.join(all, third);
    house.lane.turn(house.now());
    assertThat(all)
        .extracting(Predecessor.Stand::session)
        .containsExactly(first.session(), second.session(), third.session());
    assertThat(all)
        .extracting(Predecessor.Stand::subjects)
        .containsExactly(subjects("a"), subjects("b"), subjects("c"));
    assertThat(none.session().isClosed()).isTrue();
    assertThat(all).noneMatch(stand -> stand.session().isClosed());
    Predecessor.Stand whole = stand("a", "b", "c");
    assertThat(Predecessor.join(all, whole)).containsExactly(whole);
    house.lane.turn(house.now());
    assertThat(all).allMatch(stand -> stand.session().isClosed());
    assertThat(whole.session().isClosed()).isFalse();
  }
}
