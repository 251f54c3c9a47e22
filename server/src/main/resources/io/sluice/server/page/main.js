// The playground: a publisher, up to two readers and a chat, each on a line of its own.
import { Chat } from './chat.js';
import { byId, part, write } from './dom.js';
import { wireHistory } from './history.js';
import { Ledger } from './ledger.js';
import { Reader } from './reader.js';
import { keepToken, readToken } from './token.js';
import { why } from './words.js';
import { Writer } from './writer.js';

const CHANNEL = 'playground';
const DATA = '{"text":"hello"}';
const CREDIT = 256;

/** @type {{token: string, writer: Writer, readers: Reader[], chat: Chat, ledger: Ledger} | null} */
let room = null;

/** @param {string} token */
function enter(token) {
  leave();
  byId('door').hidden = true;
  byId('room').hidden = false;
  byId('leave').hidden = false;
  part(byId('writer'), 'channel').value ||= CHANNEL;
  part(byId('writer'), 'data').value ||= DATA;
  const ledger = new Ledger();
  const writer = new Writer(token, ledger, turnTo, refused);
  const chat = new Chat(token, refused);
  room = { token, writer, readers: [], chat, ledger };
  writer.client.on('state', (state) => {
    if (state === 'connected') write(byId('who'), `as ${writer.client.connection?.userId}`);
  });
  writer.open();
  chat.open();
  addReader();
  if (matchMedia('(min-width: 60rem)').matches) addReader();
}

function leave() {
  const old = room;
  room = null;
  for (const reader of old?.readers ?? []) reader.close();
  old?.writer.close();
  old?.chat.close();
  write(byId('who'), '');
}

/** @param {string} [reason] */
function askForToken(reason = '') {
  byId('room').hidden = true;
  byId('leave').hidden = true;
  byId('door').hidden = false;
  const place = byId('why');
  place.hidden = !reason;
  write(place, reason);
  byId('token').value = '';
}

/** One line was refused: so will be the others. @param {any} error */
function refused(error) {
  if (!room) return;
  keepToken('');
  leave();
  askForToken(why(error));
  byId('token').focus();
}

function addReader() {
  if (!room) return;
  const { token, readers, ledger } = room;
  const first = readers.length === 0;
  const channel = part(byId('writer'), 'channel').value.trim() || CHANNEL;
  const title = first ? 'Reader one' : 'Reader two';
  const reader = new Reader({ title, token, channel, credit: CREDIT, ledger, onRefused: refused });
  readers.push(reader);
  byId('another').before(reader.card);
  byId('another').hidden = !first;
  if (!first) {
    const close = part(reader.card, 'close');
    close.hidden = false;
    close.addEventListener('click', () => removeReader(reader));
  }
  reader.open();
}

/** @param {Reader} reader */
function removeReader(reader) {
  if (!room) return;
  room.readers = room.readers.filter((one) => one !== reader);
  reader.close();
  byId('another').hidden = false;
  byId('another').focus();
}

/** @param {string} channel */
function turnTo(channel) {
  for (const reader of room?.readers ?? []) reader.turnTo(channel);
}

function start() {
  const token = readToken();
  if (token) enter(token);
  else askForToken();
}

byId('enter').addEventListener('submit', (/** @type {Event} */ event) => {
  event.preventDefault();
  const pasted = byId('token').value.trim();
  // People paste the whole link too.
  const token = pasted.includes('#token=') ? pasted.split('#token=')[1] : pasted;
  keepToken(token);
  enter(token);
});
byId('leave').addEventListener('click', () => {
  keepToken('');
  leave();
  askForToken();
  byId('token').focus();
});
byId('another').addEventListener('click', () => {
  addReader();
  part(/** @type {Reader} */ (room?.readers.at(-1)).card, 'cut').focus();
});
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) start();
});
wireHistory();
start();
