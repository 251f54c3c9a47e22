package io.sluice.model;

import java.util.List;

/** What a node of a graph stands for. Its number is what a {@link NodeBatch} keeps. */
public enum NodeKind {
  /** Nothing in particular. */
  PLAIN(0, "plain"),
  /** Something that is known. */
  KNOWLEDGE(1, "knowledge"),
  /** Somebody who acts. */
  AGENT(2, "agent");

  private static final List<NodeKind> ALL = List.of(values());

  private final int number;
  private final String text;

  NodeKind(int number, String text) {
    this.number = number;
    this.text = text;
  }

  /** The kind of this number. */
  public static NodeKind of(int number) {
    return ALL.get(number);
  }

  /** Its number, from 0. */
  public int number() {
    return number;
  }

  /** The word in JSON. */
  public String text() {
    return text;
  }
}
