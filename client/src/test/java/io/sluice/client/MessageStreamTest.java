package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A stream keeps the rules of {@link Flow}: demand is credit, and signals end with the first end.
 */
class MessageStreamTest {
  private final FakeTransport line = new FakeTransport(ClientLimits.DEFAULTS);

  @AfterEach
  void stop() {
    line.stop();
  }

  /** Notes what it is told. */
  private static final class Noting implements Flow.Subscriber<Message> {
    final List<String> told = new ArrayList<>();
    Flow.Subscription flow;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      flow = subscription;
      told.add("subscribed");
    }

    @Override
    public void onNext(Message message) {
      told.add(message.data());
    }

    @Override
    public void onError(Throwable error) {
      String code = error instanceof SluiceException typed ? typed.code() : "";
      told.add("error " + code + error.getClass().getSimpleName());
    }

    @Override
    public void onComplete() {
      told.add("complete");
    }
  }

  private Noting live() {
    line.connected();
    Noting noting = new Noting();
    line.client.stream("c").subscribe(noting);
    line.subscribed("c");
    line.work();
    return noting;
  }

  private String last() {
    return line.sent.getLast();
  }

  @Test
  void nothingIsGrantedBeforeItIsRequestedAndNoMoreThanThat() {
    Noting noting = live();
    assertThat(last()).contains("subscribe", "\"credits\":{\"messages\":0,");
    noting.flow.request(3);
    assertThat(last()).contains("credit", "\"messages\":3,");
    noting.flow.request(2);
    assertThat(last()).contains("\"messages\":2,");
    line.deliver("c", 1);
    line.work();
    assertThat(noting.told).containsExactly("subscribed", "1");
    assertThat(last()).as("what was handled is not granted again").contains("\"messages\":2,");
  }

  @Test
  void demandWithoutBoundIsGrantedOnce() {
    Noting noting = live();
    noting.flow.request(Long.MAX_VALUE);
    int sent = line.sent.size();
    noting.flow.request(Long.MAX_VALUE);
    assertThat(line.sent).hasSize(sent);
  }

  @Test
  void demandThatIsNotPositiveEndsTheStream() {
    Noting noting = live();
    noting.flow.request(0);
    line.work();
    assertThat(noting.told).containsExactly("subscribed", "error IllegalArgumentException");
    assertThat(last()).contains("unsubscribe");
    noting.flow.request(1);
    line.deliver("c", 1);
    line.work();
    assertThat(noting.told).hasSize(2);
  }

  @Test
  void nothingIsToldBehindCancel() {
    Noting noting = live();
    noting.flow.request(9);
    line.deliver("c", 1);
    noting.flow.cancel();
    line.work();
    assertThat(noting.told).containsExactly("subscribed");
    assertThat(last()).contains("unsubscribe");
  }

  @Test
  void streamIsForOneSubscriber() {
    line.connected();
    MessageStream stream = line.client.stream("c");
    stream.subscribe(new Noting());
    Noting second = new Noting();
    stream.subscribe(second);
    assertThat(second.told)
        .containsExactly("subscribed", "error already_subscribedSluiceException");
  }

  @Test
  void streamCompletesWhenTheClientIsClosed() {
    Noting noting = live();
    line.client.closeAsync();
    line.work();
    assertThat(noting.told).containsExactly("subscribed", "complete");
  }

  @Test
  void refusedSubscriptionIsAnError() {
    line.connected();
    Noting noting = new Noting();
    line.client.stream("c").subscribe(noting);
    String id = last().replaceAll(".*\"id\":(\\d+).*", "$1");
    line.say("{\"type\":\"error\",\"id\":" + id + ",\"code\":\"forbidden\",\"message\":\"no\"}");
    line.work();
    assertThat(noting.told).containsExactly("subscribed", "error forbiddenSluiceException");
  }

  @Test
  void positionIsBehindWhatWasHandled() {
    line.connected();
    MessageStream stream = line.client.stream("c");
    Noting noting = new Noting();
    stream.subscribe(noting);
    line.subscribed("c");
    line.work();
    noting.flow.request(2);
    line.deliver("c", 1);
    line.deliver("c", 2);
    assertThat(stream.position().offset()).isZero();
    line.work();
    assertThat(stream.position().offset()).isEqualTo(2);
  }
}
