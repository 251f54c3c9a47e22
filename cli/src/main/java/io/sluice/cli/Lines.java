package io.sluice.cli;

import tools.jackson.databind.json.JsonMapper;

/** Values as one line of JSON. */
final class Lines {
  private Lines() {}

  static String of(Object value) {
    return JsonMapper.shared().writeValueAsString(value);
  }
}
