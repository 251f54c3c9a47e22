package io.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.NodeBatch;
import io.sluice.model.NodeKind;
import io.sluice.protocol.visionflow.NodeForm;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes that no client should send to {@code /ws/positions}, through a whole server: each message
 * is answered by its code, nothing of it is done, and a neighbour hears of what happens as before.
 */
class PositionsAttackTest extends PositionsAttack {
  /** The types that a frame may have. */
  private static final Set<Integer> TYPES = Set.of(1, 2, 3, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22);

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void aMessageThatIsNoWholeNumberOfRecordsIsRefused(NodeForm form) {
    VisionFlowPeer peer = peer(form);
    byte[] three = written(form, nodes(8));
    int last = three.length;
    for (int length = 0; length < last; length++) {
      boolean isWhole = length >= first(form) && (length - first(form)) % record(form) == 0;
      byte[] cut = Arrays.copyOf(three, length);
      if (form == NodeForm.FRAMED) {
        // The header announces what was cut off.
        refused(peer, cut, "invalid_length");
      } else if (!isWhole) {
        refused(peer, cut, "invalid_length");
      }
    }
    refused(peer, Arrays.copyOf(three, last + 1), "invalid_length");
    peer.roundTrip();
    neighbourHears();
  }

  @Test
  void aHeaderThatAnnouncesSomethingElseIsRefused() {
    VisionFlowPeer peer = peer(NodeForm.FRAMED);
    byte[] good = written(NodeForm.FRAMED, nodes(8));
    for (int announced : new int[] {0, 1, 34, 67, 69, 102, Integer.MAX_VALUE, -1}) {
      byte[] message = good.clone();
      ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putInt(4, announced);
      refused(peer, message, "invalid_length");
    }
    neighbourHears();
  }

  @Test
  void everyTypeIsKnownOrRefused() {
    VisionFlowPeer peer = peer(NodeForm.FRAMED);
    for (int type = 0; type < 256; type++) {
      byte[] message = framed(type, 0, 0, new byte[1]);
      if (TYPES.contains(type)) {
        peer.send(message);
        assertThat(peer.error())
            .as("type " + type)
            .isIn("invalid_length", "unexpected_type", "invalid_json", "invalid_encoding");
        assertThat(graph()).isEqualTo(before);
      } else {
        refused(peer, message, "unknown_type");
      }
    }
    peer.roundTrip();
    neighbourHears();
  }

  @Test
  void aVersionThatIsNoneIsRefused() {
    VisionFlowPeer peer = peer(NodeForm.V2);
    for (int version = 0; version < 256; version++) {
      if (version != 2) {
        byte[] message = written(NodeForm.V2, nodes(8));
        message[0] = (byte) version;
        refused(peer, message, "unknown_version");
      }
    }
    neighbourHears();
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void whatIsNotFiniteIsRefusedInEveryField(NodeForm form) {
    VisionFlowPeer peer = peer(form);
    for (int node = 0; node < 2; node++) {
      int field = first(form) + node * record(form) + position(form);
      for (int i = 0; i < 6; i++) {
        for (float bad :
            new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
          refused(peer, with(form, field + 4 * i, bad), "not_finite");
        }
      }
      refused(peer, with(form, field + 24, Float.NaN), "not_finite");
      refused(peer, with(form, field + 24, Float.NEGATIVE_INFINITY), "invalid_distance");
      refused(peer, with(form, field + 24, -1), "invalid_distance");
    }
    peer.roundTrip();
    neighbourHears();
  }

  private static byte[] with(NodeForm form, int at, float value) {
    byte[] message = written(form, nodes(8));
    ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, value);
    return message;
  }

  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void aNodeTwiceOrUnknownOrOfTwoKindsIsRefusedWithAllBesideIt(NodeForm form) {
    VisionFlowPeer peer = peer(form);
    NodeBatch twice = nodes(8);
    twice.add(5, NodeKind.AGENT);
    refused(peer, written(form, twice), "duplicate_id");
    NodeBatch otherwise = nodes(8);
    otherwise.add(5, NodeKind.KNOWLEDGE);
    refused(peer, written(form, otherwise), "duplicate_id");
    NodeBatch stranger = nodes(8);
    stranger.add(16_383, NodeKind.PLAIN);
    refused(peer, written(form, stranger), "unknown_node");
    byte[] both = written(form, nodes(8));
    both[first(form) + (form == NodeForm.V2 ? 3 : 1)] |= (byte) 0xC0;
    refused(peer, both, "invalid_id");
    peer.roundTrip();
    neighbourHears();
  }

  /** What a node is is not for who moves it to say. */
  @ParameterizedTest
  @EnumSource(NodeForm.class)
  void aNodeIsMovedAsTheKindThatItIs(NodeForm form) {
    VisionFlowPeer peer = peer(form);
    for (NodeKind kind : NodeKind.values()) {
      for (int id : new int[] {5, 7, 9}) {
        NodeBatch moved = new NodeBatch(2);
        moved.setPosition(
            moved.add(id == 9 ? 5 : 9, id == 9 ? NodeKind.AGENT : NodeKind.PLAIN), 1, 1, 1);
        moved.add(id, kind);
        NodeKind is = id == 5 ? NodeKind.AGENT : id == 7 ? NodeKind.KNOWLEDGE : NodeKind.PLAIN;
        if (kind != is) {
          refused(peer, written(form, moved), "wrong_kind");
        }
      }
    }
    peer.roundTrip();
    neighbourHears();
  }

  @ParameterizedTest
  @ValueSource(strings = {"V2", "FRAMED", "RAW"})
  void moreNodesThanAMessageMayHaveAreRefused(NodeForm form) throws Exception {
    restart(
        Map.of(
            "limits.socket.messageBytes",
            "8MiB",
            "visionflow.nodes",
            form == NodeForm.V2 ? "100000" : "16000"));
    int most = form == NodeForm.V2 ? 100_000 : 16_000;
    NodeBatch many = new NodeBatch(most + 1);
    for (int id = 0; id <= most; id++) {
      many.add(id, NodeKind.PLAIN);
    }
    VisionFlowPeer peer = peer(form);
    refused(peer, written(form, many), "too_many_nodes");
    byte[] atMost = written(form, many);
    if (form != NodeForm.FRAMED) {
      refused(peer, Arrays.copyOf(atMost, atMost.length - record(form)), "unknown_node");
    }
    peer.roundTrip();
    neighbourHears();
  }

  @Test
  void bitsThatMeanNothingAreRefused() {
    VisionFlowPeer peer = peer(NodeForm.FRAMED);
    byte[] payload = records(NodeForm.FRAMED, nodes(8));
    for (int bit = 3; bit < 8; bit++) {
      refused(peer, framed(NODE_UPDATE, 1 << bit, 0, payload), "invalid_header");
    }
    for (int bit = 0; bit < 16; bit++) {
      refused(peer, framed(NODE_UPDATE, 0, 1 << bit, payload), "invalid_header");
    }
    neighbourHears();
  }

  @Test
  void gzipThatIsCutCorruptOrNotAloneIsRefused() {
    VisionFlowPeer peer = peer(NodeForm.FRAMED);
    byte[] zipped = gzip(records(NodeForm.FRAMED, nodes(8)));
    for (int length = 0; length < zipped.length; length++) {
      refused(peer, framed(NODE_UPDATE, 1, 0, Arrays.copyOf(zipped, length)), "invalid_gzip");
    }
    for (int at = 0; at < zipped.length; at++) {
      byte[] corrupt = zipped.clone();
      corrupt[at] ^= (byte) 0xFF;
      // When it was compressed, how and where, nobody looks at.
      if (at < 4 || at > 9) {
        refused(peer, framed(NODE_UPDATE, 1, 0, corrupt), "invalid_gzip");
      }
    }
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.writeBytes(zipped);
    two.writeBytes(zipped);
    refused(peer, framed(NODE_UPDATE, 1, 0, two.toByteArray()), "invalid_gzip");
    refused(peer, framed(NODE_UPDATE, 1, 0, records(NodeForm.FRAMED, nodes(8))), "invalid_gzip");
    neighbourHears();
  }

  @Test
  void aBombIsNotInflated() {
    VisionFlowPeer peer = peer(NodeForm.FRAMED);
    refused(peer, framed(NODE_UPDATE, 1, 0, gzip(new byte[34 << 20])), "too_large");
    refused(peer, framed(NODE_UPDATE, 1, 0, gzip(new byte[34 << 10])), "too_large");
    peer.roundTrip();
    neighbourHears();
  }
}
