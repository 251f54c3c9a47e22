// What the channel's log has, in a dialog.
import { byId, cast, write } from './dom.js';
import { fill } from './rows.js';
import { count, why } from './words.js';

const LIMIT = 100;

let asked = 0;

/** @param {import('/client.js').Client} client @param {string} channel */
export async function showHistory(client, channel) {
  const dialog = /** @type {HTMLDialogElement} */ (byId('history'));
  const list = byId('history-rows');
  const note = byId('history-note');
  list.replaceChildren();
  write(byId('history-title'), `History of ${channel}`);
  write(note, 'Asking.');
  dialog.showModal();
  // Who closes it and asks again is not to be shown the first answer.
  const mine = ++asked;
  try {
    const history = await client.history(channel, { limit: LIMIT });
    if (mine !== asked) return;
    const { publications, epoch, offset } = history;
    write(note, `The newest ${count(publications.length)} up to offset ${count(offset)} of epoch ${epoch}.`);
    list.replaceChildren(...publications.reverse().map(rowOf));
  } catch (error) {
    if (mine === asked) write(note, why(error));
  }
}

/** @param {import('/client.js').Message} message */
function rowOf({ offset, from, data, timestamp, broadcast }) {
  const row = cast('row');
  fill(row, {
    kind: 'message',
    place: '',
    offset: count(offset),
    from: broadcast ? 'server' : String(from ?? ''),
    data: JSON.stringify(data),
    took: timestamp.slice(11, 23),
    own: false,
    late: false,
  });
  return row;
}

export function wireHistory() {
  byId('history-close').addEventListener('click', () => byId('history').close());
}
