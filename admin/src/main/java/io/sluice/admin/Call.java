package io.sluice.admin;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.model.Moment;
import java.util.concurrent.CompletionStage;

/** One thing the API does. Safe from any thread. */
@FunctionalInterface
interface Call {
  /**
   * Does it, or does none of it.
   *
   * @throws Refused if the caller made a mistake, or may not
   */
  CompletionStage<HttpAnswer> answer(HttpCall call, Caller caller, Moment now) throws Refused;
}
