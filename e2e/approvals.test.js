// What more than one person or more than one write needs, with the keyboard alone: two signatures, a list of writes
// of which some fail, an edit, a reason, the history, and taking back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { accessibilityFaults, startBrowser, startDemo } from './lib.js';

describe('approvals, by keyboard', () => {
  let demo;
  let browser;

  before(async () => {
    [demo, browser] = await Promise.all([startDemo(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** A page of its own, signed in as whoever has this name. */
  const as = async (name) => {
    const user = demo.users.find((it) => it.name.startsWith(name));
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(demo.page);
    await page.getByRole('link', { name: `Sign in as ${user.name}` }).click();
    await page.getByLabel('Username').fill(user.username);
    await page.getByLabel('Password').fill(user.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByLabel('Your question').waitFor();
    return page;
  };

  /** What a program with the first user's key asks at the Salesforce-compatible door. */
  const call = async (method, path, body) => {
    const answer = await fetch(`${demo.page}/services/data/v59.0/${path}`, {
      method,
      headers: { authorization: `Bearer ${demo.api_key}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    return answer.json();
  };
  const records = async (soql) => (await call('GET', `query?q=${encodeURIComponent(soql)}`)).records;
  const first = () => demo.users[0].name.split(' ')[0];

  /** Tabs until something with such a name has the focus. */
  const walkTo = async (page, name, key = 'Tab') => {
    const walked = [];
    for (let step = 0; step < 80; step += 1) {
      await page.keyboard.press(key);
      const now = await focused(page);
      walked.push(now);
      if (name.test(now)) return;
    }
    assert.fail(`${name} is not reached: ${walked.join(' | ')}`);
  };

  test('two people sign the largest sums, and whoever asked cannot', async () => {
    const [deal] = await records("SELECT Id, Name FROM Opportunity WHERE IsClosed = false LIMIT 1");
    const proposed = await call('PATCH', `sobjects/Opportunity/${deal.Id}`, { Amount: 12_000_000 });
    const asker = await as(first());
    const pending = proposed.portcullis;
    await asker.goto(pending.address);
    assert.match(await asker.locator('.needs').innerText(), /Somebody else/);
    for (const [name, outcome] of [['Elena', /one more person is needed/], ['Sam', /It is in Salesforce/]]) {
      const page = await as(name);
      await page.goto(pending.address);
      assert.deepEqual(await accessibilityFaults(page), [], `as ${name} sees it`);
      await walkTo(page, /^Update Amount/);
      await page.keyboard.press('Enter');
      await page.locator('.proposal', { hasText: outcome }).waitFor();
      await page.context().close();
    }
    await asker.reload();
    await walkTo(asker, /^History/);
    await asker.keyboard.press('Enter');
    const history = await asker.locator('.history').innerText();
    for (const step of [/signed by Elena/, /signed by Sam/, /done/]) assert.match(history, step);
    assert.deepEqual(await accessibilityFaults(asker), [], 'what was done, with its history');
    // Taking back is a proposal as well, which may be given up with a reason.
    await walkTo(asker, /^Propose to undo it/, 'Shift+Tab');
    await asker.keyboard.press('Enter');
    await asker.locator('.eyebrow', { hasText: 'Undo' }).waitFor();
    await walkTo(asker, /^Reject with a reason/);
    await asker.keyboard.press('Enter');
    await walkTo(asker, /^Reason$/);
    await asker.keyboard.type('it was right');
    await asker.keyboard.press('Enter');
    await asker.locator('.outcome', { hasText: 'it was right' }).waitFor();
    await asker.context().close();
  });

  test('of a list some are written, one is not, and it says why', async () => {
    const tasks = await records('SELECT Id FROM Task WHERE IsClosed = false LIMIT 3');
    const wanted = tasks.map(({ Id }, number) => ({ attributes: { type: 'Task' }, id: Id, Subject: `Listed ${number}` }));
    await call('PATCH', 'composite/sobjects', { allOrNone: false, records: wanted });
    const single = await call('PATCH', `sobjects/Task/${tasks[1].Id}`, { Subject: 'Meanwhile' });

    const page = await as(first());
    await page.goto(single.portcullis.address);
    // Edited, and approved as it is then.
    await walkTo(page, /^Edit$/);
    await page.keyboard.press('Enter');
    await walkTo(page, /^Subject$/);
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('Edited meanwhile');
    await page.keyboard.press('Enter');
    await page.locator('.about', { hasText: 'changed since it was proposed' }).waitFor();
    await walkTo(page, /^Update Subject/);
    await page.keyboard.press('Enter');
    await page.locator('.outcome', { hasText: 'It is in Salesforce' }).waitFor();

    await page.goto(`${demo.page}/approvals`);
    await walkTo(page, /^All writes of this request/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Writes of one request' }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), [], 'a list');
    assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 3);
    // The third is left out.
    for (let boxes = 0; boxes < 3;) {
      await page.keyboard.press('Tab');
      boxes += await page.evaluate(() => Number(document.activeElement.type === 'checkbox'));
    }
    await page.keyboard.press('Space');
    await walkTo(page, /^Approve what is chosen/);
    await page.keyboard.press('Enter');
    const said = page.getByRole('alert');
    await said.waitFor();
    assert.match(await said.innerText(), /1 written.*1 not carried out/);
    assert.match(await page.locator('.trouble').innerText(), /record has changed/);
    assert.deepEqual(await accessibilityFaults(page), [], 'what came of a list');
    const subjects = (await records(`SELECT Subject FROM Task WHERE Id IN ('${tasks.map((it) => it.Id).join("','")}')`)).map((it) => it.Subject);
    assert.ok(subjects.includes('Listed 0') && subjects.includes('Edited meanwhile') && !subjects.includes('Listed 2'), subjects.join());
    await page.context().close();
  });

  test('a new record is taken back by a deletion, and that by another record', async () => {
    const made = await call('POST', 'sobjects/Task', { Subject: 'Taken back' });
    const page = await as(first());
    await page.goto(made.portcullis.address);
    for (const [button, outcome, undo] of [
      [/^Create Task/, 'It is in Salesforce', /^Propose to delete it again/],
      [/^Delete Task/, 'It is deleted in Salesforce', /^Propose to make it again/],
    ]) {
      await walkTo(page, button);
      await page.keyboard.press('Enter');
      await page.locator('.outcome', { hasText: outcome }).waitFor();
      await page.reload();
      await walkTo(page, undo);
      await page.keyboard.press('Enter');
      await page.locator('.eyebrow', { hasText: 'Undo' }).waitFor();
    }
    assert.match(await page.locator('.proposal').innerText(), /This makes a new record/);
    assert.deepEqual(await accessibilityFaults(page), [], 'what a new record lacks');
    await page.context().close();
  });
});

/** What the focused element is called. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return element.labels?.[0]?.textContent.trim() || element.textContent.trim();
});
