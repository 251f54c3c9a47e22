package io.sluice.server.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page under {@code docs} that is printed from the code, so that it cannot go stale. */
final class Page {
  private Page() {}

  /** Compares, or with {@code -Dsluice.docs.update=true} writes. */
  static void assertFresh(String name, String printed) throws IOException {
    Path page = Path.of(System.getProperty("sluice.root"), "docs", name);
    if (Boolean.getBoolean("sluice.docs.update")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, printed);
    }
    assertThat(page)
        .as("renew it by mvn -pl server -am test -Dsluice.docs.update=true")
        .content()
        .isEqualTo(printed);
  }
}
