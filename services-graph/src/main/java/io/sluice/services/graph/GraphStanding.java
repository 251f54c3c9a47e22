package io.sluice.services.graph;

/**
 * How a graph stands. Immutable.
 *
 * @param rate how often it ticks at most, in a second
 * @param nodes how many it has
 * @param edges how many it has
 * @param revision how many changes of its structure have been told
 * @param source where shortest paths begin; {@link GraphCommand#NO_SOURCE} for nowhere
 */
public record GraphStanding(
    GraphName name, int rate, int nodes, int edges, long revision, int source) {}
