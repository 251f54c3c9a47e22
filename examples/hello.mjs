// Subscribes to a channel, publishes on it, and prints what comes.
import { Client } from '../client-js/src/index.js';

const url = process.env.SLUICE_URL ?? 'http://127.0.0.1:8080';
const client = new Client(`${url}/ws`, { token: process.env.SLUICE_TOKEN });

const news = client.subscribe('news');
await client.connect();
const receipt = await client.publish('news', { title: 'Hello from JavaScript' });

for await (const message of news) {
  console.log(message.offset, message.from, message.data.title);
  if (message.offset === receipt.offset) break;
}
await client.close();
