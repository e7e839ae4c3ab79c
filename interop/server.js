// The binary under test: the practice org alone, or a demo with the gate in front of it.

import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BINARY = process.env.PORTCULLIS_BINARY ?? fileURLToPath(new URL('../target/release/portcullis', import.meta.url));
const READY_WITHIN_MS = 60_000;

/**
 * @param {'org' | 'gate'} kind
 * @param {string} folder for everything it keeps
 * @param {string} appKey public key of the app, as PEM
 * @returns {Promise<object & {stop: () => Promise<void>, output: () => string}>} what it greets with
 */
export async function startServer(kind, folder, appKey) {
  const data = join(folder, kind);
  mkdirSync(data);
  const words =
    kind === 'org'
      ? ['practice', '--port', '0', '--tls-port', '0', '--app-key', appKey]
      : ['demo', '--port', '0', '--tls'];
  const child = spawn(BINARY, [...words, '--json', '--data', data], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const output = () => Buffer.concat(said).toString();
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(late);
  };
  const greeting = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready within ${READY_WITHIN_MS} ms`)), READY_WITHIN_MS);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`\`${BINARY} ${words[0]}\` ended with ${code}:\n${output()}`)));
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(late);
      resolve(JSON.parse(line));
    });
  });
  return { ...greeting, stop, output };
}
