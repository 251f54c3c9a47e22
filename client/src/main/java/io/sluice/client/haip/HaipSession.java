package io.sluice.client.haip;

import io.sluice.protocol.haip.HaipDialect;

/**
 * A session that stands.
 *
 * @param id its UUID
 * @param dialect the grammar of flow control
 * @param resumed whether it went on where the line was cut; else it is new to the server
 */
public record HaipSession(String id, HaipDialect dialect, boolean resumed) {}
