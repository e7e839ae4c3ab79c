// What the gate answers to a write: it waits for a person, and no client may take it for done.

export async function pending() {
  throw new Error('not built');
}
