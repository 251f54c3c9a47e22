package io.sluice.gateway.haip;

import io.sluice.gateway.Connection;
import io.sluice.gateway.Dialog;
import io.sluice.gateway.Endpoint;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.response.Lines;
import io.sluice.gateway.response.ResponseFraming;
import io.sluice.gateway.response.Style;
import io.sluice.model.Limits;
import io.sluice.model.Refusal;
import io.sluice.protocol.haip.HaipFault;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * HAIP without a WebSocket: a response that goes on carries what the person is told, as events or
 * as lines, and other requests what it says. One conversation is behind all of them. Shared by all
 * event loops, safe from any of them.
 */
final class HaipStreams {
  private static final String SESSION = "session";
  private static final String SESSION_HEADER = "x-haip-session";
  private static final byte[] NOTHING = {};

  private final HaipEndpoint haip;
  private final Limits.Http limits;

  HaipStreams(HaipEndpoint haip, Limits.Http limits) {
    this.haip = haip;
    this.limits = limits;
  }

  /** All of them. */
  List<StreamEndpoint> all() {
    return List.of(
        new Told("GET", "/haip/sse", Style.EVENTS),
        new Told("GET", "/haip/connect", Style.EVENTS),
        new Told("POST", "/haip/stream", Style.LINES),
        new Said("/haip/message"),
        new Said("/haip/handshake"));
  }

  /** Which session is meant; null if the request does not say. */
  private static @Nullable String session(StreamEndpoint.Request request) {
    List<String> given = request.query().get(SESSION);
    return given == null ? request.headers().get(SESSION_HEADER) : given.getFirst();
  }

  private StreamEndpoint.@Nullable Reading refusal(StreamEndpoint.Request request) {
    if (Lines.count(request.body()) > limits.streamLines()) {
      return new StreamEndpoint.Reading.Refused(
          Refusal.BODY_TOO_LARGE, "The body has more than " + limits.streamLines() + " lines.");
    }
    if (!Lines.isText(request.body())) {
      return new StreamEndpoint.Reading.Refused(Refusal.BAD_REQUEST, "The body is not UTF-8.");
    }
    String session = session(request);
    return session == null || isId(session)
        ? null
        : new StreamEndpoint.Reading.Refused(Refusal.BAD_REQUEST, "session is not a UUID.");
  }

  private static boolean isId(String text) {
    try {
      return text.length() == 36 && UUID.fromString(text).toString().equalsIgnoreCase(text);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** A response that goes on, beside its request's body if it answers one with lines. */
  private final class Told implements StreamEndpoint {
    private final String method;
    private final String path;
    private final Style style;

    Told(String method, String path, Style style) {
      this.method = method;
      this.path = path;
      this.style = style;
    }

    @Override
    public String method() {
      return method;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public String contentType() {
      return style.contentType();
    }

    @Override
    public boolean listens() {
      return style == Style.LINES;
    }

    @Override
    public Reading read(Request request) {
      Reading refused = refusal(request);
      if (refused != null) {
        return refused;
      }
      String session = session(request);
      return new Reading.Answered(
          new ResponseFraming(style, request.chunked()),
          NOTHING,
          session == null
              ? (connection, welcome) -> haip.answer(connection, welcome, null)
              : new Begin(new Expectation(request.identity().user(), session)));
    }
  }

  /** Begins a conversation in a session that may be spoken to as soon as there is a head. */
  private final class Begin implements StreamEndpoint.Opener {
    private final Expectation expectation;

    Begin(Expectation expectation) {
      this.expectation = expectation;
    }

    @Override
    public void promised() {
      haip.sessions().expect(expectation);
    }

    @Override
    public Dialog open(Connection connection, Endpoint.Welcome welcome) {
      return haip.answer(connection, welcome, expectation);
    }

    @Override
    public void over() {
      haip.sessions().expectNoMore(expectation);
      expectation.over();
    }
  }

  /** What a person says to a session whose response goes on elsewhere. */
  private final class Said implements StreamEndpoint {
    private final String path;

    Said(String path) {
      this.path = path;
    }

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public String contentType() {
      return "application/json";
    }

    @Override
    public Reading read(Request request) {
      Reading refused = refusal(request);
      if (refused != null) {
        return refused;
      }
      String session = session(request);
      if (session == null) {
        return new Reading.Refused(
            Refusal.BAD_REQUEST, "Name the session: ?session= or X-HAIP-Session.");
      }
      CompletionStage<@Nullable HaipDialog> listener =
          haip.sessions().listener(session, request.identity().user());
      return listener == null
          ? unheard()
          : new Reading.Asked(
              listener
                  .thenCompose(dialog -> deliver(dialog, request.body()))
                  .thenApply(HaipStreams::reading));
    }
  }

  private static CompletionStage<HaipDialog.Delivery> deliver(
      @Nullable HaipDialog dialog, byte[] lines) {
    return dialog == null
        ? CompletableFuture.completedStage(new HaipDialog.Delivery.Unheard())
        : dialog.deliver(lines);
  }

  private static StreamEndpoint.Reading reading(HaipDialog.Delivery delivery) {
    return switch (delivery) {
      case HaipDialog.Delivery.Heard(HaipFault wrong) ->
          wrong == null
              ? new StreamEndpoint.Reading.Done("{\"status\":\"ok\"}")
              : new StreamEndpoint.Reading.Faulty(
                  HaipFaults.status(wrong.code()), wrong.code().text(), wrong.message(), null);
      case HaipDialog.Delivery.Unheard _ -> unheard();
      case HaipDialog.Delivery.Busy _ ->
          new StreamEndpoint.Reading.Refused(
              Refusal.BUSY, "The session has more to handle than it may; retry a moment later.");
    };
  }

  private static StreamEndpoint.Reading unheard() {
    return new StreamEndpoint.Reading.Refused(
        Refusal.NOT_FOUND, "No response of yours has this session.");
  }
}
