package io.sluice.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelPattern;
import io.sluice.model.ChannelSettings;
import io.sluice.model.Draft;
import io.sluice.model.Fault;
import io.sluice.model.Namespaces;
import io.sluice.model.Position;
import io.sluice.model.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a channel's settings say of who may do what there. */
class RightsTest {
  private static final int LARGEST = TestPayload.of("1234").bytes().length;

  private static final ChannelSettings PLAIN = ChannelSettings.of(TestLimits.DEFAULTS.log());

  private static final ChannelSettings OFFICE =
      new ChannelSettings(
          PLAIN.log(),
          PLAIN.delivery(),
          null,
          null,
          false,
          new ChannelSettings.Rights(Set.of("agent"), Set.of("agent", "person")),
          new ChannelSettings.Clients(LARGEST, 2),
          Priority.MEDIUM);

  private final Hub hub =
      new Hub(
          Answering.AT_ONCE,
          TestLimits.DEFAULTS,
          new Namespaces(
              List.of(new Namespaces.Namespace(new ChannelPattern("office.*"), OFFICE)),
              PLAIN,
              List.of(new ChannelPattern("ours.*"), new ChannelPattern("office.safe"))));

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void onlyTheRolesOfTheChannelReadAndWrite() {
    Peer agent = hub.connectAs("agent");
    Peer person = hub.connectAs("person");
    Peer stranger = hub.connectAs(null);
    agent.subscribe("office.a");
    person.subscribe("office.a");
    stranger.subscribe("office.a");
    stranger.history("office.a", 1);
    agent.publish("office.a", "one");
    person.publish("office.a", "two");
    stranger.publish("office.a", "tri");
    assertThat(agent.stream()).containsExactly("subscribed at e1/0", "published e1/1", "one");
    assertThat(person.stream()).containsExactlyInAnyOrder("subscribed at e1/0", "forbidden", "one");
    assertThat(stranger.stream()).containsExactly("forbidden", "forbidden", "forbidden");
  }

  @Test
  void largePayloadIsRefusedWhoeverPublishes() {
    Peer agent = hub.connectAs("agent");
    agent.subscribe("office.a");
    agent.publish("office.a", "1234");
    agent.publish("office.a", "12345");
    agent.publish("elsewhere", "12345");
    assertThat(agent.stream())
        .containsExactlyInAnyOrder(
            "subscribed at e1/0", "published e1/1", "1234", "too_large", "published e2/1");
    assertThat(broadcast("office.a", "12345")).isEqualTo("too_large");
  }

  @Test
  void nobodySpeaksWhereTheServersOwnServicesDo() {
    Peer agent = hub.connectAs("agent");
    agent.subscribe("ours.a");
    agent.publish("ours.a", "one");
    agent.publish("office.safe", "one");
    assertThat(agent.stream())
        .containsExactlyInAnyOrder("subscribed at e1/0", "forbidden", "forbidden");
    assertThat(broadcast("ours.a", "two")).isEqualTo("forbidden");
    assertThat(broadcast("office.safe", "two")).isEqualTo("forbidden");
    assertThat(agent.stream()).doesNotContain("two");
    assertThat(broadcast("office.a", "two")).isInstanceOf(Position.class);
  }

  private Object broadcast(String channel, String text) {
    List<Object> answers = new ArrayList<>();
    Draft draft =
        new Draft(
            Hub.channel(channel), Draft.Kind.BROADCAST, null, TestPayload.of(text), null, null);
    hub.switchboard.publish(
        draft,
        hub.time.now(),
        new io.sluice.core.log.Broker.Receipt() {
          @Override
          public void appended(Position position) {
            answers.add(position);
          }

          @Override
          public void failed(Fault fault) {
            answers.add(fault.code().text());
          }
        });
    assertThat(answers).hasSize(1);
    return answers.getFirst();
  }

  @Test
  void whoIsThereIsNotToldWhereTheChannelKeepsItToItself() {
    Peer agent = hub.connectAs("agent");
    agent.watch("office.a");
    agent.askWho("office.a");
    agent.askWho("elsewhere");
    assertThat(agent.stream())
        .containsExactlyInAnyOrder("presence_off", "presence_off", "presence of 0");
  }
}
