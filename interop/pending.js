// What the gate answers to a write: it waits for a person, and no client may take it for done.

import assert from 'node:assert/strict';

import { decide, expect, truth } from './lib.js';

const { object, external } = expect.record;
const PENDING = 'PENDING_APPROVAL';
let made = 0;

/** A name that nobody else has. */
export const unique = () => `interop-${process.pid}-${(made += 1)}`;
export const named = (name) => truth(`SELECT Id, Title, Email FROM ${object} WHERE LastName = '${name}'`);
const byId = async (id) => (await truth(`SELECT Id, Title, Email FROM ${object} WHERE Id = '${id}'`))[0];

/** The address of the proposal in a save result that is none, as jsforce hands it on. */
function waits(result) {
  assert.equal(result.success, false);
  assert.ok(!result.id);
  assert.equal(result.errors[0].statusCode, PENDING);
  assert.match(result.errors[0].message, /has not happened/);
  return result.portcullis.address;
}

/** The same in the words of the MCP server: nothing succeeded, and where to decide. */
export function waitsInWords(text) {
  assert.match(text, /Successful: 0/);
  assert.match(text, new RegExp(PENDING));
  const address = /https?:\S+\/approvals\/[\w-]+/.exec(text)?.[0];
  assert.ok(address, text);
  return address;
}

/** A record of the person's own that is really there. */
export const own = async () => {
  const [record] = await truth(`SELECT Id, Title, Email FROM ${object} WHERE LastName LIKE 'Filler %' ORDER BY LastModifiedDate LIMIT 1`);
  return record;
};

/** @param {(fields: object) => Promise<string>} act writes and gives the address of what waits */
export async function create(act) {
  const name = unique();
  const address = await act({ ...expect.record.create, LastName: name });
  assert.deepEqual(await named(name), []);
  await decide('approve', address);
  const [real] = await named(name);
  assert.deepEqual([real?.Title, real?.Email], [expect.record.create.Title, expect.record.create.Email]);
  return 'waits; made once approved';
}

/** @param {(id: string, fields: object) => Promise<string>} act */
export async function update(act) {
  const [record, title] = [await own(), unique()];
  await decide('reject', await act(record.Id, { Title: title }));
  assert.deepEqual(await byId(record.Id), record);
  await decide('approve', await act(record.Id, { Title: title }));
  assert.equal((await byId(record.Id)).Title, title);
  return 'waits; nothing when rejected, done once approved';
}

/** @param {(key: string, fields: object) => Promise<string>} act */
export async function upsert(act) {
  const key = unique();
  const found = () => truth(`SELECT Title FROM ${object} WHERE ${external} = '${key}'`);
  const address = await act(key, { ...expect.record.upsert, LastName: unique() });
  assert.deepEqual(await found(), []);
  await decide('approve', address);
  assert.equal((await found())[0].Title, expect.record.upsert.Title);
  return 'waits; made once approved';
}

/** @param {(id: string) => Promise<string>} act */
export async function remove(act) {
  const record = await own();
  const address = await act(record.Id);
  assert.ok(await byId(record.Id));
  await decide('approve', address);
  assert.equal(await byId(record.Id), undefined);
  return 'waits; gone once approved';
}

/** A value that was covered when it was read can be written: the org gets what it stands for. */
export async function token(read, act) {
  const [source, record] = [await own(), await own()];
  const email = await read(source.Id);
  assert.match(email, /^\{[A-Z_]+_\d+[a-z]*\}$/);
  const name = unique();
  await decide('approve', await act({ LastName: name, Email: email }));
  assert.equal((await named(name))[0].Email, record.Email);
}

/** The calls of a jsforce connection, each giving the address of what waits. */
export const of = (connection) => ({
  create: async (fields) => waits(await connection.sobject(object).create(fields)),
  update: async (Id, fields) => waits(await connection.sobject(object).update({ Id, ...fields })),
  upsert: async (key, fields) => waits(await connection.sobject(object).upsert({ ...fields, [external]: key }, external)),
  remove: async (id) => waits(await connection.sobject(object).destroy(id)),
  many: async () => {
    const names = [unique(), unique()];
    const results = await connection.sobject(object).create(names.map((LastName) => ({ LastName })));
    const [first] = results.map(waits);
    await decide('approve', first);
    assert.deepEqual([(await named(names[0])).length, (await named(names[1])).length], [1, 0]);
    const body = JSON.stringify({
      compositeRequest: [
        { method: 'POST', url: '/services/data/v60.0/sobjects/Contact', referenceId: 'made', body: { LastName: unique() } },
        { method: 'GET', url: '/services/data/v60.0/sobjects/Contact/@{made.id}', referenceId: 'read' },
      ],
    });
    const headers = { 'content-type': 'application/json' };
    const parts = await connection.request({ method: 'POST', url: '/services/data/v60.0/composite', body, headers });
    const [post, get] = parts.compositeResponse;
    assert.ok(post.httpStatusCode === 202 && post.body.success === false, JSON.stringify(post));
    assert.ok(get.httpStatusCode >= 400, 'what refers to a record that is not there yet is not done');
    return 'each waits by itself';
  },
  token: () =>
    token(
      async (id) => (await connection.query(`SELECT Email FROM ${object} WHERE Id = '${id}'`)).records[0].Email,
      async (fields) => waits(await connection.sobject(object).create(fields)),
    ),
});
