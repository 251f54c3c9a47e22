package io.sluice.server.docs;

import io.sluice.server.config.SettingsTable;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {
  @Test
  void thePageShowsEverySettingAsItIsRead() throws Exception {
    Page.assertFresh("configuration.md", SettingsTable.print());
  }
}
