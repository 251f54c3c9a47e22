package io.sluice.gateway.visionflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.ChannelName;
import io.sluice.model.Draft;
import io.sluice.model.Fields;
import io.sluice.model.Frame;
import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.model.NodesPayload;
import io.sluice.model.Payload;
import io.sluice.model.Publication;
import io.sluice.protocol.visionflow.NodeForm;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a graph's publications are as frames. */
class GraphFormTest {
  private static final byte BINARY = (byte) 0x82;
  private static final byte TEXT = (byte) 0x81;

  private static Publication of(Payload payload) {
    Draft draft =
        new Draft(new ChannelName("graph.g.5"), Draft.Kind.BROADCAST, null, payload, null, null);
    return new Publication(3, 1_000, draft);
  }

  private static Publication nodes(int... ids) {
    NodeBatch nodes = new NodeBatch(ids.length);
    for (int id : ids) {
      nodes.add(id, NodeKind.PLAIN);
    }
    return of(new NodesPayload(nodes));
  }

  private static Frame frame(NodeForm form, Publication publication) {
    return new GraphForm(form).encode(publication);
  }

  @Test
  void nodesAreOneBinaryMessageInTheFormThatWasChosen() {
    Frame raw = frame(NodeForm.RAW, nodes(1, 2));
    assertThat(raw.cost()).isEqualTo(68);
    assertThat(raw.bytes()).hasSize(2 + 68).startsWith(BINARY, 68, 1, 0);
    Frame v2 = frame(NodeForm.V2, nodes(1, 2));
    assertThat(v2.cost()).isEqualTo(73);
    assertThat(v2.bytes()).startsWith(BINARY, 73, 2, 1, 0, 0, 0);
    Frame framed = frame(NodeForm.FRAMED, nodes(1));
    assertThat(framed.cost()).isEqualTo(16 + 34);
    assertThat(framed.bytes()).startsWith(BINARY, 50, 1);
    assertThat(Arrays.copyOfRange(framed.bytes(), 2 + 8, 2 + 10)).containsExactly(0xE8, 3);
  }

  @Test
  void whatAFormCannotNameIsLeftOut() {
    assertThat(frame(NodeForm.RAW, nodes(1, 16_384, 16_383)).cost()).isEqualTo(68);
    assertThat(frame(NodeForm.FRAMED, nodes(16_384)).cost()).isEqualTo(16);
    assertThat(frame(NodeForm.V2, nodes(1, 16_384, 16_383)).cost()).isEqualTo(1 + 3 * 36);
  }

  @Test
  void noNodesAreAnEmptyMessage() {
    assertThat(frame(NodeForm.RAW, nodes()).bytes()).containsExactly(BINARY, 0);
  }

  @Test
  void whatChangesOtherwiseIsAGraphUpdate() {
    Payload change = new Said("{\"revision\":4,\"removed\":[7]}");
    String text = "{\"type\":\"graph_update\",\"revision\":4,\"removed\":[7]}";
    byte[] frame = frame(NodeForm.RAW, of(change)).bytes();
    assertThat(frame).startsWith(TEXT, text.length());
    assertThat(new String(frame, 2, frame.length - 2, UTF_8)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "{}", "[]", "null", "\"graph\"", "{\"hello\":1}"})
  void whatIsNoGraphsSaysNothing(String foreign) {
    assertThat(frame(NodeForm.RAW, of(new Said(foreign))).bytes()).containsExactly(BINARY, 0);
    assertThat(frame(NodeForm.FRAMED, of(new Said(foreign))).cost()).isEqualTo(16);
  }

  /** JSON of somebody. */
  private record Said(String json) implements Payload {
    @Override
    public byte[] bytes() {
      return json.getBytes(UTF_8);
    }

    @Override
    public Fields readFields() {
      return Fields.NONE;
    }
  }

  @Test
  void formsOfOneKindAreEqualSoThatTheBytesAreShared() {
    assertThat(new GraphForm(NodeForm.RAW)).isEqualTo(new GraphForm(NodeForm.RAW));
    assertThat(new GraphForm(NodeForm.RAW)).isNotEqualTo(new GraphForm(NodeForm.FRAMED));
  }
}
