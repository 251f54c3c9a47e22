// A subscriber and publisher in one, on the bare port: listeners first, then the events.
import WebSocket from 'ws';

const socket = new WebSocket(process.argv[2]);
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
const patience = setTimeout(() => fail('nothing came in time'), 20_000);

socket.on('error', (error) => fail(error.message));
socket.on('open', () => {
  socket.send(JSON.stringify({ action: 'subscribe', channel: 'telemetry', filters: { agent_id: 'a7' } }));
});
socket.on('message', (bytes, isBinary) => {
  if (isBinary) fail('a binary message');
  const message = JSON.parse(bytes.toString());
  if (message.type === 'subscribed') {
    for (const payload of [{ agent_id: 'other' }, { agent_id: 'a7', value: 42 }]) {
      socket.send(JSON.stringify({ action: 'publish', channel: 'telemetry', payload }));
    }
  } else if (message.type === 'message') {
    if (message.data.agent_id !== 'a7') fail('a message for somebody else');
    console.log('received ' + JSON.stringify({ value: message.data.value }));
    clearTimeout(patience);
    socket.close();
  } else if (message.type === 'error') {
    fail(message.message);
  }
});
socket.on('close', (code) => process.exit(code === 1005 || code === 1000 ? 0 : 1));
