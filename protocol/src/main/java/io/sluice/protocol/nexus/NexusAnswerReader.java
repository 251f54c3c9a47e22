package io.sluice.protocol.nexus;

import io.sluice.model.Code;
import io.sluice.model.Limits;
import io.sluice.model.Policy;
import io.sluice.protocol.json.JsonCursor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owner: one client. Reads what a server says: one line per type, one method per line. Whatever
 * comes, it makes an answer of it. Between calls it holds nothing of any message.
 */
public final class NexusAnswerReader {
  private final NexusAnswerText text;
  private final NexusAnswerText nested;

  /** A reader that takes for garbage what lies beyond these limits. */
  public NexusAnswerReader(Limits.Json limits) {
    text = new NexusAnswerText(limits);
    nested = new NexusAnswerText(limits);
  }

  /** Reads one text message, which is known to be UTF-8 and is not kept. */
  public NexusAnswer read(byte[] message) {
    try {
      if (!text.scan(message, 0, message.length)) {
        return new NexusAnswer.Garbage("not a JSON object");
      }
      return answer(text.text(NexusMember.TYPE));
    } catch (Unreadable unreadable) {
      return new NexusAnswer.Garbage(unreadable.why());
    } finally {
      text.release();
      nested.release();
    }
  }

  private NexusAnswer answer(String type) throws Unreadable {
    return switch (type) {
      case "message" -> delivered(text, false);
      case "broadcast" -> delivered(text, true);
      case "connected" -> connected();
      case "subscribed" -> subscribed();
      case "unsubscribed" ->
          new NexusAnswer.Unsubscribed(text.id(), text.channel(), text.textIfAny(NexusMember.CODE));
      case "published" -> new NexusAnswer.Published(text.id(), text.channel(), text.position());
      case "gap" -> gap();
      case "position" ->
          new NexusAnswer.At(
              text.channel(), text.position(), text.wholeOr(NexusMember.CONFLATED, 0));
      case "held" ->
          new NexusAnswer.Held(
              text.channel(),
              text.wholeOr(NexusMember.READERS, 1),
              text.wholeOr(NexusMember.BYTES, 0));
      case "released" -> new NexusAnswer.Released(text.channel());
      case "pong" -> new NexusAnswer.Pong(text.id(), text.wholeOr(NexusMember.TIMESTAMP, 0));
      case "error" -> failed();
      case "history" -> history();
      case "presence" -> presence();
      case "join" ->
          new NexusAnswer.Joined(text.channel(), text.text(NexusMember.USER_ID), text.time());
      case "leave" ->
          new NexusAnswer.Left(text.channel(), text.text(NexusMember.USER_ID), text.time());
      case "refreshed" ->
          new NexusAnswer.Refreshed(text.id(), text.wholeOr(NexusMember.EXPIRES_AT, 0));
      default -> new NexusAnswer.Unknown(type);
    };
  }

  private static NexusAnswer.Delivered delivered(NexusAnswerText text, boolean broadcast)
      throws Unreadable {
    String from = text.textIfAny(NexusMember.FROM);
    if (!broadcast && from == null) {
      throw new Unreadable("from is missing");
    }
    return new NexusAnswer.Delivered(
        text.channel(),
        from,
        text.verbatim(NexusMember.DATA),
        text.time(),
        text.wholeOr(NexusMember.OFFSET, NexusAnswer.NO_OFFSET),
        broadcast,
        text.has(NexusMember.FEED) ? fed(text) : null);
  }

  private static NexusAnswer.Fed fed(NexusAnswerText text) throws Unreadable {
    return new NexusAnswer.Fed(
        text.epoch(), text.position(NexusMember.FEED), text.text(NexusMember.PATTERN));
  }

  private NexusAnswer connected() throws Unreadable {
    return new NexusAnswer.Connected(
        orEmpty(text.textIfAny(NexusMember.USER_ID)),
        orEmpty(text.textIfAny(NexusMember.CONNECTION_ID)),
        text.wholeOr(NexusMember.EXPIRES_AT, 0));
  }

  private NexusAnswer subscribed() throws Unreadable {
    String policy = text.textIfAny(NexusMember.POLICY);
    return new NexusAnswer.Subscribed(
        text.id(),
        text.channel(),
        text.has(NexusMember.EPOCH) ? text.position() : null,
        text.flag(NexusMember.RECOVERED),
        policy == null ? Policy.LOSSLESS.wireName() : policy,
        text.flag(NexusMember.HOLD));
  }

  private NexusAnswer gap() throws Unreadable {
    long first = text.whole(NexusMember.FIRST_OFFSET);
    long last = text.whole(NexusMember.LAST_OFFSET);
    if (last < first) {
      throw new Unreadable("lastOffset lies before firstOffset");
    }
    return new NexusAnswer.Gap(
        text.channel(),
        text.text(NexusMember.EPOCH),
        first,
        last,
        orEmpty(text.textIfAny(NexusMember.REASON)));
  }

  private NexusAnswer failed() throws Unreadable {
    String code = text.textIfAny(NexusMember.CODE);
    return new NexusAnswer.Failed(
        text.id(),
        text.textIfAny(NexusMember.CHANNEL),
        code == null ? Code.INVALID_FIELD.text() : code,
        orEmpty(text.textIfAny(NexusMember.MESSAGE)));
  }

  private NexusAnswer history() throws Unreadable {
    List<NexusAnswer.Delivered> publications = new ArrayList<>();
    JsonCursor cursor = text.array(NexusMember.PUBLICATIONS);
    while (cursor.next()) {
      if (!nested.scan(text.bytes(), cursor.valueFrom(), cursor.valueTo())) {
        throw new Unreadable("publications has something else in it");
      }
      boolean broadcast = nested.text(NexusMember.TYPE).equals("broadcast");
      publications.add(delivered(nested, broadcast));
    }
    return new NexusAnswer.History(
        text.id(),
        text.channel(),
        text.position(),
        text.flag(NexusMember.RECOVERED),
        text.flag(NexusMember.MORE),
        List.copyOf(publications));
  }

  private NexusAnswer presence() throws Unreadable {
    List<NexusAnswer.User> users = new ArrayList<>();
    JsonCursor cursor = text.array(NexusMember.USERS);
    while (cursor.next()) {
      if (cursor.kind() != '{') {
        throw new Unreadable("users has something else in it");
      }
      users.add(user(text.bytes(), cursor.valueFrom()));
    }
    long total = text.wholeOr(NexusMember.TOTAL, users.size());
    return new NexusAnswer.Presence(text.id(), text.channel(), List.copyOf(users), total);
  }

  private static NexusAnswer.User user(byte[] bytes, int object) throws Unreadable {
    String name = "";
    long connections = 1;
    JsonCursor cursor = new JsonCursor(bytes, object);
    while (cursor.next()) {
      int from = cursor.valueFrom();
      int to = cursor.valueTo();
      switch (cursor.name()) {
        case "userId" -> name = NexusAnswerText.string(bytes, from, to, NexusMember.USER_ID);
        case "connections" ->
            connections = NexusAnswerText.whole(bytes, from, to, NexusMember.USERS);
        default -> {
          // Members may be added.
        }
      }
    }
    return new NexusAnswer.User(name, connections);
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
