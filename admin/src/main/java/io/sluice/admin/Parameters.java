package io.sluice.admin;

import io.sluice.gateway.http.HttpCall;
import io.sluice.model.ChannelName;
import io.sluice.model.Code;
import io.sluice.model.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters behind the question mark. Those that mean nothing are passed over. Stateless. */
final class Parameters {
  private Parameters() {}

  /** A parameter that may come once, and not empty; null if absent. */
  private static @Nullable String text(HttpCall call, String name) throws Refused {
    List<String> values = call.query().getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new Refused(Code.INVALID_FIELD, name + " comes more than once", name);
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  /** A text of at most so many characters; null if absent. */
  static @Nullable String text(HttpCall call, String name, int most) throws Refused {
    String text = text(call, name);
    if (text != null && text.length() > most) {
      throw new Refused(
          Code.INVALID_FIELD, name + " must be at most " + most + " characters", name);
    }
    return text;
  }

  static ChannelName channel(HttpCall call) throws Refused {
    String name = text(call, "channel");
    if (name == null) {
      throw new Refused(Code.MISSING_FIELD, "Missing parameter: channel", "channel");
    }
    return RequestObject.channel(name, "channel");
  }

  /** A whole number from 1 to the maximum. */
  static int limit(HttpCall call, int fallback, int maximum) throws Refused {
    String text = text(call, "limit");
    long limit = text == null ? fallback : whole(text);
    if (limit < 1 || limit > maximum) {
      throw new Refused(
          Code.INVALID_FIELD, "limit must be a whole number from 1 to " + maximum, "limit");
    }
    return (int) limit;
  }

  /** A position, of which both parts must be given or none; null for none. */
  static @Nullable Position since(HttpCall call) throws Refused {
    String epoch = text(call, "epoch");
    String offset = text(call, "offset");
    if (epoch == null && offset == null) {
      return null;
    }
    if (epoch == null || epoch.isEmpty() || epoch.length() > Position.MAX_EPOCH_LENGTH) {
      throw new Refused(
          Code.INVALID_POSITION,
          "epoch must be 1 to " + Position.MAX_EPOCH_LENGTH + " characters, beside offset",
          "epoch");
    }
    long number = offset == null ? -1 : whole(offset);
    if (number < 0 || number > Position.MAX_OFFSET) {
      throw new Refused(
          Code.INVALID_POSITION,
          "offset must be a whole number from 0 to " + Position.MAX_OFFSET + ", beside epoch",
          "offset");
    }
    return new Position(epoch, number);
  }

  /** The number these digits spell, or -1. */
  private static long whole(String text) {
    return text.matches("[0-9]{1,16}") ? Long.parseLong(text) : -1;
  }
}
