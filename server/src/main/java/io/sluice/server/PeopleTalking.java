package io.sluice.server;

import io.sluice.admin.Talks;
import io.sluice.gateway.haip.HaipStandings;
import io.sluice.model.HaipStanding;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Joins the REST API to the sessions of HAIP. Immutable. */
record PeopleTalking(HaipStandings standings) implements Talks {
  @Override
  public CompletionStage<Page> page(@Nullable String user, String behind, int limit) {
    return standings
        .page(user, behind, limit)
        .thenApply(page -> new Page(page.sessions(), page.next()));
  }

  @Override
  public CompletionStage<@Nullable HaipStanding> one(String session, @Nullable String user) {
    return standings.one(session, user);
  }
}
