// Says something to the agent of the house, and prints its answer as it comes, and both credits.
import { HaipClient } from '../client-js/src/haip/index.js'; // in a page: from '/client-haip.js'

const url = process.env.SLUICE_URL ?? 'http://127.0.0.1:8080';
const agent = new HaipClient(`${url}/haip/websocket`, { token: process.env.SLUICE_TOKEN });

agent.on('message', async (answer) => {
  for await (const part of answer) {
    console.log(part, '· more may come:', agent.getPerformanceMetrics('AGENT').granted.messages);
  }
  await agent.disconnect();
});
await agent.connect();
await agent.send('Hello from JavaScript');
console.log('more may be said:', agent.getPerformanceMetrics('USER').credit.messages);
