package io.sluice.core;

/**
 * What is left of a subscription's credit.
 *
 * @param messages so many may still be sent
 * @param bytes so many; below zero is a debt
 * @param window the most that bytes have been
 */
public record Balance(long messages, long bytes, long window) {}
