package io.sluice.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.json.JsonCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One conversation as {@code docs/protocols/haip.md} prints it. Immutable. Behind the fence stands
 * {@code haip}, and who plays the server: {@code pure} with what else is shown, or {@code live}
 * with the agent of the house. Its lines:
 *
 * <ul>
 *   <li>{@code >} and {@code >>}: the client says this, as text or as bytes in base64
 *   <li>{@code <} and {@code <<}: the server says this and nothing else
 *   <li>{@code +}: somebody publishes this on a channel of the session
 *   <li>{@code -}: the server publishes this
 *   <li>{@code .}: time passes, an agent is done, the line is cut, the client connects again
 *   <li>{@code x}: the server closes
 * </ul>
 *
 * @param line of the page where it begins
 * @param words behind {@code haip}
 */
record HaipScript(int line, List<String> words, List<String> lines) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```haip ([^\n]+)\n(.*?)^```$");
  private static final Pattern SHORT =
      Pattern.compile("> (\\d+) (?:ack (\\d+) )?(\\S+) ([A-Z_]+) (.*?)(?: \\+ (\\{.*}))?");

  /** What the founding document's clients take. */
  private static final String SEED =
      "HAI FLOW_UPDATE PAUSE_CHANNEL RESUME_CHANNEL MESSAGE_START MESSAGE_PART MESSAGE_END";

  /** What stands in the head, or is as good as it is. */
  private static final List<String> HEAD =
      List.of("id", "session", "seq", "ack", "ts", "channel", "type", "payload");

  static Path page() {
    return Path.of(System.getProperty("sluice.root"), "docs", "protocols", "haip.md");
  }

  static List<HaipScript> all(String kind) throws IOException {
    String page = Files.readString(page());
    List<HaipScript> scripts = new ArrayList<>();
    for (MatchResult found : BLOCK.matcher(page).results().toList()) {
      List<String> words = List.of(found.group(1).split(" "));
      if (words.getFirst().equals(kind)) {
        int line = (int) page.substring(0, found.start()).lines().count() + 1;
        scripts.add(new HaipScript(line, words, found.group(2).lines().toList()));
      }
    }
    return scripts;
  }

  /** Whether somebody else than the server does that. */
  static boolean isInput(String line) {
    return line.startsWith(">") || line.startsWith("+") || line.startsWith(".");
  }

  /** Whether it stands for a HAI whose answer is not shown. */
  static boolean isShortHai(String line) {
    return line.startsWith("> HAI ");
  }

  /** What a client says, as a frame. */
  static String frame(String line, String session) {
    if (isShortHai(line)) {
      return frame("> 1 SYSTEM HAI " + hai(line.split(" ")), session);
    }
    var said = SHORT.matcher(line);
    if (!said.matches()) {
      return line.substring(2);
    }
    long seq = Long.parseLong(said.group(1));
    String ack = said.group(2) == null ? "" : ",\"ack\":\"" + said.group(2) + "\"";
    String more = said.group(6) == null ? "" : "," + said.group(6).replaceAll("^\\{|}$", "");
    return "{\"id\":\"%s\",\"session\":\"%s\",\"seq\":\"%d\"%s,\"ts\":\"1769846400000\",\"channel\":\"%s\",\"type\":\"%s\",\"payload\":%s%s}"
        .formatted(id(seq), session, seq, ack, said.group(3), said.group(4), said.group(5), more);
  }

  private static String hai(String... words) {
    String begin = "{\"haip_version\":\"1.1.2\",\"accept_major\":[1],\"accept_events\":[";
    if (words[2].equals("seed")) {
      return begin
          + quoted(SEED)
          + "],\"flow_control\":{\"enabled\":true,\"initial_credits\":%s,\"adaptive\":true}}"
              .formatted(words[3]);
    }
    String all = Stream.of(HaipEvent.values()).map(Enum::name).collect(Collectors.joining(" "));
    return begin
        + quoted(all)
        + "],\"capabilities\":{\"binary_frames\":true,\"flow_control\":{\"initial_credit_messages\":%s,\"initial_credit_bytes\":%s}}}"
            .formatted(words[3], words[4]);
  }

  private static String quoted(String names) {
    return "\"" + names.replace(" ", "\",\"") + "\"";
  }

  /** The id of the client's message of this number. */
  static String id(long seq) {
    return "c0000000-0000-4000-8000-%012d".formatted(seq);
  }

  /** What the server says, in short. */
  static String shortly(String frame, boolean numbered) {
    Map<String, String> all = members(frame);
    StringBuilder line = new StringBuilder("<");
    if (numbered) {
      line.append(' ').append(bare(all, "seq"));
      line.append(all.containsKey("ack") ? " ack " + bare(all, "ack") : "");
    }
    line.append(' ').append(bare(all, "channel")).append(' ').append(bare(all, "type"));
    line.append(' ').append(all.get("payload"));
    HEAD.forEach(all::remove);
    if (!all.isEmpty()) {
      List<String> more = new ArrayList<>();
      all.forEach((name, value) -> more.add("\"" + name + "\":" + value));
      line.append(" + {").append(String.join(",", more)).append('}');
    }
    return line.toString();
  }

  static String bare(Map<String, String> members, String name) {
    return members.get(name).replace("\"", "");
  }

  /** The members of an object, their values as written. */
  static Map<String, String> members(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    Map<String, String> members = new LinkedHashMap<>();
    JsonCursor cursor = new JsonCursor(bytes, 0);
    while (cursor.next()) {
      int from = cursor.valueFrom();
      members.put(cursor.name(), new String(bytes, from, cursor.valueTo() - from, UTF_8));
    }
    return members;
  }

  /** Whether a line of the page means what was said: … stands for anything. */
  static boolean means(String line, String said) {
    String[] parts = line.split("…", -1);
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < parts.length; i++) {
      pattern.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
    }
    return Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(said).matches();
  }

  /** Whether all of it went as it is printed. */
  boolean isAs(List<String> went) {
    boolean same = went.size() == lines.size();
    for (int i = 0; same && i < lines.size(); i++) {
      same = means(lines.get(i), went.get(i));
    }
    return same;
  }

  @Override
  public String toString() {
    return "line " + line + ": " + String.join(" ", words);
  }
}
