package io.sluice.admin;

import io.sluice.model.HaipStanding;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/** Sessions of HAIP that are as the test says. */
final class FakeTalks implements Talks {
  final TreeMap<String, HaipStanding> all = new TreeMap<>();

  void add(HaipStanding standing) {
    all.put(standing.session(), standing);
  }

  private static Predicate<HaipStanding> of(String user) {
    return standing -> user == null || user.equals(standing.user());
  }

  @Override
  public CompletionStage<Page> page(String user, String behind, int limit) {
    List<HaipStanding> those =
        all.tailMap(behind, false).values().stream().filter(of(user)).toList();
    return CompletableFuture.completedStage(
        new Page(
            those.stream().limit(limit).toList(),
            those.size() > limit ? those.get(limit - 1).session() : null));
  }

  @Override
  public CompletionStage<HaipStanding> one(String session, String user) {
    HaipStanding standing = all.get(session);
    return CompletableFuture.completedStage(
        standing != null && of(user).test(standing) ? standing : null);
  }
}
