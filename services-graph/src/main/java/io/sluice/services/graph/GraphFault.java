package io.sluice.services.graph;

/**
 * Why something was not done to a graph.
 *
 * @param code what kind, stable
 * @param message a sentence for a person
 */
public record GraphFault(GraphCode code, String message) {}
