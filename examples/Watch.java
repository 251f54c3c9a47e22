import io.sluice.client.SluiceException;
import io.sluice.client.visionflow.GraphClient;
import io.sluice.client.visionflow.GraphListener;
import io.sluice.client.visionflow.Scene;
import io.sluice.model.NodeBatch;
import java.util.concurrent.Semaphore;

/** Watches the demo of {@code ./sluice serve --demo}, and prints how it moves. */
public final class Watch {
  private static final int FRAMES = 5;

  /** Needs SLUICE_TOKEN in the environment, and SLUICE_URL where the server is another. */
  public static void main(String[] arguments) throws InterruptedException {
    String url = System.getenv().getOrDefault("SLUICE_URL", "http://127.0.0.1:8080");
    String socket = url.replaceFirst("^http", "ws") + "/ws/positions";
    Semaphore moved = new Semaphore(0);
    try (GraphClient client =
        GraphClient.builder(socket)
            .graph("demo")
            .token(System.getenv("SLUICE_TOKEN"))
            .listener(eyes(moved))
            .build()) {
      Scene scene = client.connect().join();
      System.out.println(scene.size() + " nodes, " + scene.edgeCount() + " edges");
      NodeBatch nodes = scene.newBatch();
      for (int frame = 1; frame <= FRAMES; frame++) {
        moved.acquire();
        scene.sample(nodes, client.nanos());
        print(frame, nodes, scene);
      }
      System.out.println(client.figures().bytes() / 1_000 + " kB came");
    }
  }

  private static GraphListener eyes(Semaphore moved) {
    return new GraphListener() {
      @Override
      public void onFrame(Scene scene) {
        moved.release();
      }

      @Override
      public void onError(SluiceException error) {
        System.err.println(error.getMessage());
      }
    };
  }

  /** Who moves fastest, and where that is drawn now. */
  private static void print(int frame, NodeBatch nodes, Scene scene) {
    int fastest = 0;
    for (int node = 1; node < nodes.size(); node++) {
      fastest = speed(nodes, node) > speed(nodes, fastest) ? node : fastest;
    }
    int id = nodes.id(fastest);
    System.out.printf(
        "frame %d: %s is at %.1f, %.1f, %.1f and moves by %.1f a second%n",
        frame,
        scene.name(id).orElse("node " + id),
        nodes.x(fastest),
        nodes.y(fastest),
        nodes.z(fastest),
        speed(nodes, fastest));
  }

  private static double speed(NodeBatch nodes, int node) {
    return Math.hypot(Math.hypot(nodes.vx(node), nodes.vy(node)), nodes.vz(node));
  }

  private Watch() {}
}
