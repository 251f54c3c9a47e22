package io.sluice.server.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.admin.ErrorStatus;
import io.sluice.model.ClientCode;
import io.sluice.model.CloseReason;
import io.sluice.model.Code;
import io.sluice.model.Refusal;
import io.sluice.protocol.haip.HaipCode;
import io.sluice.protocol.visionflow.VisionFlowCode;
import io.sluice.server.GraphStatus;
import io.sluice.services.graph.GraphCode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Prints the one list of everything that can be answered but success. */
class ErrorsPageTest {
  private static final String HEAD =
      """
      # Errors

      Every refusal carries its code. This page is printed from the tables in `io.sluice.model`;
      `mvn -pl server -am test -Dsluice.docs.update=true` renews it.
      """;

  private static final String REFUSALS =
      """

      ## HTTP requests and upgrades that are refused

      Every error over HTTP has one form:

      ```json
      {"error":{"code":…,"message":…,"details":{"kind":…,"field":…},"request_id":…}}
      ```

      `code` is the exact reason, from one of the tables here. `details.kind` is the word for its
      kind: `invalid_request`, `unauthorized` (401), `forbidden` (403), `not_found` (404), `conflict`
      (409), `rate_limited` (429), `internal_error` (500), `service_unavailable` (503).
      `details.field` is the part of the request that is meant, where there is one. `request_id` is
      the `X-Request-Id` of the request, if it is plain, or made up; the log has it where the
      server is at fault. `sluice_refused_total` counts by code.

      | status | code | cause | cure |
      |---|---|---|---|
      """;

  private static final String CLOSES =
      """

      ## Connections that end

      The close frame carries the code and, as its reason, the word; but where the peer broke a rule
      of frames (1002, 1007, 1008 and 1009) it carries the name of the rule, as in
      [websocket.md](protocols/websocket.md), and where a conversation of HAIP went wrong (1008) it
      carries the code of its ERROR, as in [haip.md](protocols/haip.md#mistakes). To a close of the peer's it answers with the peer's
      own code and no reason. `sluice_closed_total` counts by the word, `sluice_violations_total` by
      the rule.

      | close code | reason | cause | cure |
      |---|---|---|---|
      """;

  private static final String FAULTS =
      """

      ## Requests that are not done

      The connection stays. In Nexus the answer is `{"type":"error","code":…,"message":…}`, with the
      `id` of the request if it had one. Over HTTP it has the form above, with the status that stands
      here. `sluice_faults_total` counts by code.

      | status | code | cause | cure |
      |---|---|---|---|
      """;

  private static final String HAIP =
      """

      ## What HAIP's ERROR says

      `payload.code` is one of these, `payload.related_id` the id of the message that is meant, and
      `payload.detail` more of it. Those that say so end the connection with 1008; of the others,
      more than `haip.errors.protocol`, `.authentication` or `.flow` within `haip.errors.within` do.

      | code | connection | cause | cure | understood as the same |
      |---|---|---|---|---|
      """;

  private static final String VISION_FLOW =
      """

      ## What VisionFlow's error says

      `code` of the JSON message `error` and of the frame ERROR
      ([visionflow.md](protocols/visionflow.md#mistakes)). Nothing of the message it is about was
      done. Those that name a close code end the connection with it; so do those that turn somebody
      away who has only come, with 1008 and `recoverable` false: `unknown_graph`, which comes too
      when a graph is removed while it is watched, `forbidden`, and `busy`.

      | code | connection | cause | cure |
      |---|---|---|---|
      """;

  private static final String GRAPHS =
      """

      ## What a graph refuses

      Over REST, in the form above and with this status ([rest.md](rest.md#graphs)); at the socket
      by the same names where they stand in the table before this one, else as `invalid_field`, and
      as `busy` where there is no room. Nothing of the request was done. `sluice_graph_refused_total`
      counts them.

      | status | code | cause | cure |
      |---|---|---|---|
      """;

  private static final String CLIENTS =
      """

      ## What a client says by itself

      The Java and the JavaScript client hand on the codes above, and say these where there is no
      server to ask. Their errors link here.

      | code | cause | cure |
      |---|---|---|
      """;

  private static final Pattern ROW =
      Pattern.compile("^(\\| (?:\\d+ \\| )?)`([a-z0-9_]+)`", Pattern.MULTILINE);

  private static String row(Object... cells) {
    StringBuilder row = new StringBuilder("|");
    for (Object cell : cells) {
      row.append(' ').append(cell.toString().replace("|", "\\|")).append(" |");
    }
    return row.append('\n').toString();
  }

  private static String print() {
    return withAnchors(unlinked());
  }

  /** The first row of each code can be linked to: `docs/errors.md#gap`. */
  private static String withAnchors(String page) {
    Set<String> seen = new HashSet<>();
    return ROW.matcher(page)
        .replaceAll(
            row ->
                seen.add(row.group(2))
                    ? row.group(1) + "<a id=\"" + row.group(2) + "\"></a>`" + row.group(2) + "`"
                    : row.group());
  }

  private static String unlinked() {
    StringBuilder page = new StringBuilder(HEAD).append(REFUSALS);
    for (Refusal refusal : Refusal.values()) {
      page.append(
          row(refusal.status(), "`" + refusal.text() + "`", refusal.cause(), refusal.cure()));
    }
    page.append(CLOSES);
    for (CloseReason reason : CloseReason.values()) {
      page.append(row(reason.code(), "`" + reason.text() + "`", reason.cause(), reason.cure()));
    }
    page.append(FAULTS);
    for (Code code : Code.values()) {
      page.append(row(ErrorStatus.of(code), "`" + code.text() + "`", code.cause(), code.cure()));
    }
    page.append(HAIP);
    for (HaipCode code : HaipCode.values()) {
      page.append(
          row(
              "`" + code.text() + "`",
              code.isClosing() ? "closes" : "stays",
              code.situation(),
              code.cure(),
              code.synonyms().stream()
                  .map(word -> "`" + word + "`")
                  .collect(Collectors.joining(", "))));
    }
    page.append(VISION_FLOW);
    for (VisionFlowCode code : VisionFlowCode.values()) {
      page.append(
          row(
              "`" + code.text() + "`",
              code.isRecoverable() ? "stays" : "closes " + code.closeCode(),
              code.situation(),
              code.cure()));
    }
    page.append(GRAPHS);
    for (GraphCode code : GraphCode.values()) {
      page.append(row(GraphStatus.of(code), "`" + code.text() + "`", code.cause(), code.cure()));
    }
    page.append(CLIENTS);
    for (ClientCode code : ClientCode.values()) {
      page.append(row("`" + code.text() + "`", code.cause(), code.cure()));
    }
    return page.toString();
  }

  @Test
  void thePageShowsTheTablesAsTheyAre() throws Exception {
    Page.assertFresh("errors.md", print());
  }

  @Test
  void noTwoCodesShareAName() {
    assertThat(Arrays.stream(Code.values()).map(Code::text)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(CloseReason.values()).map(CloseReason::text)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(Refusal.values()).map(Refusal::text)).doesNotHaveDuplicates();
    assertThat(Arrays.stream(VisionFlowCode.values()).map(VisionFlowCode::text))
        .doesNotHaveDuplicates();
    assertThat(Arrays.stream(GraphCode.values()).map(GraphCode::text)).doesNotHaveDuplicates();
    assertThat(
            Stream.of(
                    Arrays.stream(Code.values()).map(Code::text),
                    Arrays.stream(CloseReason.values()).map(CloseReason::text),
                    Arrays.stream(Refusal.values()).map(Refusal::text),
                    Arrays.stream(ClientCode.values()).map(ClientCode::text),
                    Arrays.stream(VisionFlowCode.values()).map(VisionFlowCode::text),
                    Arrays.stream(GraphCode.values()).map(GraphCode::text))
                .flatMap(names -> names))
        .allMatch(name -> name.matches("[a-z][a-z0-9_]*"));
  }
}
