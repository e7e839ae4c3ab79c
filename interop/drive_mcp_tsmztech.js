// @tsmztech/mcp-server-salesforce: an MCP server over jsforce, driven over stdio as an assistant drives it.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

import { atGate, drive, expect, target, truth } from './lib.js';
import * as pending from './pending.js';

const PACKAGE = '@tsmztech/mcp-server-salesforce';
const { object, external } = expect.record;

/** At the org it signs in with a password. At the gate it asks the Salesforce CLI for a token and an instance. */
async function start(who) {
  const { token, password } = target.people[who];
  const env = { ...process.env, SALESFORCE_USERNAME: who, SALESFORCE_PASSWORD: password, SALESFORCE_INSTANCE_URL: target.http };
  if (atGate) {
    const folder = mkdtempSync(join(tmpdir(), 'interop-sf-'));
    const answer = JSON.stringify({ status: 0, result: { accessToken: token, instanceUrl: target.http, username: who } });
    writeFileSync(join(folder, 'sf'), `#!/bin/sh\necho '${answer}'\n`);
    chmodSync(join(folder, 'sf'), 0o700);
    Object.assign(env, { SALESFORCE_CONNECTION_TYPE: 'Salesforce_CLI', PATH: `${folder}:${env.PATH}` });
  }
  const program = fileURLToPath(new URL(`./node_modules/${PACKAGE}/dist/index.js`, import.meta.url));
  const client = new Client({ name: 'interop', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [program], env, stderr: 'ignore' }));
  return client;
}

const client = await start(expect.person);
const reader = await start(expect.reader);

async function call(name, args, by = client) {
  const result = await by.callTool({ name, arguments: args });
  return { text: result.content.map(({ text }) => text).join('\n'), failed: result.isError === true };
}

async function good(name, args) {
  const { text, failed } = await call(name, args);
  assert.ok(!failed, text);
  return text;
}

/** The number that a line of its answers ends with. */
const count = (text, what) => Number(new RegExp(`${what}: (\\d+)`).exec(text)?.[1]);
const dml = (operation, records, more = {}, by = client) =>
  call('salesforce_dml_records', { operation, objectName: object, records, ...more }, by);

async function done(operation, records, more) {
  const { text, failed } = await dml(operation, records, more);
  assert.ok(!failed && count(text, 'Successful') === records.length && count(text, 'Failed') === 0, text);
}

const waiting = async (operation, record, more) => pending.waitsInWords((await dml(operation, [record], more)).text);

const find = (field, value) => truth(`SELECT Id, Title FROM ${object} WHERE ${field} = '${value}'`);
const key = `interop-mcp-${Date.now()}`;
const named = { ...expect.record.create, LastName: key };
let id;

const steps = {
  login: async () => {
    const { tools } = await client.listTools();
    assert.ok(tools.some(({ name }) => name === 'salesforce_query_records'));
    await good('salesforce_search_objects', { searchPattern: 'Contact' });
    return atGate ? 'token and instance of the Salesforce CLI' : 'SOAP login';
  },
  describe: async () => {
    const text = await good('salesforce_describe_object', { objectName: expect.describe.object });
    for (const name of Object.keys(expect.describe.has)) assert.match(text, new RegExp(`\\b${name}\\b`));
    for (const name of expect.describe.lacks) assert.doesNotMatch(text, new RegExp(`\\b${name}\\b`));
  },
  query: async () => {
    const real = await truth(expect.query.soql);
    const text = await good('salesforce_query_records', {
      objectName: 'Opportunity',
      fields: ['Id', 'Name', 'StageName', 'Account.Name'],
      whereClause: "StageName = 'Negotiation/Review'",
      orderBy: 'Id',
    });
    for (const record of real) assert.ok(text.includes(record.Id), record.Id);
    const sums = await good('salesforce_aggregate_query', {
      objectName: 'Opportunity',
      selectFields: ['StageName', 'COUNT(Id) n'],
      groupByFields: ['StageName'],
    });
    assert.match(sums, new RegExp(`Negotiation/Review[^]*?\\b${real.length}\\b`));
    return `${real.length} rows, and an aggregate`;
  },
  paging: async () => {
    const most = atGate ? expect.paging.atGate : 2000;
    const text = await good('salesforce_query_records', {
      objectName: expect.paging.object,
      fields: ['Id'],
      orderBy: 'Id',
      ...(atGate && { limit: most }),
    });
    const real = await truth(expect.paging.soql);
    const ids = new Set(text.match(/\b003\w{15}\b/g));
    assert.deepEqual([...ids], real.slice(0, most).map(({ Id }) => Id));
    return 'the first page: it asks for no second';
  },
  create: async () => {
    if (atGate) return pending.create((fields) => waiting('insert', fields));
    await done('insert', [named]);
    [{ Id: id }] = await find('LastName', key);
  },
  update: async () => {
    if (atGate) return pending.update((Id, fields) => waiting('update', { Id, ...fields }));
    await done('update', [{ Id: id, ...expect.record.update }]);
    assert.equal((await find('Id', id))[0].Title, expect.record.update.Title);
  },
  upsert: async () => {
    const more = { externalIdField: external };
    if (atGate) return pending.upsert((key, fields) => waiting('upsert', { ...fields, [external]: key }, more));
    const record = { ...expect.record.upsert, [external]: key };
    await done('upsert', [record], more);
    await done('upsert', [{ ...record, Title: 'Again' }], more);
    assert.deepEqual((await find(external, key)).map(({ Title }) => Title), ['Again']);
    return 'made, then changed';
  },
  composite: async () => {
    if (atGate) return 'as create: every write of this client is a collection';
    const { text } = await dml('insert', [{ LastName: `${key}-2` }, { FirstName: 'Nameless' }]);
    assert.equal(count(text, 'Successful'), 1);
    assert.match(text, /REQUIRED_FIELD_MISSING/);
    return 'a collection, one of two refused';
  },
  delete: async () => {
    if (atGate) return pending.remove((Id) => waiting('delete', { Id }));
    await done('delete', [{ Id: id }]);
    assert.deepEqual(await find('Id', id), []);
  },
  errors: async () => {
    for (const [what, field] of [['No such column', 'Nope__c'], ['No such column', 'Discount_Model__c']]) {
      const { text, failed } = await call('salesforce_query_records', { objectName: 'Opportunity', fields: ['Id', field] });
      assert.ok(failed && text.includes(what), text);
    }
    const missing = await call('salesforce_query_records', { objectName: 'Nope__c', fields: ['Id'] });
    assert.ok(missing.failed && missing.text.includes('not supported'), missing.text);
    return '3 refusals';
  },
  rights: async () => {
    const { text, failed } = await dml('insert', [{ LastName: 'Refused' }], {}, reader);
    const codes = expect['no rights'].codes;
    assert.ok(failed || count(text, 'Successful') === 0, text);
    assert.ok(codes.some((code) => text.includes(code)) || /access|permission/i.test(text), text);
    return 'reader may not write';
  },
};

await drive(PACKAGE, steps);
await client.close();
await reader.close();
