// What every driver in JavaScript starts from: the target, the shared expectations, and one line of JSON a step.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/**
 * Where to go and as whom; `run.js` says so in the environment.
 *
 * @typedef {object} Target
 * @property {'org' | 'gate'} kind
 * @property {string} http
 * @property {string} https
 * @property {string} clientId
 * @property {string} clientSecret
 * @property {string} signingKey file with the RSA key of the app, for JWT bearer
 * @property {Record<string, {token: string, password: string}>} people by user name
 * @property {string} hand address of the person's own hand, see `run.js`
 */

/** @type {Target} */
export const target = JSON.parse(process.env.INTEROP);
export const expect = JSON.parse(readFileSync(new URL('./expect.json', import.meta.url), 'utf8'));
export const atGate = target.kind === 'gate';

const version = (name) =>
  JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url), 'utf8')).version;

/**
 * Runs the steps in their order. A step returns how it went, in a few words. One that fails does not hide the others.
 *
 * @param {string} name the package that is driven
 * @param {Record<string, () => Promise<string | void>>} steps
 */
export async function drive(name, steps) {
  process.stdout.write(`${JSON.stringify({ version: version(name) })}\n`);
  for (const [step, act] of Object.entries(steps)) {
    let outcome;
    try {
      outcome = { step, ok: true, how: (await act()) ?? '' };
    } catch (error) {
      outcome = { step, ok: false, how: String(error?.stack ?? error).slice(0, 1200) };
    }
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
  }
}

/** What is really in the org, as this person sees it there: the records of a query. */
export const truth = (soql, who = expect.person) => hand('/truth', { soql, who });

/** Does on the gate's page what the person would do there: `approve` or `reject` the proposal at this address. */
export const decide = (decision, proposal, who = expect.person) => hand('/decide', { decision, proposal, who });

async function hand(path, body) {
  const reply = await fetch(target.hand + path, { method: 'POST', body: JSON.stringify(body) });
  const answer = await reply.json();
  assert.equal(reply.status, 200, JSON.stringify(answer));
  return answer;
}

/** The call has to fail, with this code where the client keeps it. */
export async function refused(code, act, codeOf = (error) => error.errorCode ?? error.name) {
  const error = await act().then(
    (answer) => assert.fail(`was answered: ${JSON.stringify(answer).slice(0, 200)}`),
    (thrown) => thrown,
  );
  if (error instanceof assert.AssertionError) throw error;
  const codes = [code].flat();
  assert.ok(codes.includes(codeOf(error)), `wanted ${codes}, got ${codeOf(error)}: ${error.message}`);
  return error;
}

/** The query whose answer has several pages. The gate lets fewer rows through to one query than the org. */
export const pagingSoql = () => expect.paging.soql + (atGate ? ` LIMIT ${expect.paging.atGate}` : '');

/** Treated values of a query: what passes is what the org holds, what is covered is not. */
export function treated(records, real, { passed = [], covered = [] }) {
  assert.equal(records.length, real.length);
  for (const [at, record] of records.entries()) {
    for (const field of passed) assert.deepEqual(record[field], real[at][field], field);
    for (const field of covered) {
      if (real[at][field] == null) continue;
      if (atGate) assert.match(record[field], /^\{[A-Z_]+_\d+[a-z]*\}$/, `${field} is in the clear`);
      else assert.equal(record[field], real[at][field], field);
    }
  }
}
