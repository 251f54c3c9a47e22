package io.sluice.gateway.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One whole request, as a route sees it.
 *
 * @param method as it came: GET, POST…; a HEAD comes as GET
 * @param path decoded, without the query
 * @param query the decoded parameters in their order
 * @param headers by lower-case name; repeated ones joined with a comma
 * @param body at most {@code limits.http.bodyBytes}; nobody writes to it
 * @param remote the client's address, for logs
 * @param loopback whether the client certainly is on this machine: nothing says that it came
 *     through a proxy, or a trusted one says so
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, copied by nobody
public record HttpCall(
    String method,
    String path,
    Map<String, List<String>> query,
    Map<String, String> headers,
    byte[] body,
    String remote,
    boolean loopback) {

  /** A header's value, or null. */
  public @Nullable String header(String lowerCaseName) {
    return headers.get(lowerCaseName);
  }

  /** The first value of a query parameter, or null. */
  public @Nullable String parameter(String name) {
    List<String> values = query.get(name);
    return values == null ? null : values.getFirst();
  }
}
