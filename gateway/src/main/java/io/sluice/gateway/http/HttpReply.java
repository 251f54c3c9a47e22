package io.sluice.gateway.http;

/** What a route makes of a request: it answers, or refuses. */
public sealed interface HttpReply permits HttpAnswer, HttpRefusal {}
