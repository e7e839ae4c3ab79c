// What every test here starts from: a demo of the built binary on data of its own, and a browser.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const BINARY = process.env.PORTCULLIS_BINARY ?? fileURLToPath(new URL('../target/release/portcullis', import.meta.url));
const READY_WITHIN_MS = 30_000;

/**
 * What `portcullis demo --json` says on its first line when it is ready.
 *
 * @typedef {object} Ready
 * @property {string} page address of the first page
 * @property {{username: string, password: string, name: string, role: string}[]} users people who can sign in
 * @property {string} api_base base address for OpenAI's clients, with the version in it
 * @property {string} api_key key for them; it acts for one of `users`
 * @property {string} data folder that holds everything the demo keeps
 */

/**
 * A running demo.
 *
 * @typedef {object} Demo
 * @property {() => string} output all it has written so far, to search for what must not be there
 * @property {() => Promise<void>} stop ends it and removes its data
 */

/**
 * Starts a demo on a free port with an empty data folder and waits until it answers.
 *
 * @param {string[]} [more] further arguments
 * @returns {Promise<Ready & Demo>}
 */
export async function startDemo(more = []) {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-e2e-'));
  const child = spawn(BINARY, ['demo', '--port', '0', '--data', folder, '--json', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  child.stdout.on('data', (chunk) => said.push(chunk));
  child.stderr.on('data', (chunk) => said.push(chunk));
  const output = () => Buffer.concat(said).toString();
  const ended = new Promise((resolve) => child.once('close', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
  };

  try {
    return { ...(await ready(child)), output, stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}; the demo wrote:\n${output()}`);
  }
}

/** @returns {Promise<Ready>} */
function ready(child) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready within ${READY_WITHIN_MS} ms`)), READY_WITHIN_MS);
    const settle = (act) => (value) => {
      clearTimeout(late);
      act(value);
    };
    child.once('error', settle(reject));
    child.once('close', (code, signal) => settle(reject)(new Error(`ended with ${signal ?? code} before it was ready`)));
    createInterface({ input: child.stdout }).once('line', settle((line) => {
      try {
        resolve(JSON.parse(line));
      } catch {
        reject(new Error('its first line is no JSON'));
      }
    }));
  });
}

/**
 * Debian's Chromium without a window. It talks to this machine alone: every service of its own is off.
 *
 * @returns {Promise<import('playwright-core').Browser>}
 */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Chromium refuses to run its sandbox as root, which is who runs tests in a container.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-gpu',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

const AXE = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What WCAG 2.2 AA finds fault with on the page as it is now, colour contrast included, a line each.
 * An empty list is what a test expects.
 *
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function accessibilityFaults(page) {
  // Evaluated rather than added as a script, so that the page's own content policy stays in force.
  await page.evaluate(await AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
  );
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => `${id}: ${help} (${target.join(' ')})`));
}
