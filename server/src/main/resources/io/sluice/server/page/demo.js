// The page of the live graph: a client of it, what is drawn, and what a person does with it.
import { AGENT, GraphClient, KNOWLEDGE } from '/client-visionflow.js';
import { Camera } from './camera.js';
import { palette } from './colours.js';
import { byId, part, write } from './dom.js';
import { Effort } from './effort.js';
import { FlatPainter } from './flat.js';
import { Hands } from './hands.js';
import { Rates } from './rates.js';
import { Shape } from './shape.js';
import { Strip } from './strip.js';
import { keepToken, readToken } from './token.js';
import { WebglPainter } from './webgl.js';
import { count, seconds, time, why } from './words.js';

const GRAPH = 'demo';
/** So often in a second this client may be told, by the place of its slider. */
const PACES = [1, 2, 5, 10, 20, 30];
const SLOWEST = 0;
const FASTEST = PACES.length - 1;
/** More often than the client by itself, as it is shown how old the state is. */
const PING_MS = 250;
const FIGURES_MS = 250;
const MOST_NAMES = 200;
const BLIND = 'The browser has taken the graphics away, and may give them back. If it does not, load the page again.';
/** Of these a token is the cause, whatever it is for. */
const TOKEN_FAULTS = new Set(['no_token', 'bad_token', 'expired']);
const KIND_NAMES = new Map([[AGENT, 'an agent'], [KNOWLEDGE, 'knowledge']]);

const live = byId('live');
const canvas = /** @type {HTMLCanvasElement} */ (byId('canvas'));

/** @param {number} bytes */
function size(bytes) {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`;
}

class Demo {
  #client;
  #camera = new Camera();
  #shape = new Shape();
  #painter;
  #hands;
  #strip = new Strip(/** @type {HTMLCanvasElement} */ (byId('strip')));
  #rates = new Rates();
  #effort = new Effort();
  #stopping = new AbortController();
  #pace = FASTEST;
  #frame = 0;
  #frames = 0;
  #figuresAt = 0;
  #drawnAt = 0;
  /** What was looked for in vain. */
  #missing = '';
  /** What the text says of the structure. */
  #saidVersion = -1;
  /** What is wrong with the line. */
  #trouble = '';

  /** @param {string} token */
  constructor(token) {
    this.#client = new GraphClient('/ws/positions', {
      token,
      graph: GRAPH,
      interval: this.#interval,
      pingMs: PING_MS,
    });
    this.#painter = makePainter();
    this.#hands = new Hands(canvas, this.#camera, this.#shape, this.#client, {
      signal: this.#stopping.signal,
      chosen: () => this.#choose(),
    });
    live.dataset.painter = this.#painter.name;
    this.#listen();
    this.#wire();
  }

  open() {
    byId('door').hidden = true;
    byId('absent').hidden = true;
    live.hidden = false;
    this.#client.connect().catch(() => {});
    const each = (/** @type {number} */ now) => {
      this.#draw(now);
      this.#frame = requestAnimationFrame(each);
    };
    this.#frame = requestAnimationFrame(each);
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#stopping.abort();
    this.#client.close().catch(() => {});
    live.hidden = true;
  }

  /** Rounded down: who asks for 33 ms is told thirty times a second. */
  get #interval() {
    return Math.floor(1_000 / (PACES[this.#pace] ?? 1));
  }

  #listen() {
    const client = this.#client;
    client.on('nodes', (nodes) => {
      this.#shape.touch();
      this.#strip.add(nodes, performance.now());
    });
    client.on('interval', (ms) => this.#agreed(ms));
    client.on('dropped', (moves) => this.#say(`${count(moves)} moves were not sent: the line is cut.`, 'warn'));
    client.on('state', (state, { error, retryMs = 0 }) => {
      live.dataset.state = state;
      write(part(live, 'chip'), state);
      if (state === 'connected' || state === 'closed') this.#trouble = '';
      else if (state === 'failed') this.#trouble = why(error);
      else this.#trouble = state === 'waiting' ? `Line lost. Trying again in ${seconds(retryMs)}.` : 'Connecting.';
      this.#warn();
      if (state === 'refused') refused(error);
    });
    client.on('error', (error) => {
      if (client.state !== 'connected') return;
      if (error.code === 'forbidden') this.#say('Your token lets you watch, and not move anything.', 'warn');
      else this.#say(why(error), 'bad');
    });
  }

  #wire() {
    const { signal } = this.#stopping;
    byId('slow').addEventListener('click', () => this.#turn(this.#pace === SLOWEST ? FASTEST : SLOWEST), { signal });
    byId('pace').addEventListener('input', () => this.#turn(byId('pace').valueAsNumber), { signal });
    byId('find').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#find(byId('which').value.trim());
    }, { signal });
    this.#show();
  }

  /** @param {number} pace a place among PACES */
  #turn(pace) {
    this.#pace = pace;
    this.#rates.reset();
    this.#client.pace(this.#interval);
    this.#show();
  }

  #show() {
    const text = `${PACES[this.#pace]} ${this.#pace === SLOWEST ? 'message' : 'messages'}/s`;
    const slider = byId('pace');
    slider.value = String(this.#pace);
    slider.setAttribute('aria-valuetext', `at most ${text}`);
    write(part(live, 'rate'), text);
    byId('slow').setAttribute('aria-pressed', String(this.#pace === SLOWEST));
    live.dataset.pace = String(PACES[this.#pace]);
  }

  /** @param {number} ms what the server has made of it */
  #agreed(ms) {
    live.dataset.interval = String(ms);
    if (ms < 1_000) this.#say(`The server tells this client every ${ms} ms.`, 'good');
    else this.#say('Slowed to one a second, and few early ones: each has the newest state of all that has changed.', 'warn');
  }

  /** @param {string} text @param {string} [kind] */
  #say(text, kind = '') {
    const told = byId('told');
    told.className = `status ${kind}`.trim();
    write(told, text);
  }

  /** @param {string} text a number or a name */
  #find(text) {
    const { scene } = this.#client;
    let id = /^\d+$/.test(text) ? Number(text) : -1;
    for (const [each, name] of scene.names) if (name === text) id = each;
    this.#missing = scene.rowOf(id) < 0 ? text : '';
    this.#hands.choose(this.#missing ? -1 : id);
  }

  #choose() {
    const { scene } = this.#client;
    const { id } = this.#hands;
    const row = scene.rowOf(id);
    if (row < 0) {
      const none = 'Click a node, or choose one here. Drag it to pull it.';
      write(byId('chosen'), this.#missing ? `There is no node ${this.#missing}.` : none);
      return;
    }
    this.#missing = '';
    const distance = scene.distances[row] ?? Infinity;
    const kind = KIND_NAMES.get(scene.kinds[row] ?? 0) ?? 'a node';
    const name = scene.names.get(id);
    const steps = this.#shape.trailCount;
    const way =
      distance === Infinity ? 'It cannot be reached from the source.'
      : distance === 0 ? 'The shortest ways begin here.'
      : `Distance ${distance.toFixed(2)} from the source, ${steps} ${steps === 1 ? 'step' : 'steps'} away.`;
    write(byId('chosen'), `${name ? `${name}, ` : ''}number ${id}, ${kind}. ${way}`);
  }

  /** @param {number} now */
  #draw(now) {
    const { scene } = this.#client;
    this.#effort.frame(now);
    this.#fit();
    this.#hands.rest(now, now - this.#drawnAt);
    this.#drawnAt = now;
    this.#shape.take(scene, now, this.#hands.id);
    this.#hands.hold(now);
    this.#warn();
    if (!this.#painter.isLost) {
      this.#painter.draw(this.#shape, this.#camera, palette(), this.#effort.now.links);
      this.#frames++;
    }
    this.#tag();
    if (now - this.#figuresAt < FIGURES_MS) return;
    this.#figuresAt = now;
    this.#figures(now);
  }

  /** What is in the way of the picture: the line first. */
  #warn() {
    const broken = byId('broken');
    const text = this.#trouble || (this.#painter.isLost ? BLIND : '');
    broken.hidden = !text;
    write(broken, text);
  }

  #fit() {
    const dots = devicePixelRatio * this.#effort.now.part;
    const [width, height] = [Math.round(canvas.clientWidth * dots), Math.round(canvas.clientHeight * dots)];
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
    this.#camera.fit(width, height, dots);
  }

  /** The name beside the node. */
  #tag() {
    const { scene } = this.#client;
    const { id } = this.#hands;
    const row = scene.rowOf(id);
    const tag = byId('tag');
    const seen = new Float64Array(3);
    const { dots } = this.#camera;
    if (row >= 0) this.#camera.project(this.#shape.places, 3 * row, seen);
    const [x = 0, y = 0, depth = 0] = seen;
    tag.hidden = row < 0 || !(depth > 1);
    if (tag.hidden) return;
    write(tag, scene.names.get(id) ?? `node ${id}`);
    tag.style.transform = `translate(${x / dots + 10}px, ${y / dots - 14}px)`;
  }

  /** Some times a second, however much comes. @param {number} now */
  #figures(now) {
    const figures = this.#client.figures();
    const counts = [figures.frames, figures.nodes, figures.bytes, this.#frames];
    const [messages = 0, nodes = 0, bytes = 0, frames = 0] = this.#rates.look(now, counts);
    const { latency, waits } = figures;
    const show = (/** @type {string} */ name, /** @type {string} */ text) => write(part(live, name), text);
    show('messages', messages.toFixed(1));
    show('nodes', count(Math.round(nodes)));
    show('size', messages > 0 ? count(Math.round(nodes / messages)) : '–');
    show('bytes', size(bytes));
    show('frames', frames.toFixed(0));
    show('latency', latency ? time(latency.last) : '–');
    show('age', latency ? time(Math.max(latency.last, waits)) : '–');
    show('behind', time(this.#client.scene.interval));
    show('farthest', this.#shape.farthest ? this.#shape.farthest.toFixed(1) : 'farthest');
    this.#strip.draw(now, getComputedStyle(byId('strip')).color);
    this.#choose();
    this.#describe();
  }

  /** What is drawn, in words: at most when the structure is another. */
  #describe() {
    const { scene } = this.#client;
    if (scene.version === this.#saidVersion || !scene.isWhole) return;
    this.#saidVersion = scene.version;
    const source = scene.source === null ? 'nowhere' : (scene.names.get(scene.source) ?? `node ${scene.source}`);
    const { linkCount, reached, farthest } = this.#shape;
    write(
      byId('what'),
      `${count(scene.count)} nodes, ${count(linkCount)} links, drawn with ${this.#painter.name}. Shortest ways begin at `
        + `${source} and reach ${count(reached)} nodes, the farthest at ${farthest.toFixed(1)}.`,
    );
    const names = [...scene.names.values()].slice(0, MOST_NAMES);
    if (byId('names').childElementCount === names.length) return;
    byId('names').replaceChildren(...names.map((name) => new Option(name)));
  }
}

/** A canvas that has had one kind of context has no other, so it is asked once. */
let painter = /** @type {WebglPainter | FlatPainter | null} */ (null);

function makePainter() {
  painter ??= (new URLSearchParams(location.search).has('flat') ? null : WebglPainter.on(canvas)) ?? new FlatPainter(canvas);
  return painter;
}

/** @type {Demo | null} */
let demo = null;

/** @param {string} token */
function enter(token) {
  demo?.close();
  demo = new Demo(token);
  demo.open();
}

/** @param {any} error */
function refused(error) {
  demo?.close();
  demo = null;
  if (error?.code === 'unknown_graph') {
    byId('absent').hidden = false;
    return;
  }
  // One that is good for other pages is kept.
  if (TOKEN_FAULTS.has(error?.code)) keepToken('');
  askForToken(why(error));
}

/** @param {string} [reason] */
function askForToken(reason = '') {
  byId('door').hidden = false;
  byId('why').hidden = !reason;
  write(byId('why'), reason);
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
byId('retry').addEventListener('click', start);
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) start();
});
start();
