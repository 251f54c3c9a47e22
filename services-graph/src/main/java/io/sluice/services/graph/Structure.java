package io.sluice.services.graph;

import java.util.List;

/**
 * A graph's structure as it was at one moment: all but where its nodes are. Immutable, for any
 * thread, and shared by all who join until it changes.
 *
 * @param rate how often the graph ticks at most, in a second
 * @param revision the last change that is in it: who goes on with the changes passes over those up
 *     to this one
 * @param nodes how many it has
 * @param edges how many it has
 * @param names so many of its nodes have one
 * @param maxId the highest number of a node; −1 if there is none
 * @param pieces all of it, in the words of the changes: at least one JSON object, none larger than
 *     {@link GraphLimits#pieceBytes}, to be taken in order. The first says {@code "whole":true},
 *     and each but the last {@code "more":true}. Nobody writes to them
 */
public record Structure(
    int rate, long revision, int nodes, int edges, int names, int maxId, List<byte[]> pieces) {
  /** Copies the list. */
  public Structure {
    pieces = List.copyOf(pieces);
  }
}
