// The token comes behind the # of the link, which no browser sends to a server, and leaves the
// address bar at once. It is kept for this tab only.
const KEY = 'sluice:token';

/** @returns {string} the link's token, or the one this tab has, or nothing */
export function readToken() {
  const link = new URLSearchParams(location.hash.slice(1)).get('token');
  if (link === null) return kept();
  history.replaceState(null, '', location.pathname + location.search);
  keepToken(link.trim());
  return link.trim();
}

function kept() {
  try {
    return sessionStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} token nothing forgets it */
export function keepToken(token) {
  try {
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  } catch {
    // A browser that forbids storage asks for the token again at each visit.
  }
}
