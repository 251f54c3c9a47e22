package io.sluice.protocol.haip;

import io.sluice.model.HaipLimits;
import io.sluice.protocol.json.JsonWriter;
import org.jspecify.annotations.Nullable;

/** Our own HAI's payload. */
final class HaiWriter {
  private HaiWriter() {}

  /**
   * Writes it.
   *
   * @param peer the peer's, if it spoke first
   * @param resumes whether we name the last number that we have
   */
  static String write(
      HaipSetup setup, HaipLimits limits, @Nullable Hai peer, boolean resumes, long received) {
    JsonWriter out = new JsonWriter();
    out.raw("{\"haip_version\":\"").raw(Hai.VERSION).raw("\",\"accept_major\":[1]");
    events(out, peer != null && peer.legacy());
    if (setup.dialect() != HaipDialect.NONE) {
      out.raw(",\"flow_control\":{\"enabled\":true,\"initial_credits\":");
      out.number(limits.seed().initial()).raw(",\"adaptive\":true}");
    }
    out.raw(",\"capabilities\":{\"binary_frames\":").raw(setup.binaryFrames() ? "true" : "false");
    if (setup.dialect() == HaipDialect.OFFICIAL) {
      out.raw(",\"flow_control\":{\"initial_credit_messages\":");
      out.number(limits.official().messages()).raw(",\"initial_credit_bytes\":");
      out.number(limits.official().bytes()).raw('}');
    }
    out.raw(",\"max_concurrent_runs\":").number(limits.talk().runs()).raw('}');
    if (resumes) {
      out.raw(",\"last_rx_seq\":\"").raw(Long.toUnsignedString(received)).raw('"');
    }
    if (setup.auth() != null) {
      out.raw(",\"auth\":").verbatim(setup.auth());
    }
    return new String(out.raw('}').take(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static void events(JsonWriter out, boolean legacy) {
    String begin = ",\"accept_events\":[\"";
    for (HaipEvent event : HaipEvent.values()) {
      out.raw(begin).raw(event.wireName()).raw('"');
      begin = ",\"";
      if (legacy && event.hasLegacyName()) {
        out.raw(begin).raw(event.legacyName()).raw('"');
      }
    }
    out.raw(']');
  }
}
