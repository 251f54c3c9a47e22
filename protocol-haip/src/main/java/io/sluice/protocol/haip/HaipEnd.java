package io.sluice.protocol.haip;

import io.sluice.model.CloseReason;

/**
 * Why a conversation wants its line closed. The ERROR that says more was said before.
 *
 * @param reason for metrics, and the close code
 * @param text what the close frame says
 */
public record HaipEnd(CloseReason reason, String text) {}
