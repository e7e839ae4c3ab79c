// jsforce, as an application uses it.

import assert from 'node:assert/strict';

import jsforce from 'jsforce';

import { atGate, drive, expect, target } from './lib.js';
import { errors, records } from './jsforce_steps.js';

/** @type {import('jsforce').Connection} */
let connection;

async function login() {
  if (!atGate) await password();
  const application = new jsforce.OAuth2({
    loginUrl: target.http,
    clientId: target.clientId,
    clientSecret: target.clientSecret,
    redirectUri: 'http://127.0.0.1/callback',
    useVerifier: true,
  });
  connection = new jsforce.Connection({ oauth2: application, instanceUrl: target.http });
  await connection.authorize({ grant_type: 'client_credentials' });
  const { username, user_id: user } = await connection.identity();
  // The demo's matrix covers user names: the gate answers with one that is nobody's.
  assert.equal(username, atGate ? `${user}@portcullis.invalid` : expect.person);
  return `${atGate ? '' : 'SOAP login, '}client credentials, identity`;
}

async function password() {
  const byPassword = new jsforce.Connection({ loginUrl: target.http });
  const user = await byPassword.login(expect.person, target.people[expect.person].password);
  assert.match(user.id, /^005/);
  assert.equal((await byPassword.identity()).username, expect.person);
}

await drive('jsforce', {
  login,
  ...records(() => connection),
  ...errors(() => connection, (token) => new jsforce.Connection({ instanceUrl: target.http, accessToken: token })),
});
