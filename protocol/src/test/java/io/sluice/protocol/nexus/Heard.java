package io.sluice.protocol.nexus;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.sluice.model.Command;
import io.sluice.model.Filter;
import io.sluice.model.Inbound;
import io.sluice.model.Limits;
import io.sluice.model.Scalar;
import io.sluice.model.Subject;
import io.sluice.protocol.json.JsonNumber;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a conversation made of a message, in the words of the vectors. */
final class Heard {
  static final Limits LIMITS = Limits.defaults(1L << 30);

  private Heard() {}

  static NexusConversation begin(String subprotocol) {
    return new NexusConversation(new NexusCodec(LIMITS), NexusGrammar.of(subprotocol));
  }

  static List<Inbound> read(NexusConversation conversation, String message) {
    return read(conversation, message.getBytes(UTF_8));
  }

  static List<Inbound> read(NexusConversation conversation, byte[] message) {
    ByteBuf buffer = Unpooled.wrappedBuffer(message);
    List<Inbound> heard = new ArrayList<>();
    conversation.read(buffer, heard::add);
    buffer.release();
    return heard;
  }

  static List<Map<String, Object>> describe(List<Inbound> heard) {
    return heard.stream().map(Heard::describe).toList();
  }

  static Map<String, Object> describe(Inbound inbound) {
    Map<String, Object> said = new LinkedHashMap<>();
    if (inbound.id() != null) {
      said.put("id", inbound.id().raw());
    }
    switch (inbound) {
      case Inbound.Rejected rejected -> {
        said.put("fault", rejected.fault().code().text());
        said.put("message", rejected.fault().message());
      }
      case Inbound.Accepted accepted -> describe(accepted.command(), said);
    }
    return said;
  }

  private static void describe(Command command, Map<String, Object> said) {
    switch (command) {
      case Command.Subscribe subscribe -> describe(subscribe, said);
      case Command.Unsubscribe unsubscribe -> {
        name("unsubscribe", unsubscribe.subject(), said);
        filter(unsubscribe.filter(), said);
      }
      case Command.Publish publish -> describe(publish, said);
      case Command.Grant grant -> {
        name("credit", grant.subject(), said);
        said.put(
            "credits",
            Map.of("messages", grant.credit().messages(), "bytes", grant.credit().bytes()));
      }
      case Command.History history -> describe(history, said);
      case Command.Presence presence -> name("presence", presence.channel(), said);
      case Command.Refresh refresh -> {
        said.put("command", "refresh");
        said.put("token", refresh.token());
      }
      case Command.Spend spend -> throw new AssertionError("Nexus has no " + spend);
      case Command.Pause pause -> throw new AssertionError("Nexus has no " + pause);
      case Command.Ping ping -> said.put("command", "ping");
    }
  }

  private static void describe(Command.Subscribe subscribe, Map<String, Object> said) {
    name("subscribe", subscribe.subject(), said);
    filter(subscribe.filter(), said);
    if (subscribe.credit() != null) {
      said.put(
          "credits",
          Map.of("messages", subscribe.credit().messages(), "bytes", subscribe.credit().bytes()));
    }
    if (subscribe.policy() != null) {
      said.put("policy", subscribe.policy().wireName());
    }
    if (subscribe.conflateBy() != null) {
      said.put("conflateBy", subscribe.conflateBy());
    }
    if (subscribe.hold() != null) {
      said.put("hold", subscribe.hold());
    }
    if (subscribe.since() != null) {
      said.put(
          "since",
          Map.of("epoch", subscribe.since().epoch(), "offset", subscribe.since().offset()));
    }
    if (subscribe.recoverable()) {
      said.put("recoverable", true);
    }
    if (subscribe.presence()) {
      said.put("presence", true);
    }
  }

  private static void describe(Command.History history, Map<String, Object> said) {
    name("history", history.channel(), said);
    if (history.since() != null) {
      said.put(
          "since", Map.of("epoch", history.since().epoch(), "offset", history.since().offset()));
    }
    said.put("limit", (long) history.limit());
  }

  private static void describe(Command.Publish publish, Map<String, Object> said) {
    name("publish", publish.channel(), said);
    said.put("payload", new String(publish.payload().bytes(), UTF_8));
    if (publish.acknowledge()) {
      said.put("ack", true);
    }
    if (publish.key() != null) {
      said.put("key", publish.key());
    }
    if (publish.idempotencyKey() != null) {
      said.put("idempotencyKey", publish.idempotencyKey());
    }
  }

  private static void name(String command, Subject subject, Map<String, Object> said) {
    said.put("command", command);
    said.put("channel", subject.value());
  }

  private static void filter(Filter filter, Map<String, Object> said) {
    if (filter == null) {
      return;
    }
    said.put("filters", filter.written());
    Map<String, List<String>> terms = new TreeMap<>();
    filter
        .terms()
        .forEach(
            (field, values) ->
                terms.put(field, values.stream().map(Heard::print).sorted().toList()));
    said.put("terms", terms);
  }

  private static String print(Scalar scalar) {
    return switch (scalar) {
      case Scalar.Text text -> '"' + text.value() + '"';
      case Scalar.Numeric number -> JsonNumber.print(number.value());
      case Scalar.Bool bool -> String.valueOf(bool.value());
      case Scalar.Null none -> "null";
    };
  }
}
