// Speaks Nexus to the server that served this page. The token comes behind the # of the link,
// which no browser sends to a server, and leaves the address bar at once.
const byId = (id) => document.getElementById(id);
const MOST_LINES = 500;
let socket = null;

const link = new URLSearchParams(location.hash.slice(1)).get('token');
if (link) {
  byId('token').value = link;
  history.replaceState(null, '', location.pathname);
}

function show(kind, text) {
  const line = document.createElement('li');
  line.className = kind;
  line.textContent = (kind === 'sent' ? '> ' : '< ') + text;
  byId('log').prepend(line);
  while (byId('log').childElementCount > MOST_LINES) {
    byId('log').lastElementChild.remove();
  }
}

function send(message) {
  if (!socket || socket.readyState !== WebSocket.OPEN) {
    byId('state').textContent = 'not connected';
    return;
  }
  const text = JSON.stringify(message);
  socket.send(text);
  show('sent', text);
}

byId('connect').addEventListener('submit', (event) => {
  event.preventDefault();
  socket?.close(1000);
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const protocols = ['sluice.1', 'token.' + byId('token').value.trim()];
  byId('state').textContent = 'connecting';
  let opened;
  try {
    opened = new WebSocket(`${scheme}//${location.host}/ws`, protocols);
  } catch {
    byId('state').textContent = 'that is not a token';
    return;
  }
  socket = opened;
  opened.onopen = () => { byId('state').textContent = 'connected'; };
  opened.onmessage = ({ data }) => show('got', data);
  opened.onclose = ({ code, reason }) => {
    if (socket === opened) {
      byId('state').textContent = `closed with ${code} ${reason}`;
    }
  };
});

byId('subscribe').addEventListener('submit', (event) => {
  event.preventDefault();
  send({ action: 'subscribe', channel: byId('channel').value });
});

byId('leave').addEventListener('click', () => {
  send({ action: 'unsubscribe', channel: byId('channel').value });
});

byId('publish').addEventListener('submit', (event) => {
  event.preventDefault();
  try {
    const payload = JSON.parse(byId('data').value);
    send({ action: 'publish', channel: byId('channel').value, payload, ack: true });
  } catch {
    byId('state').textContent = 'the data is not JSON';
  }
});
