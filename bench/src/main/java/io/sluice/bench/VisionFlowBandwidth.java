package io.sluice.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.model.NodeBatch;
import io.sluice.protocol.visionflow.NodeForm;
import io.sluice.protocol.visionflow.VisionFlowRefused;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.zip.Deflater;

/**
 * How much smaller nodes are in binary than in JSON, by the way the JSON prints its numbers; the
 * answer depends on nothing else as much. Prints a table; bytes are counted, so the machine does
 * not matter.
 */
public final class VisionFlowBandwidth {
  private static final int NODES = 1_000;

  /** What the protocol's pages say of JSON, without saying how it is written. */
  private static final List<Integer> QUOTED = List.of(150, 180);

  private VisionFlowBandwidth() {}

  private record Baseline(String name, DoubleFunction<String> print) {}

  /** Each prints a float that has been widened to a double. */
  private static final List<Baseline> BASELINES =
      List.of(
          new Baseline("every digit of the float as a double", VisionFlowBandwidth::wide),
          new Baseline("nine significant digits", VisionFlowBandwidth::nine),
          new Baseline("the shortest text that is the same float", VisionFlowBandwidth::shortest),
          new Baseline("two decimals", VisionFlowBandwidth::cents));

  /** Prints the table. */
  public static void main(String[] args) throws VisionFlowRefused {
    NodeBatch batch = VisionFlowSamples.nodes(NODES);
    byte[] raw = new byte[NodeForm.RAW.size(NODES)];
    NodeForm.RAW.write(batch, 0, raw, 0);
    byte[] v2 = new byte[NodeForm.V2.size(NODES)];
    NodeForm.V2.write(batch, 0, v2, 0);
    System.out.printf(Locale.ROOT, "%d nodes, seed %d%n%n", NODES, VisionFlowSamples.SEED);
    System.out.println(
        "| JSON | bytes a node | 34 bytes save | framed | V2 | deflated, bytes a node | 34 bytes"
            + " deflated save |");
    System.out.println("|---|---|---|---|---|---|---|");
    int framed = NodeForm.FRAMED.size(NODES);
    int packed = deflated(raw);
    for (Baseline baseline : BASELINES) {
      byte[] json = json(batch, baseline.print);
      int packedJson = deflated(json);
      System.out.printf(
          Locale.ROOT,
          "| %s | %.1f | **%s** | %s | %s | %.1f | %s |%n",
          baseline.name,
          json.length / (double) NODES,
          saved(raw.length, json.length),
          saved(framed, json.length),
          saved(v2.length, json.length),
          packedJson / (double) NODES,
          saved(packed, packedJson));
    }
    for (int bytes : QUOTED) {
      int all = bytes * NODES;
      System.out.printf(
          Locale.ROOT,
          "| “%d bytes” | %d.0 | **%s** | %s | %s | | |%n",
          bytes,
          bytes,
          saved(raw.length, all),
          saved(framed, all),
          saved(v2.length, all));
    }
    System.out.printf(
        Locale.ROOT,
        "%n84.8 %% is saved where a node takes %.1f bytes of JSON.%n",
        34 / (1 - 0.848));
  }

  private static String saved(int bytes, int of) {
    return String.format(Locale.ROOT, "%.1f %%", 100 - 100.0 * bytes / of);
  }

  /** One array of objects, without a blank. */
  private static byte[] json(NodeBatch batch, DoubleFunction<String> print) {
    StringBuilder text = new StringBuilder("[");
    for (int row = 0; row < batch.size(); row++) {
      text.append(row == 0 ? "" : ",").append("{\"id\":").append(batch.ids()[row]);
      float[][] position = {batch.x(), batch.y(), batch.z()};
      float[][] velocity = {batch.vx(), batch.vy(), batch.vz()};
      vector(",\"position\":", position, row, print, text);
      vector(",\"velocity\":", velocity, row, print, text);
      text.append(",\"sssp_distance\":").append(print.apply(batch.distances()[row]));
      text.append(",\"sssp_parent\":").append(batch.parents()[row]).append('}');
    }
    return text.append(']').toString().getBytes(UTF_8);
  }

  private static void vector(
      String name, float[][] axes, int row, DoubleFunction<String> print, StringBuilder text) {
    text.append(name);
    text.append("{\"x\":").append(print.apply(axes[0][row]));
    text.append(",\"y\":").append(print.apply(axes[1][row]));
    text.append(",\"z\":").append(print.apply(axes[2][row])).append('}');
  }

  private static String wide(double value) {
    return Double.toString(value);
  }

  private static String nine(double value) {
    return new BigDecimal(value).round(new MathContext(9)).stripTrailingZeros().toPlainString();
  }

  private static String shortest(double value) {
    return Float.toString((float) value);
  }

  private static String cents(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** How long it is as a message of a connection that compresses at the usual level. */
  private static int deflated(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      return deflater.deflate(new byte[2 * bytes.length]);
    } finally {
      deflater.end();
    }
  }
}
