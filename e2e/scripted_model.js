// A model server of a few lines, for what the engine inside the gate does not do: it calls the client's own tool, and
// repeats what the tool said.

import { createServer } from 'node:http';

/**
 * Starts the server on a free port of this machine.
 *
 * @returns {Promise<{url: string, stop: () => Promise<void>}>}
 */
export async function startScriptedModel() {
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const { messages } = JSON.parse(Buffer.concat(parts).toString());
    const last = messages.at(-1);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const send = (delta, finish_reason = null) => response.write(
      `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`,
    );
    if (last.role === 'tool') {
      send({ role: 'assistant', content: `The help desk says: ${last.content}` });
      send({}, 'stop');
    } else {
      const call = { name: 'open_ticket', arguments: '{"subject":"Printer on fire"}' };
      send({ role: 'assistant', tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: call }] });
      send({}, 'tool_calls');
    }
    response.write('data: {"id":"x","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}\n\n');
    response.end('data: [DONE]\n\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}/v1`, stop };
}
