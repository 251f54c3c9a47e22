package io.sluice.protocol.nexus;

import io.sluice.model.Code;
import io.sluice.model.Event;
import io.sluice.model.Policy;
import io.sluice.model.Position;
import io.sluice.model.Present;
import io.sluice.model.Publication;
import io.sluice.model.RequestId;
import io.sluice.model.Subject;
import io.sluice.protocol.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/**
 * Owner: its codec. Events into JSON. The seed's members come first, in the seed's order; the
 * extended grammar puts its own behind them.
 */
final class NexusEvents {
  private static final String WELCOME = "Welcome to Nexus WebSocket";

  private final JsonWriter out = new JsonWriter();

  byte[] write(Event event, NexusGrammar grammar) {
    boolean extended = grammar == NexusGrammar.EXTENDED;
    switch (event) {
      case Event.Connected connected -> connected(connected, extended);
      case Event.Subscribed subscribed -> subscribed(subscribed, extended);
      case Event.Unsubscribed unsubscribed -> unsubscribed(unsubscribed, extended);
      case Event.Published published -> published(published);
      case Event.Gap gap -> gap(gap, extended);
      case Event.At at -> at(at);
      case Event.Held held -> held(held);
      case Event.Released released -> released(released);
      case Event.History history -> history(history);
      case Event.Presence presence -> presence(presence);
      case Event.Refreshed refreshed -> refreshed(refreshed);
      case Event.Pong pong -> pong(pong, extended);
      case Event.Failed failed -> failed(failed, extended);
    }
    return out.raw('}').take();
  }

  private void connected(Event.Connected event, boolean extended) {
    type("connected");
    name("message").string(WELCOME);
    name("userId").string(event.user());
    name("connectionId").string(event.connectionId());
    if (extended) {
      expiry(event.expiresAtMillis());
    }
  }

  /** A token that never ends has no end that could be written. */
  private void expiry(long millis) {
    if (millis != Long.MAX_VALUE) {
      name("expiresAt").number(millis);
    }
  }

  private void subscribed(Event.Subscribed event, boolean extended) {
    type("subscribed");
    channel(event.subject());
    if (event.filter() != null) {
      name("filters");
      NexusFilters.write(event.filter(), out);
    }
    if (extended) {
      id(event.id());
      position(event.position());
      flag("recovered", event.recovered());
      if (event.policy() != Policy.LOSSLESS) {
        name("policy").string(event.policy().wireName());
      }
      if (event.holds()) {
        flag("hold", true);
      }
    }
  }

  private void unsubscribed(Event.Unsubscribed event, boolean extended) {
    type("unsubscribed");
    channel(event.subject());
    if (extended) {
      id(event.id());
      if (event.why() != null) {
        name("code").string(event.why().text());
      }
    }
  }

  private void published(Event.Published event) {
    type("published");
    channel(event.channel());
    id(event.id());
    position(event.position());
  }

  private void gap(Event.Gap event, boolean extended) {
    if (!extended) {
      error(
          "Messages "
              + event.first()
              + " to "
              + event.last()
              + " of channel "
              + event.subject().value()
              + " were lost: "
              + event.reason().wireName(),
          Code.GAP);
      return;
    }
    type("gap");
    channel(event.subject());
    name("epoch").string(event.epoch());
    name("firstOffset").number(event.first());
    name("lastOffset").number(event.last());
    name("reason").string(event.reason().wireName());
  }

  private void at(Event.At event) {
    type("position");
    channel(event.subject());
    position(event.position());
    if (event.conflated() > 0) {
      name("conflated").number(event.conflated());
    }
  }

  private void held(Event.Held event) {
    type("held");
    channel(event.channel());
    name("readers").number(event.readers());
    name("bytes").number(event.bytes());
  }

  private void released(Event.Released event) {
    type("released");
    channel(event.channel());
  }

  /** Each publication stands there as a subscriber gets it, whoever asks: with its offset. */
  private void history(Event.History event) {
    type("history");
    channel(event.channel());
    id(event.id());
    position(event.head());
    flag("recovered", event.recovered());
    flag("more", event.more());
    name("publications").raw('[');
    NexusGrammar grammar = NexusGrammar.EXTENDED;
    boolean first = true;
    for (Publication publication : event.publications()) {
      if (!first) {
        out.raw(',');
      }
      first = false;
      out.put(grammar.size(publication), (into, at) -> grammar.write(publication, into, at));
    }
    out.raw(']');
  }

  private void presence(Event.Presence event) {
    type("presence");
    channel(event.channel());
    id(event.id());
    name("users").raw('[');
    String begin = "{\"userId\":";
    for (Present present : event.users()) {
      out.raw(begin).string(present.user());
      name("connections").number(present.connections()).raw('}');
      begin = ",{\"userId\":";
    }
    out.raw(']');
    name("total").number(event.total());
  }

  private void refreshed(Event.Refreshed event) {
    type("refreshed");
    id(event.id());
    expiry(event.expiresAtMillis());
  }

  private void pong(Event.Pong event, boolean extended) {
    type("pong");
    name("timestamp").number(event.epochMillis());
    if (extended) {
      id(event.id());
    }
  }

  private void failed(Event.Failed event, boolean extended) {
    error(event.fault().message(), event.fault().code());
    if (extended) {
      id(event.id());
      if (event.subject() != null) {
        channel(event.subject());
      }
    }
  }

  private void error(String message, Code code) {
    type("error");
    name("message").string(message);
    name("code").string(code.text());
  }

  private void type(String type) {
    out.raw("{\"type\":\"").raw(type).raw('"');
  }

  private void channel(Subject subject) {
    name("channel").string(subject.value());
  }

  private void id(@Nullable RequestId id) {
    if (id != null) {
      name("id").verbatim(id.raw());
    }
  }

  private void flag(String name, boolean value) {
    name(name).raw(value ? "true" : "false");
  }

  private void position(Position position) {
    name("epoch").string(position.epoch());
    name("offset").number(position.offset());
  }

  private JsonWriter name(String name) {
    return out.raw(",\"").raw(name).raw("\":");
  }
}
