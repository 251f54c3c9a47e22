// The founding document's sample client says all it has at once, and prints when it is asked to wait
// and when it may go on: node sample-flood.mjs URL TOKEN SESSION MESSAGES
import { CONFIGS, SampleClient } from './sample-clients.mjs';

const [url, token, session, messages] = process.argv.slice(2);
const client = new SampleClient(url, token, CONFIGS.usual);
client.session = session;

client.onFrame = ({ type, payload }) => {
  const at = Date.now();
  if (type === 'ERROR') console.log(`error ${JSON.stringify(payload)}`);
  if (payload.action === 'back_pressure') {
    console.log(`told ${at} ASK_TO_WAIT ${payload.pressure_level} ${payload.queue_size}`);
  }
  if (type === 'RESUME_CHANNEL') console.log(`told ${at} RELEASE`);
};
client.onClose = () => process.exit();
await client.connect();
for (let i = 0; i < messages; i++) {
  const text = 'x'.repeat(i % 20 === 0 ? 2_000 : 40 + (i % 7) * 20);
  client.sendMessage('USER', 'MESSAGE_START', { message_id: crypto.randomUUID(), text });
}
