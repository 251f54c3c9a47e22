package io.sluice.gateway.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.gateway.response.ResponseFraming;
import io.sluice.gateway.response.Style;
import io.sluice.model.Event;
import io.sluice.model.Form;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Nexus in a response that goes on. Every event but a publication names its type; one that has a
 * place in the log says it.
 */
record ResponseSpeech(ResponseFraming framing, Form form) implements Speech {
  /** A browser comes back after 1 to 3 seconds, all of them together not at once. */
  private static final int RETRY_MILLIS = 1_000;

  private static final int RETRY_SPREAD = 2_001;

  ResponseSpeech(ResponseFraming framing) {
    this(framing, new ResponseForm(framing, null, null));
  }

  @Override
  public Form form(NexusGrammar grammar) {
    return form;
  }

  @Override
  public byte[] text(Event event, byte[] json) {
    byte[] message = framing.style().message(json);
    return switch (framing.style()) {
      case LINES -> message;
      case EVENTS -> Style.join(head(event).getBytes(UTF_8), message);
    };
  }

  private static String head(Event event) {
    return switch (event) {
      case Event.Connected _ -> "retry: " + retryMillis() + "\nevent: connected\n";
      case Event.Subscribed subscribed -> {
        var position = subscribed.position();
        yield EventId.line(position.epoch(), position.offset()) + "event: subscribed\n";
      }
      case Event.Gap gap -> EventId.line(gap.epoch(), gap.last()) + "event: gap\n";
      case Event.At at -> {
        var position = at.position();
        yield EventId.line(position.epoch(), position.offset()) + "event: position\n";
      }
      case Event.Unsubscribed _ -> "event: unsubscribed\n";
      case Event.Published _ -> "event: published\n";
      case Event.Held _ -> "event: held\n";
      case Event.Released _ -> "event: released\n";
      case Event.History _ -> "event: history\n";
      case Event.Presence _ -> "event: presence\n";
      case Event.Refreshed _ -> "event: refreshed\n";
      case Event.Pong _ -> "event: pong\n";
      case Event.Failed _ -> "event: error\n";
    };
  }

  private static int retryMillis() {
    return RETRY_MILLIS + ThreadLocalRandom.current().nextInt(RETRY_SPREAD);
  }
}
