import io.sluice.client.Message;
import io.sluice.client.Receipt;
import io.sluice.client.SluiceClient;
import java.util.concurrent.LinkedBlockingQueue;

/** Subscribes to a channel, publishes on it, and prints what comes. */
public final class Hello {
  /** Needs SLUICE_TOKEN in the environment, and SLUICE_URL where the server is another. */
  public static void main(String[] arguments) throws InterruptedException {
    String url = System.getenv().getOrDefault("SLUICE_URL", "http://127.0.0.1:8080");
    String socket = url.replaceFirst("^http", "ws") + "/ws";
    try (SluiceClient client =
        SluiceClient.builder(socket).token(System.getenv("SLUICE_TOKEN")).build()) {
      LinkedBlockingQueue<Message> news = new LinkedBlockingQueue<>();
      client.subscribe("news", news::add);
      client.connect().join();
      Receipt receipt = client.publish("news", "{\"title\":\"Hello from Java\"}").join();
      Message message;
      do {
        message = news.take();
        System.out.println(message.offset() + " " + message.from() + " " + message.data());
      } while (message.offset() < receipt.offset());
    }
  }

  private Hello() {}
}
