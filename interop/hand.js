// The people: their sessions at the org, which show what is really in it, and their hands on the gate's pages.
// Drivers in any language ask for both over a small HTTP server on this machine.

import { createServer } from 'node:http';

const API = '/services/data/v68.0';

/**
 * @param {{org: string, page?: string, users: {username: string, password: string}[]}} greeting
 */
export class People {
  constructor({ org, page, users }) {
    this.org = org;
    this.page = page;
    this.passwords = new Map(users.map(({ username, password }) => [username, password]));
    this.sessions = new Map();
    this.browsers = new Map();
  }

  /** An access token of the org, by the SOAP login. */
  async session(who) {
    if (!this.sessions.has(who)) {
      const body =
        '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
        `<login xmlns="urn:partner.soap.sforce.com"><username>${who}</username>` +
        `<password>${this.passwords.get(who)}</password></login></soapenv:Body></soapenv:Envelope>`;
      const headers = { 'content-type': 'text/xml; charset=UTF-8', soapaction: 'login' };
      const reply = await fetch(`${this.org}/services/Soap/u/68.0`, { method: 'POST', headers, body });
      const token = /<sessionId>([^<]+)</.exec(await reply.text())?.[1];
      if (!token) throw new Error(`${who} cannot sign in to the org`);
      this.sessions.set(who, token);
    }
    return this.sessions.get(who);
  }

  async call(who, method, path, body) {
    const headers = { authorization: `Bearer ${await this.session(who)}`, 'content-type': 'application/json' };
    const address = path.startsWith('/') ? this.org + path : `${this.org}${API}/${path}`;
    const reply = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text.slice(0, 300)}`);
    return text && JSON.parse(text);
  }

  /** What is really in the org, as this person sees it there. */
  async truth({ soql, who }) {
    const records = [];
    for (let path = `query?q=${encodeURIComponent(soql)}`; path; ) {
      const page = await this.call(who, 'GET', path);
      records.push(...page.records);
      path = page.nextRecordsUrl;
    }
    return records;
  }

  /** More records than one page of a client holds. */
  async fill(who, object, rows) {
    for (let made = 0; made < rows; made += 200) {
      const records = Array.from({ length: Math.min(200, rows - made) }, (_, n) => ({
        attributes: { type: object },
        FirstName: 'Page',
        LastName: `Filler ${made + n}`,
        Email: `filler.${made + n}@clients.example`,
      }));
      const results = await this.call(who, 'POST', 'composite/sobjects', { allOrNone: true, records });
      if (!results.every(({ success }) => success)) throw new Error(JSON.stringify(results[0]));
    }
  }

  /** A browser that is signed in to the gate through the org's own login page, and the page it ended on. */
  async browser(who) {
    if (!this.browsers.has(who)) {
      const browser = new Browser();
      const login = await browser.get(`${this.page}/oauth/start?return_to=/keys`);
      const fields = { username: who, password: this.passwords.get(who), start: hidden(login, 'start'), csrf: hidden(login, 'csrf') };
      const home = await browser.post(`${this.org}/login`, fields);
      this.browsers.set(who, { browser, csrf: hidden(home, 'csrf') });
    }
    return this.browsers.get(who);
  }

  /** A key of the gate for this person's programs. */
  async key(who) {
    const { browser, csrf } = await this.browser(who);
    const page = await browser.post(`${this.page}/keys`, { csrf, label: 'Interop' });
    const key = /portcullis_[A-Za-z0-9_-]+/.exec(page)?.[0];
    if (!key) throw new Error('the page shows no key');
    return key;
  }

  /** Approves or rejects a proposal on its page: the one at the address that the client was given, or the newest. */
  async decide({ decision, proposal, who }) {
    const { browser, csrf } = await this.browser(who);
    if (proposal === 'newest') {
      const list = await browser.get(`${this.page}/approvals`);
      // Those that wait are cards, the newest first; decided ones are links.
      proposal = `/approvals/${/data-proposal="([\w-]+)"/.exec(list)?.[1] ?? 'none'}`;
    }
    const address = new URL(proposal, this.page);
    const card = await browser.get(this.page + address.pathname);
    const fields = decision === 'approve' ? { csrf, digest: hidden(card, 'digest') } : { csrf };
    const page = await browser.post(`${this.page}${address.pathname}/${decision}`, fields);
    return { card: text(card), page: text(page) };
  }
}

/** Cookies and redirects, and nothing else of a browser. */
class Browser {
  cookies = new Map();

  get(address) {
    return this.follow(address, {});
  }

  post(address, fields) {
    const origin = new URL(address).origin;
    return this.follow(address, { method: 'POST', body: new URLSearchParams(fields), headers: { origin } });
  }

  async follow(address, options) {
    for (let hops = 0; hops < 10; hops += 1) {
      const { host } = new URL(address);
      const jar = this.cookies.get(host) ?? new Map();
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const headers = { ...options.headers, ...(cookie && { cookie }) };
      const reply = await fetch(address, { ...options, headers, redirect: 'manual' });
      for (const line of reply.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        jar.set(name, value);
      }
      this.cookies.set(host, jar);
      const location = reply.headers.get('location');
      if (!location) {
        const page = await reply.text();
        if (reply.status >= 400) throw new Error(`${address}: ${reply.status} ${text(page).slice(0, 300)}`);
        return page;
      }
      address = new URL(location, address).href;
      options = {};
    }
    throw new Error(`${address}: redirects without end`);
  }
}

function hidden(page, name) {
  const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1];
  if (value === undefined) throw new Error(`no \`${name}\` on the page: ${text(page).slice(0, 200)}`);
  return value.replaceAll('&amp;', '&');
}

const text = (page) => page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();

/**
 * Lets drivers ask.
 *
 * @param {People} people
 * @returns {Promise<{address: string, stop: () => void}>}
 */
export async function lend(people) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    let answer;
    try {
      const asked = JSON.parse(body);
      answer = [200, request.url === '/truth' ? await people.truth(asked) : await people.decide(asked)];
    } catch (error) {
      answer = [500, { error: String(error.message) }];
    }
    response.writeHead(answer[0], { 'content-type': 'application/json' }).end(JSON.stringify(answer[1]));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
