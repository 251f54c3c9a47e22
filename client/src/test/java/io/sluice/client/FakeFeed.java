package io.sluice.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program's side of a subscription: handles at once, or when it is told to. */
final class FakeFeed implements Feed {
  final List<Long> offsets = new ArrayList<>();
  final List<String> data = new ArrayList<>();
  final List<Gap> gaps = new ArrayList<>();
  final List<Subscribed> stood = new ArrayList<>();
  final List<Notice> others = new ArrayList<>();
  boolean slow;
  boolean ended;
  @Nullable SluiceException end;
  Subscriber subscriber;

  private final FakeWorld world;
  private final SubscribeOptions options;
  private long unhandled;
  private long unhandledBytes;

  FakeFeed(FakeWorld world, SubscribeOptions options) {
    this.world = world;
    this.options = options;
  }

  @Override
  public void take(Notice notice) {
    assertThat(ended).as("nothing comes after the end").isFalse();
    switch (notice) {
      case Notice.Publication publication -> {
        offsets.add(publication.message().offset());
        data.add(publication.message().data());
        unhandled++;
        unhandledBytes += publication.cost();
        if (subscriber.window().width() > 0) {
          assertThat(unhandled + subscriber.window().balance())
              .as("under way and unhandled")
              .isLessThanOrEqualTo(options.messages());
        }
        if (!slow) {
          handle();
        }
      }
      case Notice.Lost lost -> gaps.add(lost.gap());
      case Notice.Stands stands -> stood.add(stands.subscribed());
      case Notice.Ended over -> {
        ended = true;
        end = over.error();
      }
      case Notice.Passed passed -> others.add(passed);
      case Notice.Warned warned -> others.add(warned);
      case Notice.There there -> others.add(there);
      case Notice.Came came -> others.add(came);
    }
  }

  /** Is done with everything it has. */
  void handle() {
    world.engine.handled(subscriber, unhandled, unhandledBytes);
    unhandled = 0;
    unhandledBytes = 0;
  }
}
