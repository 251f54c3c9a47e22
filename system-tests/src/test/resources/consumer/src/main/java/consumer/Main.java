package consumer;

import io.sluice.client.Message;
import io.sluice.client.SluiceClient;
import java.util.concurrent.CompletableFuture;

/** What somebody writes who has read the first page of the documentation. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    try (SluiceClient client = SluiceClient.builder(args[0]).token(args[1]).build()) {
      client.connect().join();
      CompletableFuture<Message> first = new CompletableFuture<>();
      client.subscribe("tasks", first::complete).ready().join();
      long offset = client.publish("tasks", "{\"title\":\"Water the plants\"}").join().offset();
      System.out.println(offset + " " + first.join().data());
    }
  }
}
