package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamespacesTest {
  private static final ChannelSettings PLAIN = ChannelSettings.of(Limits.Log.DEFAULTS);

  private static ChannelSettings settings(ChannelSettings.Rights rights, int payloadBytes) {
    return new ChannelSettings(
        PLAIN.log(),
        PLAIN.delivery(),
        null,
        null,
        true,
        rights,
        new ChannelSettings.Clients(payloadBytes, 1),
        Priority.MEDIUM);
  }

  private static final ChannelSettings SMALL = settings(ChannelSettings.Rights.EVERYBODY, 3);
  private static final ChannelSettings CLOSED =
      settings(new ChannelSettings.Rights(Set.of("agent"), Set.of()), 9);

  private final Namespaces namespaces =
      new Namespaces(
          List.of(
              new Namespaces.Namespace(new ChannelPattern("a.b"), SMALL),
              new Namespaces.Namespace(new ChannelPattern("a.>"), CLOSED)),
          PLAIN);

  private static ChannelName channel(String name) {
    return new ChannelName(name);
  }

  @Test
  void theFirstNamespaceThatCoversAChannelCounts() {
    assertThat(namespaces.of(channel("a.b"))).isSameAs(SMALL);
    assertThat(namespaces.of(channel("a.c"))).isSameAs(CLOSED);
    assertThat(namespaces.of(channel("a"))).isSameAs(PLAIN);
  }

  @Test
  void aPatternLiesInANamespaceThatHasAllItsChannels() {
    assertThat(namespaces.around(new ChannelPattern("a.b.*")).settings()).isSameAs(CLOSED);
    assertThat(namespaces.around(new ChannelPattern("a.*.c")).settings()).isSameAs(CLOSED);
    assertThat(namespaces.around(new ChannelPattern("a.*")))
        .as("a.b is in the namespace before")
        .isNull();
    assertThat(namespaces.around(new ChannelPattern("*.c"))).as("some are in none").isNull();
    assertThat(namespaces.around(new ChannelPattern("b.*"))).as("all are in none").isNull();
  }

  @Test
  void rightsAskForTheRoleBesideTheGrant() {
    Grants grants = new Grants(List.of(new ChannelPattern("a.c")), List.of(ChannelPattern.ALL));
    assertThat(namespaces.mayPublish(grants, "agent", channel("a.c"))).isTrue();
    assertThat(namespaces.mayPublish(grants, "agent", channel("a.d"))).as("no grant").isFalse();
    assertThat(namespaces.mayPublish(grants, "guest", channel("a.c"))).isFalse();
    assertThat(namespaces.mayPublish(grants, null, channel("a.c"))).isFalse();
    assertThat(namespaces.maySubscribe(grants, "agent", channel("a.c"))).as("nobody").isFalse();
    assertThat(namespaces.maySubscribe(grants, null, channel("a.b"))).isTrue();
  }

  @Test
  void aPayloadIsMeasuredByItsChannel() {
    assertThat(namespaces.tooLarge(channel("a.b"), 3)).isNull();
    assertThat(namespaces.tooLarge(channel("a.b"), 4).code()).isEqualTo(Code.TOO_LARGE);
    assertThat(namespaces.tooLarge(channel("a.b"), 4).excess()).isEqualTo(new Fault.Excess(4, 3));
    assertThat(namespaces.tooLarge(channel("b"), Integer.MAX_VALUE)).isNull();
  }
}
