// Drives every client against the practice org, then against the gate in front of it, and prints a table.
//
//   node run.js [--target org|gate] [CLIENT...]
//
// `cargo xtask interop` installs the clients and runs this.

import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { lend, People } from './hand.js';
import { startServer } from './server.js';
import { print } from './table.js';

const PYTHON = process.env.INTEROP_PYTHON ?? 'python3';
const CLIENTS = [
  ['simple-salesforce', PYTHON, 'drive_simple_salesforce.py'],
  ['jsforce', 'node', 'drive_jsforce.js'],
  ['langchain-salesforce', PYTHON, 'drive_langchain.py'],
  ['@salesforce/core', 'node', 'drive_core.js'],
  ['@tsmztech/mcp-server-salesforce', 'node', 'drive_mcp_tsmztech.js'],
  ['mcp-salesforce-connector', PYTHON, 'drive_mcp_connector.py'],
];
const PATIENCE_MS = 300_000;
const expect = JSON.parse(readFileSync(new URL('./expect.json', import.meta.url), 'utf8'));

const { values, positionals } = parseArgs({ options: { target: { type: 'string' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !CLIENTS.some(([client]) => client === name));
if (unknown.length > 0) {
  console.error(`\`${unknown[0]}\` is no client; clients: ${CLIENTS.map(([name]) => name).join(', ')}`);
  process.exit(2);
}
const chosen = CLIENTS.filter(([name]) => positionals.length === 0 || positionals.includes(name));

const folder = mkdtempSync(join(tmpdir(), 'portcullis-interop-'));
const results = [];
try {
  for (const kind of values.target ? [values.target] : ['org', 'gate']) await against(kind);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = print(results) ? 0 : 1;

async function against(kind) {
  const start = performance.now();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [appKey, signingKey] = [join(folder, 'app.pub'), join(folder, 'app.key')];
  writeFileSync(appKey, publicKey.export({ type: 'pkcs1', format: 'pem' }));
  writeFileSync(signingKey, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const server = await startServer(kind, folder, appKey);
  let hand;
  try {
    const people = new People(server);
    hand = await lend(people);
    await people.fill(expect.person, expect.paging.object, expect.paging.rows);
    const tokens = {};
    for (const who of [expect.person, expect.other, expect.reader]) {
      const token = kind === 'org' ? await people.session(who) : await people.key(who);
      tokens[who] = { token, password: people.passwords.get(who) };
    }
    const target = {
      kind,
      http: kind === 'org' ? server.org : server.page,
      https: kind === 'org' ? server.tls.org : server.tls.page,
      clientId: server.client_id ?? 'any',
      clientSecret: server.client_secret ?? tokens[expect.person].token,
      signingKey,
      people: tokens,
      hand: hand.address,
    };
    console.log(`\n==> ${kind === 'org' ? 'the practice org' : 'the gate'} is ready (${seconds(start)})`);
    for (const client of chosen) await drive(client, target, server.tls.ca);
  } finally {
    hand?.stop();
    await server.stop();
  }
}

/** Runs one driver and reads its lines. */
async function drive([client, program, script], target, ca) {
  const start = performance.now();
  const home = join(folder, 'home');
  mkdirSync(home, { recursive: true });
  const environment = {
    PATH: process.env.PATH,
    // Some clients keep files at home, or find a login there.
    HOME: home,
    INTEROP: JSON.stringify(target),
    REQUESTS_CA_BUNDLE: ca,
    NODE_EXTRA_CA_CERTS: ca,
    PYTHONDONTWRITEBYTECODE: '1',
    LANGSMITH_TRACING: 'false',
    SF_USE_GENERIC_UNIX_KEYCHAIN: 'true',
    SF_DISABLE_TELEMETRY: 'true',
    SF_DISABLE_LOG_FILE: 'true',
  };
  const child = spawn(program, [script], { cwd: import.meta.dirname, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const code = await new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  clearTimeout(late);
  const lines = out.split('\n').filter((line) => line.startsWith('{"'));
  const steps = lines.map((line) => JSON.parse(line));
  const version = steps.find((step) => step.version)?.version ?? '?';
  const outcomes = steps.filter(({ step }) => step);
  if (code !== 0 || outcomes.length === 0) {
    outcomes.push({ step: 'driver', ok: false, how: `ended with ${code}: ${err.slice(-1500)}` });
  }
  for (const outcome of outcomes) results.push({ target: target.kind, client, version, ...outcome });
  const bad = outcomes.filter(({ ok }) => !ok);
  console.log(`    ${bad.length === 0 ? 'ok  ' : 'FAIL'} ${client} ${version}: ${outcomes.length} steps (${seconds(start)})`);
  for (const { step, how } of bad) console.log(`         ${step}: ${how.replaceAll('\n', '\n           ')}`);
}

function seconds(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
