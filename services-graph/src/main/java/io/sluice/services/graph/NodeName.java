package io.sluice.services.graph;

/**
 * What people call a node.
 *
 * @param id its number
 * @param name its name
 */
public record NodeName(int id, String name) {}
