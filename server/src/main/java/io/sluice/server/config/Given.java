package io.sluice.server.config;

import tools.jackson.databind.JsonNode;

/** A value somebody gave. */
sealed interface Given {
  /** Where: a flag, a variable, or a key of the file. */
  String origin();

  /** Text, from a flag or a variable. */
  record Text(String origin, String text) implements Given {}

  /** A node of the file. */
  record Node(String origin, JsonNode node) implements Given {}
}
