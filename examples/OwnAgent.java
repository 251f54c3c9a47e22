import io.sluice.client.haip.HaipClient;
import io.sluice.client.haip.HaipListener;
import io.sluice.client.haip.HaipMessage;
import io.sluice.protocol.haip.HaipEvent;
import io.sluice.server.Sluice;
import io.sluice.server.auth.TokenIssuer;
import io.sluice.server.config.Settings;
import io.sluice.services.agents.Agent;
import io.sluice.services.agents.AgentSession;
import io.sluice.services.agents.Message;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A server with an agent of one's own, and a person who says hello to it. */
public final class OwnAgent {
  private static final class Polite implements Agent {
    private int said;

    @Override
    public void message(AgentSession session, Message message) throws Exception {
      said++;
      session.say("Thank you, " + session.who().user() + ", for message " + said);
    }
  }

  /** Needs nothing. */
  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.load(Map.of("port", "0"), null, Map.of());
    try (Sluice sluice = Sluice.start(settings, (session, who) -> new Polite())) {
      talk("ws://127.0.0.1:" + sluice.port() + "/haip/websocket", token(sluice));
    }
  }

  /** Without a secret in the settings a server knows who develops with it. */
  private static String token(Sluice sluice) {
    TokenIssuer.Request ada = TokenIssuer.Request.of("ada");
    return sluice.developer().issue(ada, Duration.ofHours(1), System.currentTimeMillis());
  }

  private static void talk(String url, String token) throws InterruptedException {
    CountDownLatch answered = new CountDownLatch(1);
    HaipListener ears =
        new HaipListener() {
          @Override
          public void onText(HaipMessage message) {
            if (message.type() == HaipEvent.MESSAGE_START) {
              System.out.println(message.text());
            } else {
              answered.countDown();
            }
          }
        };
    try (HaipClient person = HaipClient.builder(url).token(token).listener(ears).build()) {
      person.connect().join();
      person.send("USER", "Hello").sent().join();
      answered.await();
    }
  }

  private OwnAgent() {}
}
