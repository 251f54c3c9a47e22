package io.sluice.gateway.nexus;

import io.netty.buffer.Unpooled;
import io.sluice.gateway.StreamEndpoint;
import io.sluice.gateway.response.ResponseFraming;
import io.sluice.gateway.response.Style;
import io.sluice.model.ChannelName;
import io.sluice.model.ChannelPattern;
import io.sluice.model.Code;
import io.sluice.model.Command;
import io.sluice.model.Fault;
import io.sluice.model.Filter;
import io.sluice.model.Grants;
import io.sluice.model.Inbound;
import io.sluice.model.Limits;
import io.sluice.model.Position;
import io.sluice.model.Subject;
import io.sluice.protocol.json.JsonWriter;
import io.sluice.protocol.nexus.NexusCodec;
import io.sluice.protocol.nexus.NexusConversation;
import io.sluice.protocol.nexus.NexusGrammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /sse}: the parameters are the members of one {@code subscribe}, and the response what
 * a WebSocket would have been told, as a browser's {@code EventSource} reads it. Shared by all
 * event loops, safe from any of them.
 *
 * <p>One request reads one channel. The id of an event is all that a browser brings along when it
 * comes back; the events' bytes are shared by all who read the channel, so an id names a place in
 * that channel and could not say how far its reader is in others.
 */
final class EventsEndpoint implements StreamEndpoint {
  private static final String LAST_ID_HEADER = "last-event-id";
  private static final String LAST_ID = "lastEventId";

  private final NexusEndpoint nexus;
  private final Limits limits;

  EventsEndpoint(NexusEndpoint nexus, Limits limits) {
    this.nexus = nexus;
    this.limits = limits;
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String path() {
    return "/sse";
  }

  @Override
  public String contentType() {
    return Style.EVENTS.contentType();
  }

  @Override
  public Reading read(Request request) {
    Map<String, List<String>> query = request.query();
    List<String> channels = query.getOrDefault("channel", List.of());
    if (channels.isEmpty()) {
      return faulty(Code.MISSING_FIELD, "channel is missing", "channel");
    }
    if (channels.size() > 1) {
      return faulty(
          Code.INVALID_FIELD,
          "One channel for each event stream: open several, or POST /stream",
          "channel");
    }
    String id = lastId(request);
    Position since = id == null ? null : EventId.read(id);
    if (id != null && since == null) {
      return faulty(Code.INVALID_POSITION, "Last-Event-ID is not epoch:offset", LAST_ID);
    }
    String filters = first(query, "filters");
    byte[] line = subscribe(channels.getFirst(), query, filters, since);
    return switch (parse(line)) {
      case Inbound.Rejected rejected -> faulty(rejected.fault(), filters);
      case Inbound.Accepted accepted -> check(request, line, accepted.command(), filters);
    };
  }

  /** The header is a browser's that comes back, the parameter the page's that came first. */
  private static @Nullable String lastId(Request request) {
    String header = request.headers().get(LAST_ID_HEADER);
    String id = header == null || header.isEmpty() ? first(request.query(), LAST_ID) : header;
    return id == null || id.isEmpty() ? null : id;
  }

  private static @Nullable String first(Map<String, List<String>> query, String name) {
    List<String> values = query.get(name);
    return values == null ? null : values.getFirst();
  }

  /** What a WebSocket would have sent. */
  private static byte[] subscribe(
      String channel,
      Map<String, List<String>> query,
      @Nullable String filters,
      @Nullable Position since) {
    JsonWriter out = new JsonWriter();
    out.raw("{\"action\":\"subscribe\",\"recoverable\":true,\"channel\":").string(channel);
    for (String name : List.of("policy", "conflateBy")) {
      String text = first(query, name);
      if (text != null) {
        out.raw(",\"").raw(name).raw("\":").string(text);
      }
    }
    credits(out, first(query, "messages"), first(query, "bytes"));
    if (since != null) {
      out.raw(",\"since\":{\"epoch\":").string(since.epoch());
      out.raw(",\"offset\":").number(since.offset()).raw('}');
    }
    if (filters != null) {
      out.raw(",\"filters\":").verbatim(filters);
    }
    return out.raw('}').take();
  }

  private static void credits(JsonWriter out, @Nullable String messages, @Nullable String bytes) {
    if (messages == null && bytes == null) {
      return;
    }
    out.raw(",\"credits\":{");
    if (messages != null) {
      number(out.raw("\"messages\":"), messages);
    }
    if (bytes != null) {
      number(out.raw(messages == null ? "\"bytes\":" : ",\"bytes\":"), bytes);
    }
    out.raw('}');
  }

  /** Anything but digits goes as a text, which is no number there. */
  private static void number(JsonWriter out, String digits) {
    boolean isNumber =
        !digits.isEmpty()
            && (digits.length() == 1 || digits.charAt(0) != '0')
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    var _ = isNumber ? out.verbatim(digits) : out.string(digits);
  }

  private Inbound parse(byte[] line) {
    List<Inbound> read = new ArrayList<>(1);
    new NexusConversation(new NexusCodec(limits), NexusGrammar.EXTENDED)
        .read(Unpooled.wrappedBuffer(line), read::add);
    return read.getFirst();
  }

  private Reading check(Request request, byte[] line, Command command, @Nullable String filters) {
    if (!(command instanceof Command.Subscribe subscribe)
        || !(filters == null ? "" : filters.strip()).equals(written(subscribe.filter()))) {
      return faulty(Code.INVALID_FILTER, notOneValue().message(), "filters");
    }
    if (!mayRead(request.identity().grants(), subscribe.subject())) {
      return faulty(
          Code.FORBIDDEN, "The token does not allow subscribing to this channel", "channel");
    }
    return nexus.answer(new ResponseFraming(Style.EVENTS, request.chunked()), line);
  }

  /** What the channel itself allows is decided by the core, and told as an event. */
  private static boolean mayRead(Grants grants, Subject subject) {
    return switch (subject) {
      case ChannelName channel -> grants.maySubscribe(channel);
      case ChannelPattern pattern -> grants.maySubscribe(pattern);
    };
  }

  private static String written(@Nullable Filter filter) {
    return filter == null ? "" : filter.written();
  }

  /** Only the filters are JSON of the peer's own: they must be one value, and nothing behind it. */
  private static Fault notOneValue() {
    return new Fault(Code.INVALID_FILTER, "filters must be one JSON object");
  }

  private static Reading faulty(Fault fault, @Nullable String filters) {
    boolean isFilters = fault.code() == Code.INVALID_JSON && filters != null;
    Fault told = isFilters ? notOneValue() : fault;
    return faulty(told.code(), told.message(), isFilters ? "filters" : null);
  }

  private static Reading faulty(Code code, String message, @Nullable String field) {
    boolean denied = code == Code.FORBIDDEN || code == Code.POLICY_NOT_ALLOWED;
    return new Reading.Faulty(denied ? 403 : 400, code.text(), message, field);
  }
}
