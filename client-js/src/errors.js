/** Where every code has its cause and cure. */
const ERRORS = 'docs/errors.md#';

/** What went wrong, with a stable code. */
export class SluiceError extends Error {
  /**
   * @param {string} code stable, as in docs/errors.md
   * @param {string} message for people
   * @param {{cause?: unknown, channel?: string, status?: number, closeCode?: number}} [more]
   */
  constructor(code, message, more = {}) {
    super(message, 'cause' in more ? { cause: more.cause } : undefined);
    this.name = 'SluiceError';
    /** Stable; `url` says its cause and cure. */
    this.code = code;
    /** The channel it is about, if it is about one. */
    this.channel = more.channel;
    /** The HTTP status of a refusal. */
    this.status = more.status;
    /** The WebSocket close code of a connection that ended. */
    this.closeCode = more.closeCode;
  }

  /** Where its cause and cure are written, from the root of Sluice's repository. */
  get url() {
    return ERRORS + this.code;
  }
}
