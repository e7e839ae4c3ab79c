// Server-sent events of an answer to a POST, which `EventSource` cannot make.

/**
 * Calls `on` with each event until the stream ends. Data is one JSON object an event.
 * @param {ReadableStream<Uint8Array>} body
 * @param {(name: string, data: any) => void} on
 */
export async function readEvents(body, on) {
  const reader = body.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  let held = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    held += value;
    const events = held.split('\n\n');
    held = events.pop() ?? '';
    for (const event of events) tell(event, on);
  }
}

/**
 * @param {string} event
 * @param {(name: string, data: any) => void} on
 */
function tell(event, on) {
  let name = '';
  let data = '';
  for (const line of event.split('\n')) {
    if (line.startsWith('event: ')) name = line.slice(7);
    if (line.startsWith('data: ')) data += line.slice(6);
  }
  // A comment keeps the connection open and says nothing.
  if (name) on(name, JSON.parse(data));
}
