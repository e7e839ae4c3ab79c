// The pages of the built binary, used as people use them: signed in at the org's own page, with a
// mouse, with the keyboard alone, without scripts, in light and dark.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { accessibilityFaults, startBrowser, startDemo } from './lib.js';

const SHOTS = fileURLToPath(new URL('shots/', import.meta.url));
/** The picture in the README, taken anew with UPDATE_DOCS=1. */
const DOCS = fileURLToPath(new URL('../docs/page.png', import.meta.url));
const OPPORTUNITY = 'GenTech Platform Expansion';

describe('the pages', () => {
  let demo;
  let browser;
  const troubles = [];

  before(async () => {
    await mkdir(SHOTS, { recursive: true });
    [demo, browser] = await Promise.all([startDemo(), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** A page of its own browser profile; what its console complains of is kept. */
  const visit = async (options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) troubles.push(message.text());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(demo.page);
    return page;
  };

  /** Signs in at the org's own page, as one of the people of the demo. */
  const signIn = async (page, user = demo.users[0]) => {
    await page.getByRole('link', { name: `Sign in as ${user.name}` }).click();
    await page.getByLabel('Username').fill(user.username);
    await page.getByLabel('Password').fill(user.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByLabel('Your question').waitFor();
    // Before its scripts have run, Enter only starts a line.
    await page.waitForLoadState('load');
    return page;
  };

  const shoot = (page, name) => page.screenshot({ path: `${SHOTS}${name}.png` });

  test('a representative signs in, asks, and sees what the model saw', async () => {
    const page = await signIn(await visit());
    const answer = await ask(page, 'Who are the contacts at GenTech?');
    assert.match(page.url(), /\/c\/[\w-]+$/);
    assert.ok(await answer.getByRole('table').isVisible());

    const restored = answer.locator('.model .shown .restored');
    assert.ok((await restored.count()) > 0, 'values are marked');
    const name = (await restored.first().innerText()).trim();
    const saw = answer.locator('.model .saw');
    assert.ok(await saw.isHidden(), 'the side of the model is closed at first');
    await page.getByLabel('What the model saw').check();
    assert.ok(await saw.isVisible());
    assert.ok((await saw.locator('.chip').count()) > 0, 'tokens are chips');
    assert.ok(!(await saw.innerText()).includes(name), 'the model saw no name');
    await shoot(page, 'saw-light');

    await restored.first().hover();
    assert.match(await restored.first().innerText(), /hidden from the model: ORG/);
    await page.keyboard.press('Escape');
    assert.ok(!(await restored.first().innerText()).includes('hidden from'), 'Escape sends the note away');

    const step = answer.locator('details.step', { hasText: 'of Contact' });
    await step.locator('summary').first().click();
    assert.match(await step.innerText(), /SELECT|Contact/);
    assert.ok(!(await step.innerText()).includes(name), 'what the model got has no name');

    await page.reload();
    assert.ok(await page.getByLabel('What the model saw').isChecked(), 'it is remembered');
    assert.match(await page.locator('.exchange').first().innerText(), new RegExp(name), 'the conversation is kept');
    await page.context().close();
  });

  test('an answer leads to its proved entry in the ledger', async () => {
    const page = await signIn(await visit());
    const answer = await ask(page, 'How many open opportunities do I have?');
    assert.match(await answer.locator('.about').innerText(), /Answered by local\s+on this machine/);
    await answer.getByRole('link', { name: /^Ledger entry/ }).click();
    const row = page.locator('tr.marked');
    assert.match(await row.innerText(), /Maya|Answer|Reply|Prompt/);
    const proved = async () => (await page.reload(), (await row.innerText()).includes('Proved'));
    assert.ok(await soon(proved), 'the next checkpoint covers it');
    await shoot(page, 'activity-light');
    await page.context().close();
  });

  test('a write waits, shows old and new, and is done once approved', async () => {
    const page = await signIn(await visit());
    await page.getByLabel('What the model saw').check();
    const answer = await ask(page, 'Move the GenTech opportunity to Negotiation and set the amount to 250,000');
    const card = answer.locator('.proposal');
    assert.equal(await card.count(), 1);
    assert.match(await card.getByRole('row', { name: 'Stage' }).innerText(), /now:.*Price Quote.*afterwards:.*Negotiation/s);
    assert.match(await card.getByRole('row', { name: 'Amount' }).innerText(), /180,000\s+250,000/);
    assert.equal(await page.locator('.places .count').textContent(), '1 waiting');
    await shoot(page, 'write-light');
    if (process.env.UPDATE_DOCS) {
      await page.setViewportSize({ width: 1280, height: 1000 });
      await page.screenshot({ path: DOCS });
    }
    assert.doesNotMatch(await amount(page), /250,000/, 'nothing is written before');

    await card.getByRole('button', { name: `Update 2 fields on ${OPPORTUNITY}` }).click();
    await page.locator('.proposal .outcome', { hasText: 'It is in Salesforce' }).waitFor();
    assert.equal(await page.locator('.proposal').getByRole('button', { name: /^(Update|Reject)/ }).count(), 0, 'it cannot be approved again');
    assert.equal(await page.locator('.places .count').count(), 0);
    assert.match(await amount(page), /250,000/);
    await page.context().close();
  });

  test('a write is edited, then approved as edited', async () => {
    const page = await signIn(await visit());
    const answer = await ask(page, `Set the amount of ${OPPORTUNITY} to 300,000`);
    const card = answer.locator('.proposal');
    await card.getByText('Edit', { exact: true }).click();
    await card.getByLabel('Amount').fill('262000');
    await card.getByRole('button', { name: 'Save the edit' }).click();
    await page.locator('.proposal', { hasText: '262,000' }).waitFor();
    await page.locator('.proposal').getByRole('button', { name: /^Update Amount/ }).click();
    await page.locator('.outcome', { hasText: 'It is in Salesforce' }).waitFor();
    assert.match(await amount(page), /262,000/);
    await page.context().close();
  });

  test('a rejected write is never done', async () => {
    const page = await signIn(await visit());
    await ask(page, `Set the amount of ${OPPORTUNITY} to 1`);
    await page.goto(`${demo.page}/approvals`);
    const card = page.locator('.proposal').first();
    await card.getByRole('button', { name: 'Reject' }).click();
    await page.locator('.outcome', { hasText: 'said no' }).waitFor();
    await page.reload();
    assert.ok(await page.getByText('Nothing waits for you.').isVisible());
    assert.match(await page.getByRole('table').innerText(), /Rejected/);
    await page.goto(demo.page);
    assert.match(await amount(page), /262,000/);
    await page.context().close();
  });

  test('of two who approve at once, one is told', async () => {
    const page = await signIn(await visit());
    await ask(page, `Set the amount of ${OPPORTUNITY} to 265,000`);
    await page.goto(`${demo.page}/approvals`);
    const second = await page.context().newPage();
    // This tab does not hear what the other does.
    await second.route('**/approvals/events', (route) => route.abort());
    await second.goto(`${demo.page}/approvals`);
    const approve = (tab) => tab.getByRole('button', { name: /^Update Amount/ }).click();
    await approve(page);
    await page.locator('.outcome', { hasText: 'It is in Salesforce' }).waitFor();
    await approve(second);
    await second.getByRole('alert').filter({ hasText: 'The proposal is done.' }).waitFor();
    assert.equal(await second.locator('.decided').getByRole('button', { name: /^(Update|Reject)/ }).count(), 0);
    await page.context().close();
  });

  test('a value that is HTML is shown, not run', async () => {
    const page = await signIn(await visit());
    const hostile = '<img src=x onerror=document.title=1> [x](javascript:x)';
    const answer = await ask(page, `Set the next step of ${OPPORTUNITY} to Send it`);
    const card = answer.locator('.proposal');
    await card.getByText('Edit', { exact: true }).click();
    await card.getByLabel('Next Step').fill(hostile);
    await card.getByRole('button', { name: 'Save the edit' }).click();
    await page.locator('.proposal', { hasText: 'onerror' }).getByRole('button', { name: /^Update/ }).click();
    await page.locator('.outcome', { hasText: 'It is in Salesforce' }).waitFor();
    const shown = await ask(page, `Show the ${OPPORTUNITY} opportunity`);
    assert.match(await shown.innerText(), /<img src=x onerror/);
    assert.equal(await page.locator('main img, main a[href^="javascript"]').count(), 0);
    assert.equal(await shown.locator('.model .shown a').count(), 0, 'an answer links to nothing');
    assert.notEqual(await page.title(), '1');
    await page.context().close();
  });

  test('an answer that does not arrive says so, and the page goes on', async () => {
    const page = await signIn(await visit());
    await page.route('**/ask', (route) => route.abort());
    await page.getByLabel('Your question').fill('Who are the contacts at GenTech?');
    await page.keyboard.press('Enter');
    await page.locator('.notice', { hasText: 'The answer did not arrive' }).waitFor();
    await page.unroute('**/ask');
    await ask(page, 'How many open opportunities do I have?');
    troubles.splice(0, troubles.length, ...troubles.filter((text) => !text.includes('ERR_FAILED')));

    await page.context().clearCookies();
    await page.getByLabel('Your question').fill('And now?');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Sign in with Salesforce' }).waitFor();
    troubles.splice(0, troubles.length, ...troubles.filter((text) => !text.includes('401')));
    await page.context().close();
  });

  test('a key is shown once, works, and stops working when revoked', async () => {
    const page = await signIn(await visit());
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByLabel('What is it for?').fill('A <b>test</b>');
    await page.getByRole('button', { name: 'Create a key' }).click();
    const key = await page.locator('.made pre').first().innerText();
    assert.match(await page.locator('.made').innerText(), /curl .*\/v1\/chat\/completions/);
    const models = () => fetch(`${demo.api_base}/models`, { headers: { authorization: `Bearer ${key}` } });
    assert.equal((await models()).status, 200);

    await page.goto(`${demo.page}/keys`);
    assert.ok(!(await page.content()).includes(key), 'it is not shown again');
    await page.getByRole('button', { name: 'Revoke the key for A <b>test</b>' }).click();
    await page.getByRole('row', { name: /Revoked/ }).waitFor();
    assert.equal((await models()).status, 401);
    await page.context().close();
  });

  test('auditors see everybody, others their own', async () => {
    const auditor = demo.users.find((user) => user.profile.includes('Compliance'));
    const page = await signIn(await visit(), auditor);
    await page.getByRole('link', { name: 'Activity' }).click();
    assert.match(await page.getByRole('table').innerText(), new RegExp(demo.users[0].name));
    await page.getByRole('link', { name: 'My own' }).click();
    assert.doesNotMatch(await page.getByRole('table').innerText(), new RegExp(demo.users[0].name));
    await page.context().close();

    const other = await signIn(await visit(), demo.users[1]);
    await other.goto(`${demo.page}/activity`);
    assert.equal(await other.getByText('Everybody\'s').count(), 0);
    assert.doesNotMatch(await other.getByRole('table').innerText(), new RegExp(demo.users[0].name));
    await other.context().close();
  });

  test('everything works without a script', async () => {
    const page = await signIn(await visit({ javaScriptEnabled: false }));
    await page.getByRole('button', { name: /open opportunities/ }).first().click();
    await page.locator('.answered .about').first().waitFor();
    assert.ok(await page.locator('.exchange').getByRole('table').isVisible());

    await page.getByLabel('Your question').fill(`Set the next step of ${OPPORTUNITY} to Send the contract`);
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    assert.equal(await page.locator('.exchange').count(), 2, 'the conversation goes on');
    await page.getByRole('button', { name: /^Update Next Step/ }).click();
    assert.ok(await page.getByText('It is in Salesforce').isVisible());
    await page.getByRole('link', { name: 'All approvals' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    assert.ok(await page.getByRole('link', { name: 'Sign in with Salesforce' }).isVisible());
    await page.goto(`${demo.page}/activity`);
    assert.ok(await page.getByRole('link', { name: 'Sign in with Salesforce' }).isVisible(), 'the session has ended');
    await page.context().close();
  });

  test('the keyboard is enough', async () => {
    const page = await signIn(await visit());
    await page.goto(demo.page);
    assert.equal(await focused(page), 'Your question', 'the question is where one begins');
    await page.keyboard.type(`Set the amount of ${OPPORTUNITY} to 270,000`);
    await page.keyboard.press('Shift+Enter');
    assert.equal(await page.locator('.exchange').count(), 0, 'a line break does not send');
    await page.keyboard.press('Enter');
    await page.locator('.exchange:not([aria-busy]) .about').first().waitFor();
    assert.equal(await focused(page), 'Your question');

    const walked = [];
    for (let step = 0; step < 40 && !walked.at(-1)?.startsWith('Update Amount'); step += 1) {
      await page.keyboard.press('Shift+Tab');
      walked.push(await focused(page));
      assert.ok(await hasRing(page), `the focus is seen on ${walked.at(-1)}`);
    }
    assert.ok(walked.at(-1).startsWith('Update Amount'), walked.join(', '));
    await page.keyboard.press('Enter');
    await page.locator('.outcome', { hasText: 'It is in Salesforce' }).waitFor();
    assert.match(await focused(page), new RegExp(OPPORTUNITY), 'the focus stays at what came of it');

    await page.goto(`${demo.page}/approvals`);
    await page.keyboard.press('Tab');
    assert.equal(await focused(page), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await page.context().close();
  });

  test('the queue is worked by keyboard alone, and follows what happens', async () => {
    const page = await signIn(await visit());
    for (const amount of ['291,000', '292,000']) await ask(page, `Set the amount of ${OPPORTUNITY} to ${amount}`);
    await page.goto(`${demo.page}/approvals`);
    const shortcuts = page.locator('.keys summary');
    await shortcuts.focus();
    await page.keyboard.press('Enter');
    assert.deepEqual(await page.locator('.keys kbd').allInnerTexts(), ['j', 'k', 'a', 'r', 'e', 'o']);
    assert.deepEqual(await accessibilityFaults(page), [], 'with its keys');

    // The newest is the first card.
    await page.keyboard.press('j');
    assert.match(await focused(page), new RegExp(OPPORTUNITY));
    assert.ok(await hasRing(page));
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('a');
    assert.match(await focused(page), /^Update Amount/);
    await page.keyboard.press('Enter');
    await page.locator('.outcome', { hasText: 'It is in Salesforce' }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    assert.equal(await focused(page), 'Reason');
    await page.keyboard.type('jumped the queue, ask again');
    await page.keyboard.press('Enter');
    await page.locator('.outcome', { hasText: 'The reason' }).waitFor();
    assert.match(await page.locator('#queue').innerText(), /jumped the queue, ask again/);

    // Another tab proposes; this one hears of it.
    await page.goto(`${demo.page}/approvals`);
    const other = await page.context().newPage();
    await other.goto(demo.page);
    await ask(other, `Set the amount of ${OPPORTUNITY} to 293,000`);
    await page.locator('#queue .proposal', { hasText: '293,000' }).waitFor();
    await page.locator('.places .count', { hasText: '1' }).waitFor();

    // A conversation that is opened again shows what was proposed in it.
    await other.reload();
    await other.locator('.proposal', { hasText: '293,000' }).waitFor();
    await page.getByLabel('State').selectOption('rejected');
    await page.getByRole('button', { name: 'Show' }).click();
    assert.equal(await page.locator('#queue .proposal').count(), 0);
    await page.getByRole('link', { name: /^Update Amount/ }).first().click();
    await page.locator('.history summary').click();
    assert.match(await page.locator('.history').innerText(), /rejected by .*jumped the queue/);
    assert.deepEqual(await accessibilityFaults(page), [], 'one with its history');

    await page.goto(`${demo.page}/approvals`);
    await page.locator('[data-shortcuts]').evaluate((box) => box.closest('details').setAttribute('open', ''));
    await page.locator('[data-shortcuts]').uncheck();
    await page.keyboard.press('j');
    assert.doesNotMatch(await focused(page), new RegExp(OPPORTUNITY), 'the keys can be switched off');
    await page.getByRole('button', { name: 'Reject', exact: true }).first().click();
    await page.locator('.outcome').waitFor();
    await page.context().close();
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`every page is accessible, ${colorScheme}`, async () => {
      const page = await visit({ colorScheme });
      const check = async (name) => {
        await shoot(page, `${name}-${colorScheme}`);
        assert.deepEqual(await accessibilityFaults(page), [], name);
      };
      await check('landing');
      await signIn(page);
      await check('new');
      await ask(page, 'Show my open opportunities closing this quarter');
      await ask(page, `Set the amount of ${OPPORTUNITY} to 280,000`);
      await page.getByLabel('What the model saw').check();
      await page.locator('.step summary').first().click();
      await page.locator('.edit summary').first().click();
      await check('conversation');
      for (const place of ['approvals', 'activity', 'keys', 'nowhere']) {
        await page.goto(`${demo.page}/${place}`);
        await check(place);
      }
      await page.goto(`${demo.page}/approvals`);
      await page.getByRole('button', { name: 'Reject' }).first().click();
      await page.locator('.outcome').waitFor();
      await page.context().close();
    });
  }

  test('nothing is lost at twice the size or on a telephone', async () => {
    for (const width of [640, 360]) {
      const page = await signIn(await visit({ viewport: { width, height: 700 } }));
      await ask(page, 'Show my open opportunities closing this quarter');
      for (const place of ['', '/approvals', '/activity', '/keys']) {
        if (place) await page.goto(demo.page + place);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wider <= 0, `${place || 'the answer'} is ${wider} pixels wider than ${width}`);
      }
      await shoot(page, `narrow-${width}`);
      await page.context().close();
    }
  });

  test('a stranger\'s page can do nothing', async () => {
    const page = await signIn(await visit());
    const cookies = await page.context().cookies();
    const session = cookies.find(({ name }) => name === 'portcullis');
    assert.ok(session.httpOnly && session.sameSite === 'Lax');
    const cookie = `portcullis=${session.value}`;
    const kind = 'application/x-www-form-urlencoded';
    const post = (path, headers, body) =>
      fetch(demo.page + path, { method: 'POST', headers: { cookie, 'content-type': kind, ...headers }, body, redirect: 'manual' });
    assert.equal((await post('/keys', {}, 'label=x')).status, 403, 'no secret of the session');
    assert.equal((await post('/keys', {}, 'label=x&csrf=guess')).status, 403, 'a guessed one');
    const csrf = await page.locator('#composer [name=csrf]').getAttribute('value');
    assert.equal((await post('/keys', { origin: 'https://evil.example' }, `label=x&csrf=${csrf}`)).status, 403);
    assert.equal((await post('/keys', {}, `label=x&csrf=${csrf}`)).status, 200, 'ours is taken');
    const stray = await fetch(`${demo.page}/oauth/callback?state=guess&code=x`, { redirect: 'manual' });
    assert.equal(stray.status, 400);
    assert.equal(stray.headers.get('set-cookie'), null, 'no session is begun elsewhere');
    await page.context().close();
  });

  test('no page ran into its own policy or a script that failed', () => {
    const meant = troubles.filter((text) => !/the server responded with a status of 404/.test(text));
    assert.deepEqual(meant, []);
  });
});

/**
 * Asks on the page and waits for the end of the answer.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} question
 * @returns {Promise<import('playwright-core').Locator>} the exchange
 */
async function ask(page, question) {
  await page.waitForLoadState('load');
  const before = await page.locator('.exchange').count();
  await page.getByLabel('Your question').fill(question);
  await page.keyboard.press('Enter');
  const exchange = page.locator('.exchange').nth(before);
  await page.locator('.exchange:last-child:not([aria-busy])', { hasText: 'Ledger entry' }).waitFor();
  assert.equal(await exchange.locator('.notice').count(), 0, await exchange.innerText());
  return exchange;
}

/** What the gate now says of the amount. */
async function amount(page) {
  const answer = await ask(page, `What is the amount of the ${OPPORTUNITY} opportunity?`);
  return answer.locator('.model .shown').innerText();
}

/** What the focused element is called. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  return element.labels?.[0]?.textContent.trim() || element.textContent.trim();
});

/** Whether the focused element, or what it stands in, has a ring. */
const hasRing = (page) => page.evaluate(() => {
  const rings = (element) => getComputedStyle(element).outlineStyle !== 'none' && parseFloat(getComputedStyle(element).outlineWidth) >= 2;
  return rings(document.activeElement) || rings(document.activeElement.closest('.box') ?? document.activeElement);
});

/** Whether it comes true within a few seconds. */
async function soon(holds) {
  for (let tries = 0; tries < 12; tries += 1) {
    if (await holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return false;
}
