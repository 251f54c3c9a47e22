package io.sluice.client.haip;

/**
 * A tool that an agent has.
 *
 * @param name what it is called by
 * @param description for people; empty if there is none
 */
public record HaipTool(String name, String description) {}
