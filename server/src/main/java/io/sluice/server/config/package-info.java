/**
 * Settings become records here: flags before environment before file before defaults, every key
 * known by name, every value checked, and one clear line for whatever is wrong.
 *
 * <p>Owner: the thread that starts the server; what comes out is immutable. Imports {@code model},
 * the records of {@code server.auth}, and a YAML reader. Each key is written once, where {@link
 * io.sluice.server.config.KeyReader} is asked for it; the table in {@code docs/configuration.md} is
 * what the reader was asked for.
 *
 * <p>Start reading at {@link io.sluice.server.config.Settings}, then {@link
 * io.sluice.server.config.SettingsKeys}.
 */
@NullMarked
package io.sluice.server.config;

import org.jspecify.annotations.NullMarked;
