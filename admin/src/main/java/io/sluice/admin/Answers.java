package io.sluice.admin;

import io.sluice.gateway.http.HttpAnswer;
import io.sluice.gateway.http.HttpCall;
import io.sluice.gateway.http.HttpErrors;
import io.sluice.model.Event;
import io.sluice.model.Fault;
import io.sluice.model.Position;
import io.sluice.model.Refusal;
import io.sluice.protocol.json.JsonWriter;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the calls answer with. Stateless. */
final class Answers {
  /** Answers are about now, and for who asked. */
  private static final Map<String, String> HEADERS =
      Map.of("Content-Type", "application/json", "Cache-Control", "no-store");

  private Answers() {}

  static HttpAnswer ok(JsonWriter body) {
    return new HttpAnswer(200, HEADERS, body.take());
  }

  /** A JSON object that is written already. */
  static HttpAnswer json(int status, byte[] body) {
    return new HttpAnswer(status, HEADERS, body);
  }

  /** The same, of whose end somebody wants to be told. */
  static HttpAnswer json(int status, byte[] body, Runnable settled) {
    return new HttpAnswer(status, HEADERS, body, settled);
  }

  /** What a connection of the extended grammar would be told. */
  static HttpAnswer event(Event event) {
    return new HttpAnswer(200, HEADERS, NexusGrammar.EXTENDED.print(event));
  }

  static HttpAnswer failed(HttpCall call, Fault fault, @Nullable String field) {
    return HttpErrors.answer(
        call, ErrorStatus.of(fault.code()), fault.code().text(), fault.message(), field);
  }

  /** There is nothing of that name, or nothing for who asks. */
  static HttpAnswer notFound(HttpCall call, String message) {
    Refusal refusal = Refusal.NOT_FOUND;
    return HttpErrors.answer(call, refusal.status(), refusal.text(), message, null);
  }

  /** {@code ,"epoch":…,"offset":…}, behind a member. */
  static void position(Position position, JsonWriter out) {
    out.raw(",\"epoch\":").string(position.epoch());
    out.raw(",\"offset\":").number(position.offset());
  }
}
