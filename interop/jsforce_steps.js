// Steps for whatever is a jsforce connection: jsforce itself and the Salesforce CLI's core.

import assert from 'node:assert/strict';

import { atGate, expect, pagingSoql, refused, target, treated, truth } from './lib.js';
import * as pending from './pending.js';

const { object, external } = expect.record;

export function records(connection) {
  let id;
  return {
    describe: async () => {
      const described = await connection().sobject(expect.describe.object).describe();
      const fields = new Map(described.fields.map((field) => [field.name, field.type]));
      for (const [name, type] of Object.entries(expect.describe.has)) assert.equal(fields.get(name), type, name);
      for (const name of expect.describe.lacks) assert.ok(!fields.has(name), name);
      const all = await connection().describeGlobal();
      assert.ok(all.sobjects.some(({ name }) => name === expect.describe.object));
      return `${fields.size} fields`;
    },
    query: async () => {
      const real = await truth(expect.query.soql);
      const found = await connection().query(expect.query.soql);
      assert.equal(found.totalSize, real.length);
      treated(found.records, real, expect.query);
      assert.equal(found.records[0].attributes.type, 'Opportunity');
      return `${found.totalSize} rows`;
    },
    paging: async () => {
      const soql = pagingSoql();
      const real = await truth(soql);
      assert.ok(real.length > 2 * expect.paging.batch);
      const headers = { 'Sforce-Query-Options': `batchSize=${expect.paging.batch}` };
      const first = await connection().query(soql, { headers, autoFetch: false });
      assert.equal(first.done, false);
      assert.equal(first.records.length, expect.paging.batch);
      const pages = await connection().query(soql, { headers, autoFetch: true, maxFetch: 100_000 });
      treated(pages.records, real, expect.paging);
      return `${real.length} rows, ${expect.paging.batch} a page`;
    },
    create: async () => {
      if (atGate) {
        await pending.of(connection()).token();
        return pending.create(pending.of(connection()).create);
      }
      const made = await connection().sobject(object).create(expect.record.create);
      assert.equal(made.success, true);
      id = made.id;
      const [real] = await truth(`SELECT LastName, Title, Owner.Username FROM ${object} WHERE Id = '${id}'`);
      assert.equal(real.Title, expect.record.create.Title);
      assert.equal(real.Owner.Username, expect.person);
      const read = await connection().sobject(object).retrieve(id);
      assert.equal(read.Email, expect.record.create.Email);
      return '';
    },
    update: async () => {
      if (atGate) return pending.update(pending.of(connection()).update);
      const done = await connection().sobject(object).update({ Id: id, ...expect.record.update });
      assert.equal(done.success, true);
      const [real] = await truth(`SELECT Title FROM ${object} WHERE Id = '${id}'`);
      assert.equal(real.Title, expect.record.update.Title);
      return '';
    },
    upsert: async () => {
      if (atGate) return pending.upsert(pending.of(connection()).upsert);
      const value = pending.unique();
      const record = { ...expect.record.upsert, [external]: value };
      const made = await connection().sobject(object).upsert(record, external);
      assert.equal(made.success, true);
      const again = await connection().sobject(object).upsert({ ...record, Title: 'Again' }, external);
      assert.equal(again.success, true);
      const real = await truth(`SELECT Title FROM ${object} WHERE ${external} = '${value}'`);
      assert.deepEqual(real.map(({ Title }) => Title), ['Again']);
      return 'made, then changed';
    },
    composite: async () => {
      if (atGate) return pending.of(connection()).many();
      const made = [1, 2, 3].map((n) => ({ LastName: `Interop-Many-${n}` }));
      const results = await connection().sobject(object).create([...made, { FirstName: 'Nameless' }]);
      assert.deepEqual(results.map(({ success }) => success), [true, true, true, false]);
      assert.equal(results[3].errors[0].statusCode, 'REQUIRED_FIELD_MISSING');
      const body = {
        allOrNone: true,
        compositeRequest: [
          { method: 'POST', url: '/services/data/v60.0/sobjects/Contact', referenceId: 'made', body: { LastName: 'Interop-Ref' } },
          { method: 'GET', url: '/services/data/v60.0/sobjects/Contact/@{made.id}?fields=LastName', referenceId: 'read' },
          { method: 'DELETE', url: '/services/data/v60.0/sobjects/Contact/@{made.id}', referenceId: 'gone' },
        ],
      };
      const composite = await connection().request({
        method: 'POST',
        url: '/services/data/v60.0/composite',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      assert.deepEqual(composite.compositeResponse.map(({ httpStatusCode }) => httpStatusCode), [201, 200, 204]);
      assert.equal(composite.compositeResponse[1].body.LastName, 'Interop-Ref');
      const gone = await connection().sobject(object).destroy(results.slice(0, 3).map((result) => result.id));
      assert.ok(gone.every(({ success }) => success));
      return 'collections, composite with references';
    },
    delete: async () => {
      if (atGate) return pending.remove(pending.of(connection()).remove);
      const done = await connection().sobject(object).destroy(id);
      assert.equal(done.success, true);
      assert.deepEqual(await truth(`SELECT Id FROM ${object} WHERE Id = '${id}'`), []);
      await refused(['NOT_FOUND', 'ENTITY_IS_DELETED'], () => connection().sobject(object).retrieve(id));
      return '';
    },
  };
}

export function errors(connection, withToken) {
  return {
    errors: async () => {
      for (const { soql, code } of Object.values(expect.errors)) await refused(code, () => connection().query(soql));
      const missing = expect['missing record'];
      await refused(missing.code, () => connection().sobject(missing.object).retrieve(missing.id));
      const [foreign] = await truth('SELECT Id FROM Contact LIMIT 1', expect.other);
      await refused(missing.code, () => connection().sobject('Contact').retrieve(foreign.Id));
      if (!atGate) {
        const blank = expect['missing value'];
        await refused(blank.code, () => connection().sobject(blank.object).create(blank.fields));
      }
      return `${Object.keys(expect.errors).length + (atGate ? 2 : 3)} refusals`;
    },
    rights: async () => {
      const reader = await withToken(target.people[expect.reader].token);
      const refusal = expect['no rights'];
      await refused(refusal.codes, () => reader.sobject(refusal.object).create(refusal.fields));
      await refused('INVALID_SESSION_ID', async () =>
        (await withToken('00D000000000001!wrong')).query('SELECT Id FROM Contact LIMIT 1'),
      );
      return 'reader may not write, wrong token is refused';
    },
  };
}
