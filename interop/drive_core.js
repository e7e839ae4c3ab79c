// @salesforce/core, which the Salesforce CLI and its plug-ins are made of.

import assert from 'node:assert/strict';

import { AuthInfo, Connection, Org } from '@salesforce/core';

import { atGate, drive, expect, target } from './lib.js';
import { errors, records } from './jsforce_steps.js';

/** @type {Connection} */
let connection;

async function withToken(token) {
  const authInfo = await AuthInfo.create({ username: token, accessTokenOptions: { accessToken: token, instanceUrl: target.http, loginUrl: target.http } });
  return Connection.create({ authInfo });
}

async function login() {
  if (atGate) {
    connection = await withToken(target.people[expect.person].token);
    return 'access token';
  }
  process.env.SFDX_AUDIENCE_URL = target.http;
  process.env.SF_AUDIENCE_URL = target.http;
  const authInfo = await AuthInfo.create({
    username: expect.person,
    oauth2Options: { clientId: target.clientId, privateKeyFile: target.signingKey, loginUrl: target.http },
  });
  connection = await Connection.create({ authInfo });
  assert.equal((await connection.identity()).username, expect.person);
  const org = await Org.create({ connection });
  assert.match(org.getOrgId(), /^00D/);
  const found = await connection.singleRecordQuery('SELECT Name, OrganizationType FROM Organization');
  assert.match(found.Name, /practice/);
  return 'JWT bearer, identity, organization';
}

await drive('@salesforce/core', { login, ...records(() => connection), ...errors(() => connection, withToken) });
