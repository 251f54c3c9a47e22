import io.sluice.client.haip.HaipClient;
import io.sluice.client.haip.HaipListener;
import io.sluice.client.haip.HaipMessage;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.protocol.haip.HaipMetrics;
import java.util.concurrent.CountDownLatch;

/** Says something to the agent of the house, and prints its answer and what more may be said. */
public final class Chat {
  /** Needs SLUICE_TOKEN in the environment, and SLUICE_URL where the server is another. */
  public static void main(String[] arguments) throws InterruptedException {
    String url = System.getenv().getOrDefault("SLUICE_URL", "http://127.0.0.1:8080");
    String socket = url.replaceFirst("^http", "ws") + "/haip/websocket";
    CountDownLatch answered = new CountDownLatch(1);
    HaipListener ears =
        new HaipListener() {
          @Override
          public void onText(HaipMessage message) {
            System.out.print(message.text());
            if (message.type() == HaipEvent.MESSAGE_END) {
              answered.countDown();
            }
          }
        };
    try (HaipClient agent =
        HaipClient.builder(socket).token(System.getenv("SLUICE_TOKEN")).listener(ears).build()) {
      agent.connect().join();
      agent.send("USER", "Hello from Java").sent().join();
      answered.await();
      HaipMetrics said = agent.channel("USER").orElseThrow();
      System.out.println(" · more may be said: " + said.creditMessages());
    }
  }

  private Chat() {}
}
