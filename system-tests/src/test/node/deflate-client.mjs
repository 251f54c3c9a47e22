// Publishes a long text compressed, and wants it back compressed and the same.
import WebSocket from 'ws';

const socket = new WebSocket(process.argv[2], { perMessageDeflate: true });
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
const patience = setTimeout(() => fail('nothing came in time'), 20_000);
const text = 'all work and no play '.repeat(400).slice(0, 8192);
let before = 0;

socket.on('error', (error) => fail(error.message));
socket.on('open', () => {
  if (!socket.extensions.includes('permessage-deflate')) fail('not negotiated: ' + socket.extensions);
  socket.send(JSON.stringify({ action: 'subscribe', channel: 'long' }));
});
socket.on('message', (bytes) => {
  const message = JSON.parse(bytes.toString());
  if (message.type === 'subscribed') {
    before = socket._socket.bytesRead;
    socket.send(JSON.stringify({ action: 'publish', channel: 'long', payload: text }));
  } else if (message.type === 'message') {
    if (message.data !== text) fail('another text came back');
    if (socket._socket.bytesWritten > 4096) fail('sent uncompressed');
    if (socket._socket.bytesRead - before > 4096) fail('received uncompressed');
    console.log(`the same ${text.length} characters, in fewer bytes`);
    clearTimeout(patience);
    socket.close();
  }
});
socket.on('close', () => process.exit(0));
