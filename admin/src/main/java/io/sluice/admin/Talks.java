package io.sluice.admin;

import io.sluice.model.HaipStanding;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The port to the sessions of HAIP. Any thread. */
public interface Talks {
  /**
   * Sessions in the order of their names.
   *
   * @param user whose; null for everybody's
   * @param behind those behind this name; empty for the first
   * @param limit at most so many
   */
  CompletionStage<Page> page(@Nullable String user, String behind, int limit);

  /**
   * One session.
   *
   * @param user whose it must be; null for anybody's
   * @return null if there is none such
   */
  CompletionStage<@Nullable HaipStanding> one(String session, @Nullable String user);

  /**
   * Some of the sessions; those that end while they are asked are left out.
   *
   * @param next behind this name there may be others; null if there are none
   */
  record Page(List<HaipStanding> sessions, @Nullable String next) {}
}
