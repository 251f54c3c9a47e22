package io.sluice.client;

/** Owner: its engine. Numbers for requests, each once. */
final class Ids {
  private long last;

  long next() {
    return ++last;
  }
}
