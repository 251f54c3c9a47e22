package io.sluice.gateway.nexus;

import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.response.Lines;
import io.sluice.gateway.response.ResponseFraming;
import io.sluice.gateway.response.Style;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;

/**
 * {@code POST /stream}: the body is what a WebSocket would have sent, a message on each line, and
 * the response what it would have been told. Shared by all event loops, safe from any of them.
 */
final class LinesEndpoint implements StreamEndpoint {
  private final NexusEndpoint nexus;
  private final Limits.Http limits;

  LinesEndpoint(NexusEndpoint nexus, Limits.Http limits) {
    this.nexus = nexus;
    this.limits = limits;
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public String path() {
    return "/stream";
  }

  @Override
  public String contentType() {
    return Style.LINES.contentType();
  }

  @Override
  public Reading read(Request request) {
    byte[] body = request.body();
    if (Lines.count(body) > limits.streamLines()) {
      return new Reading.Refused(
          Refusal.BODY_TOO_LARGE, "The body has more than " + limits.streamLines() + " lines.");
    }
    if (!Lines.isText(body)) {
      return new Reading.Refused(Refusal.BAD_REQUEST, "The body is not UTF-8.");
    }
    return nexus.answer(new ResponseFraming(Style.LINES, request.chunked()), body);
  }
}
