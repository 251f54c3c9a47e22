package io.sluice.protocol.haip;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.Publication;
import io.sluice.protocol.json.JsonCursor;
import io.sluice.protocol.json.JsonString;
import io.sluice.protocol.json.JsonWriter;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Owner: {@link #write}. From a publication to what stands behind a receiver's head: one that is an
 * envelope without its way is taken as it is, whatever else somebody published becomes a message
 * with a text.
 */
final class HaipTailWriter {
  private static final int UUID_JSON = 38;

  private final byte[] json;
  private final HaipGrammar grammar;
  private final HaipText.@Nullable Span[] members =
      new HaipText.@Nullable Span[HaipMember.values().length];

  private HaipTailWriter(byte[] json, HaipGrammar grammar) {
    this.json = json;
    this.grammar = grammar;
  }

  static HaipTail write(Publication publication, String epoch, HaipGrammar grammar) {
    byte[] json = publication.draft().payload().bytes();
    HaipTailWriter writer = new HaipTailWriter(json, grammar);
    HaipEvent type = writer.read();
    return type == null
        ? writer.wrapped(publication, epoch)
        : writer.tail(type, publication, epoch);
  }

  /** The type of an envelope without its way; null if it is anything else. */
  private @Nullable HaipEvent read() {
    if (json.length == 0 || json[0] != '{') {
      return null;
    }
    JsonCursor cursor = new JsonCursor(json, 0);
    while (cursor.next()) {
      int from = cursor.nameFrom();
      int to = from + cursor.nameLength();
      HaipMember member = HaipMember.of(json, from, to, false);
      if (member == null || isWay(member)) {
        return null;
      }
      members[member.place()] = new HaipText.Span(cursor.valueFrom(), cursor.valueTo());
    }
    return judge();
  }

  private static boolean isWay(HaipMember member) {
    return switch (member) {
      case SESSION, SEQ, ACK, CHANNEL, BIN_LEN -> true;
      default -> false;
    };
  }

  private @Nullable HaipEvent judge() {
    HaipText.Span type = members[HaipMember.TYPE.place()];
    HaipText.Span payload = members[HaipMember.PAYLOAD.place()];
    if (type == null || payload == null || json[type.from()] != '"' || !isId() || !isTime()) {
      return null;
    }
    HaipEvent event = HaipEvent.of(json, type.from() + 1, type.to() - 1);
    // An agent may also say what is wrong; the other controls are not its to say.
    if (event == null || !(event.isData() || event == HaipEvent.ERROR)) {
      return null;
    }
    byte kind = json[payload.from()];
    return kind == '{' || (kind == '"' && event == HaipEvent.MESSAGE) ? event : null;
  }

  private boolean isId() {
    HaipText.Span id = members[HaipMember.ID.place()];
    return id == null
        || (id.length() == UUID_JSON
            && json[id.from()] == '"'
            && HaipEnvelope.isUuid(json, id.from() + 1));
  }

  private boolean isTime() {
    HaipText.Span ts = members[HaipMember.TS.place()];
    return ts == null
        || (json[ts.from()] == '"' && HaipEnvelope.isUnsigned(json, ts.from() + 1, ts.to() - 1));
  }

  private HaipTail tail(HaipEvent type, Publication publication, String epoch) {
    HaipText.Span payload = span(HaipMember.PAYLOAD);
    if (isWhole(type)) {
      byte[] text = Arrays.copyOfRange(json, 1, json.length);
      int units = HaipText.units(json, payload.from(), payload.to());
      return new HaipTail(type, text, null, units, HaipTail.NO_MEDIA);
    }
    HaipText.Span data =
        json[payload.from()] == '{' ? HaipText.member(json, payload.from(), "data") : null;
    byte[] binary = null;
    if (members[HaipMember.BIN_MIME.place()] != null && data != null && grammar.binary()) {
      binary = decode(data);
    }
    if (binary != null) {
      payload = HaipText.without(json, payload.from(), payload.to(), "data");
    }
    byte[] written = HaipText.bytes(json, payload);
    byte[] text = write(type, written, binary, publication, epoch);
    int units = HaipText.units(written, 0, written.length);
    return new HaipTail(type, text, binary, units, media(type, binary, data));
  }

  /** Whether it is written as it would be written here, as what our own ends publish is. */
  private boolean isWhole(HaipEvent type) {
    HaipText.Span name = span(HaipMember.TYPE);
    return !grammar.legacy()
        && !type.isMedia()
        && members[HaipMember.ID.place()] != null
        && members[HaipMember.TS.place()] != null
        && members[HaipMember.BIN_MIME.place()] == null
        && name.length() == type.wireName().length() + 2
        && HaipChannels.isAt(type.wireName(), json, name.from() + 1);
  }

  private int media(HaipEvent type, byte @Nullable [] binary, HaipText.@Nullable Span data) {
    if (!type.isMedia() || (binary == null && data == null)) {
      return HaipTail.NO_MEDIA;
    }
    return binary != null ? binary.length : mediaLength(data);
  }

  private int mediaLength(HaipText.@Nullable Span data) {
    return data == null || json[data.from()] != '"'
        ? HaipTail.NO_MEDIA
        : HaipText.decodedLength(json, data.from() + 1, data.to() - 1);
  }

  private byte @Nullable [] decode(HaipText.Span data) {
    if (json[data.from()] != '"') {
      return null;
    }
    String encoded = JsonString.decode(json, data.from() + 1, data.to() - 1);
    try {
      return Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException notBase64) {
      // Somebody else's data: carried as it is.
      return null;
    }
  }

  private byte[] write(
      HaipEvent type,
      byte[] payload,
      byte @Nullable [] binary,
      Publication publication,
      String epoch) {
    JsonWriter out = new JsonWriter();
    out.raw("\"id\":");
    if (members[HaipMember.ID.place()] == null) {
      out.string(id(publication, epoch, ""));
    } else {
      put(out, span(HaipMember.ID));
    }
    out.raw(",\"ts\":");
    if (members[HaipMember.TS.place()] == null) {
      out.raw('"').number(publication.epochMillis()).raw('"');
    } else {
      put(out, span(HaipMember.TS));
    }
    out.raw(",\"type\":\"").raw(grammar.legacy() ? type.legacyName() : type.wireName());
    out.raw("\",\"payload\":");
    out.put(payload.length, (into, at) -> HaipText.put(payload, into, at));
    carried(out, binary);
    return out.raw('}').take();
  }

  private void carried(JsonWriter out, byte @Nullable [] binary) {
    for (HaipMember member :
        new HaipMember[] {
          HaipMember.RUN_ID,
          HaipMember.THREAD_ID,
          HaipMember.TRANSACTION,
          HaipMember.RELATED_ID,
          HaipMember.PV,
          HaipMember.CRIT
        }) {
      HaipText.Span span = members[member.place()];
      if (span != null) {
        out.raw(",\"").raw(member.text()).raw("\":");
        put(out, span);
      }
    }
    if (binary != null) {
      out.raw(",\"bin_len\":").number(binary.length).raw(",\"bin_mime\":");
      put(out, span(HaipMember.BIN_MIME));
    }
  }

  private HaipText.Span span(HaipMember member) {
    HaipText.Span span = members[member.place()];
    if (span == null) {
      throw new IllegalStateException("it was there a moment ago");
    }
    return span;
  }

  private void put(JsonWriter out, HaipText.Span span) {
    out.put(span.length(), (into, at) -> at + copy(span, into, at));
  }

  private int copy(HaipText.Span span, byte[] into, int at) {
    System.arraycopy(json, span.from(), into, at, span.length());
    return span.length();
  }

  private HaipTail wrapped(Publication publication, String epoch) {
    JsonWriter payload = new JsonWriter();
    payload.raw("{\"message_id\":").string(id(publication, epoch, "message"));
    String author = publication.draft().from();
    if (author != null) {
      payload.raw(",\"author\":").string(author);
    }
    payload.raw(",\"text\":").string(text()).raw('}');
    byte[] written = payload.take();
    JsonWriter out = new JsonWriter();
    out.raw("\"id\":").string(id(publication, epoch, ""));
    out.raw(",\"ts\":\"").number(publication.epochMillis()).raw("\",\"type\":\"");
    HaipEvent type = HaipEvent.MESSAGE_START;
    out.raw(grammar.legacy() ? type.legacyName() : type.wireName()).raw("\",\"payload\":");
    out.put(written.length, (into, at) -> HaipText.put(written, into, at));
    int units = HaipText.units(written, 0, written.length);
    return new HaipTail(type, out.raw('}').take(), null, units, HaipTail.NO_MEDIA);
  }

  /** A string's text; of anything else, its JSON. */
  private String text() {
    return json.length > 0 && json[0] == '"'
        ? JsonString.decode(json, 1, json.length - 1)
        : new String(json, UTF_8);
  }

  /** The same whenever it is written: a frame that is sent again keeps its id. */
  private static String id(Publication publication, String epoch, String what) {
    String name =
        publication.draft().channel() + "\n" + epoch + "\n" + publication.offset() + "\n" + what;
    return UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString();
  }
}
