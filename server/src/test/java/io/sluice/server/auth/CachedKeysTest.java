package io.sluice.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.Limits;
import io.sluice.model.Moment;
import io.sluice.server.auth.KeyLookup.Found;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** In virtual time, against a key server that answers when it is told to. */
class CachedKeysTest {
  private static final long SECOND = 1_000_000_000L;
  private static final KeySet OLD = named("old");
  private static final KeySet NEW = named("new");

  private final Deque<CompletableFuture<KeySet>> questions = new ArrayDeque<>();
  private int asked;
  private final CachedKeys keys =
      new CachedKeys(
          () -> {
            asked++;
            CompletableFuture<KeySet> question = new CompletableFuture<>();
            questions.add(question);
            return question;
          },
          Limits.Jwks.DEFAULTS);

  private static KeySet named(String kid) {
    return new KeySet(List.of(VerificationKey.of(kid, Forge.P256.getPublic())));
  }

  private CompletableFuture<Found> find(String kid, long second) {
    // The monotonic clock may well be negative, and wrap.
    return keys.find(kid, new Moment(Long.MAX_VALUE + second * SECOND, 0)).toCompletableFuture();
  }

  private void fail() {
    questions.remove().completeExceptionally(new IOException("no"));
  }

  private void learn(String kid, KeySet set, long second) {
    CompletableFuture<Found> found = find(kid, second);
    questions.remove().complete(set);
    assertThat(found).isCompletedWithValue(new Found.Keys(set));
  }

  @Test
  void manyWhoAskAtOnceAreOneQuestion() {
    CompletableFuture<Found> first = find("old", 0);
    CompletableFuture<Found> second = find("old", 1);
    CompletableFuture<Found> third = find("other", 2);
    assertThat(asked).isEqualTo(1);
    assertThat(first).isNotDone();
    questions.remove().complete(OLD);
    assertThat(List.of(first, second, third))
        .allSatisfy(found -> assertThat(found).isCompletedWithValue(new Found.Keys(OLD)));
  }

  @Test
  void whatIsKnownIsNotAskedAgain() {
    learn("old", OLD, 0);
    for (int second = 1; second < 600; second++) {
      assertThat(find("old", second)).isCompletedWithValue(new Found.Keys(OLD));
      assertThat(find(null, second)).isCompletedWithValue(new Found.Keys(OLD));
    }
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void anUnknownKidAsksOnceAnIntervalAndNoMore() {
    learn("old", OLD, 0);
    for (int second = 1; second < 30; second++) {
      assertThat(find("forged" + second, second)).isCompletedWithValue(new Found.Keys(OLD));
    }
    assertThat(asked).isEqualTo(1);
    learn("new", NEW, 30);
    assertThat(asked).isEqualTo(2);
    assertThat(find("new", 31)).isCompletedWithValue(new Found.Keys(NEW));
  }

  @Test
  void oldKeysServeWhileTheyAreRefreshed() {
    learn("old", OLD, 0);
    assertThat(find("old", 600)).isCompletedWithValue(new Found.Keys(OLD));
    assertThat(asked).isEqualTo(2);
    questions.remove().complete(NEW);
    assertThat(find("new", 601)).isCompletedWithValue(new Found.Keys(NEW));
  }

  @Test
  void noAnswerIsUnavailableUntilTheNextTry() {
    CompletableFuture<Found> first = find("old", 0);
    fail();
    assertThat(first).isCompletedWithValue(new Found.Unavailable());
    assertThat(find("old", 1)).isCompletedWithValue(new Found.Unavailable());
    assertThat(asked).isEqualTo(1);
    learn("old", OLD, 2);
  }

  @Test
  void knownKeysSurviveAServerThatIsDownUntilTheyAreStale() {
    learn("old", OLD, 0);
    assertThat(find("old", 700)).isCompletedWithValue(new Found.Keys(OLD));
    fail();
    assertThat(find("old", 701)).isCompletedWithValue(new Found.Keys(OLD));
    // Whether a key that nobody knew is good cannot be told while the server is down.
    assertThat(find("new", 701)).isCompletedWithValue(new Found.Unavailable());
    long day = 24 * 3_600;
    assertThat(find("old", day - 1)).isCompletedWithValue(new Found.Keys(OLD));
    fail();
    CompletableFuture<Found> late = find("old", day + 10);
    assertThat(late).isNotDone();
    fail();
    assertThat(late).isCompletedWithValue(new Found.Unavailable());
  }
}
