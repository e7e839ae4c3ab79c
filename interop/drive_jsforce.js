// jsforce, as an application uses it.

import assert from 'node:assert/strict';

import jsforce from 'jsforce';

import { atGate, drive, expect, target } from './lib.js';
import { errors, records } from './jsforce_steps.js';

/** @type {import('jsforce').Connection} */
let connection;

async function login() {
  if (atGate) {
    connection = new jsforce.Connection({ instanceUrl: target.http, accessToken: target.people[expect.person].token });
    return 'instance URL, key as access token';
  }
  const byPassword = new jsforce.Connection({ loginUrl: target.http });
  const user = await byPassword.login(expect.person, target.people[expect.person].password);
  assert.match(user.id, /^005/);
  assert.equal((await byPassword.identity()).username, expect.person);

  const application = new jsforce.OAuth2({
    loginUrl: target.http,
    clientId: target.clientId,
    clientSecret: target.clientSecret,
    redirectUri: 'http://127.0.0.1/callback',
    useVerifier: true,
  });
  connection = new jsforce.Connection({ oauth2: application, instanceUrl: target.http });
  await connection.authorize({ grant_type: 'client_credentials' });
  assert.equal((await connection.identity()).username, expect.person);
  return 'SOAP login, client credentials, identity';
}

await drive('jsforce', {
  login,
  ...records(() => connection),
  ...errors(() => connection, (token) => new jsforce.Connection({ instanceUrl: target.http, accessToken: token })),
});
