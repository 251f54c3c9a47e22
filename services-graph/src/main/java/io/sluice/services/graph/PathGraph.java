package io.sluice.services.graph;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jgrapht.GraphType;
import org.jgrapht.graph.AbstractGraph;
import org.jgrapht.graph.DefaultGraphType;

/**
 * A graph as the library reads it: nodes are slots, edges are places in three arrays, those of one
 * node side by side. Immutable, for any thread; nothing but numbers is kept.
 */
final class PathGraph extends AbstractGraph<Integer, Integer> {
  private final int[] first;
  private final int[] to;
  private final float[] weight;

  /** From each edge to where it begins. */
  private final int[] from;

  /**
   * A graph.
   *
   * @param first by node: its first edge; one more at the end, behind the last edge
   * @param from by edge: where it begins
   * @param to by edge: where it ends
   * @param weight by edge: how long it is
   */
  PathGraph(int[] first, int[] from, int[] to, float[] weight) {
    this.first = first;
    this.from = from;
    this.to = to;
    this.weight = weight;
  }

  /** All numbers of a range. */
  private static final class Range extends AbstractSet<Integer> {
    private final int begin;
    private final int end;

    Range(int begin, int end) {
      this.begin = begin;
      this.end = end;
    }

    @Override
    public Iterator<Integer> iterator() {
      return IntStream.range(begin, end).iterator();
    }

    @Override
    public int size() {
      return end - begin;
    }

    @Override
    public boolean contains(Object other) {
      return other instanceof Integer number && number >= begin && number < end;
    }
  }

  @Override
  public Set<Integer> vertexSet() {
    return new Range(0, first.length - 1);
  }

  @Override
  public Set<Integer> edgeSet() {
    return new Range(0, to.length);
  }

  @Override
  public boolean containsVertex(Integer slot) {
    return vertexSet().contains(slot);
  }

  @Override
  public boolean containsEdge(Integer edge) {
    return edgeSet().contains(edge);
  }

  @Override
  public Set<Integer> outgoingEdgesOf(Integer slot) {
    return new Range(first[slot], first[slot + 1]);
  }

  @Override
  public int outDegreeOf(Integer slot) {
    return first[slot + 1] - first[slot];
  }

  @Override
  public Integer getEdgeSource(Integer edge) {
    return from[edge];
  }

  @Override
  public Integer getEdgeTarget(Integer edge) {
    return to[edge];
  }

  @Override
  public double getEdgeWeight(Integer edge) {
    return weight[edge];
  }

  @Override
  public GraphType getType() {
    return new DefaultGraphType.Builder()
        .directed()
        .weighted(true)
        .allowMultipleEdges(false)
        .allowSelfLoops(false)
        .modifiable(false)
        .build();
  }

  @Override
  public Set<Integer> getAllEdges(Integer source, Integer target) {
    throw unasked();
  }

  @Override
  public Integer getEdge(Integer source, Integer target) {
    throw unasked();
  }

  @Override
  public int degreeOf(Integer slot) {
    throw unasked();
  }

  @Override
  public Set<Integer> edgesOf(Integer slot) {
    throw unasked();
  }

  @Override
  public int inDegreeOf(Integer slot) {
    throw unasked();
  }

  @Override
  public Set<Integer> incomingEdgesOf(Integer slot) {
    throw unasked();
  }

  @Override
  public Supplier<Integer> getVertexSupplier() {
    throw unasked();
  }

  @Override
  public Supplier<Integer> getEdgeSupplier() {
    throw unasked();
  }

  @Override
  public Integer addEdge(Integer source, Integer target) {
    throw unasked();
  }

  @Override
  public boolean addEdge(Integer source, Integer target, Integer edge) {
    throw unasked();
  }

  @Override
  public Integer addVertex() {
    throw unasked();
  }

  @Override
  public boolean addVertex(Integer slot) {
    throw unasked();
  }

  @Override
  public Integer removeEdge(Integer source, Integer target) {
    throw unasked();
  }

  @Override
  public boolean removeEdge(Integer edge) {
    throw unasked();
  }

  @Override
  public boolean removeVertex(Integer slot) {
    throw unasked();
  }

  @Override
  public void setEdgeWeight(Integer edge, double length) {
    throw unasked();
  }

  /** What a search along edges never asks. */
  private static UnsupportedOperationException unasked() {
    return new UnsupportedOperationException();
  }
}
