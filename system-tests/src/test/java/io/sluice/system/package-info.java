/**
 * The house from outside: real sockets, real foreign clients, the real launcher. Start reading at
 * {@link io.sluice.system.TestServer} and {@link io.sluice.system.RawClient}.
 */
@NullMarked
package io.sluice.system;

import org.jspecify.annotations.NullMarked;
