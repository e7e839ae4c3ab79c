// Asking: the question goes out without leaving the page, and the answer comes in as it is written.

import { announce, content, find, make, rendered, showWaiting } from './dom.js';
import { readEvents } from './stream.js';

const A_YEAR = 31_536_000;

/** Makes the page of a conversation live. */
export function begin() {
  const composer = /** @type {HTMLFormElement | null} */ (find('#composer'));
  const exchanges = find('#exchanges');
  const question = /** @type {HTMLTextAreaElement | null} */ (find('#question'));
  if (!composer || !exchanges || !question) return;

  /** @type {AbortController | null} */
  let asking = null;
  const button = /** @type {HTMLButtonElement} */ (find('button', composer));

  /** @param {URLSearchParams} fields */
  const ask = async (fields) => {
    const said = (fields.get('question') ?? '').trim();
    if (!said || asking) return;
    asking = new AbortController();
    button.textContent = 'Stop';
    question.required = false;
    find('#welcome')?.remove();
    const answer = new Answer(said);
    exchanges.append(answer.article);
    scrollTo({ top: document.documentElement.scrollHeight });
    await send(fields, asking.signal, (name, data) => {
      if (name === 'heard') settle(composer, data.conversation, said);
      answer.take(name, data);
    }).catch((error) => answer.breakOff(error));
    asking = null;
    button.textContent = 'Ask';
    question.required = true;
  };

  composer.addEventListener('submit', (event) => {
    event.preventDefault();
    if (asking) return asking.abort();
    const fields = content(composer, null);
    question.value = '';
    ask(fields);
  });
  question.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!asking) composer.requestSubmit();
  });
  find('#welcome')?.addEventListener('submit', (event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    ask(content(form, event.submitter));
    question.focus();
  });
  find('#saw')?.addEventListener('change', (event) => {
    const open = /** @type {HTMLInputElement} */ (event.target).checked;
    document.cookie = `saw=${open ? 1 : 0}; path=/; max-age=${A_YEAR}; samesite=lax`;
  });
}

/**
 * @param {URLSearchParams} fields
 * @param {AbortSignal} signal
 * @param {(name: string, data: any) => void} on
 */
async function send(fields, signal, on) {
  const response = await fetch('/ask', { method: 'POST', body: fields, signal, headers: { accept: 'text/event-stream' } });
  if (response.status === 401) return location.assign('/');
  if (!response.ok || !response.body) throw new Error(`The gate answered ${response.status}. Load the page again.`);
  await readEvents(response.body, on);
}

/**
 * The page is now that of a conversation.
 * @param {HTMLFormElement} composer
 * @param {string} conversation
 * @param {string} said
 */
function settle(composer, conversation, said) {
  if (composer.elements.namedItem('conversation')) return;
  const member = Object.assign(document.createElement('input'), { type: 'hidden', name: 'conversation', value: conversation });
  composer.prepend(member);
  history.replaceState(null, '', `/c/${conversation}`);
  const title = said.length > 60 ? `${said.slice(0, 60)}…` : said;
  document.title = `${title} | Portcullis`;
  const heading = find('.strip h1');
  if (heading) heading.textContent = title;
  const link = Object.assign(document.createElement('a'), { href: `/c/${conversation}`, textContent: title });
  link.setAttribute('aria-current', 'page');
  let list = find('#conversations');
  if (!list) {
    list = Object.assign(make('ul'), { id: 'conversations' });
    find('.side')?.append(make('h2', 'Earlier'), list);
  }
  list.prepend(make('li', link));
}

/** An answer on its way. */
class Answer {
  /** @param {string} said */
  constructor(said) {
    this.status = make('div.status', 'Reading your question');
    this.steps = make('div.steps');
    this.text = make('div.text.raw');
    this.masked = make('p.text');
    this.turn = make(
      'div.turn.model',
      make('div.shown', make('h2.speaker', 'Answer'), this.text),
      make('div.saw', make('h3.speaker', 'The model saw'), this.masked),
    );
    this.answered = make('div.answered', this.steps, this.status);
    this.question = make('div.turn.person', make('div.shown', make('h2.speaker', 'You'), make('p.text', said)));
    this.article = make('article.exchange', this.question, this.answered);
    this.article.setAttribute('aria-busy', 'true');
    this.unsaid = '';
  }

  /**
   * @param {string} name
   * @param {any} data
   */
  take(name, data) {
    const reads = atEnd();
    switch (name) {
      case 'heard':
        this.question.replaceWith(rendered(data.html));
        this.status.textContent = 'Choosing a model that may see it';
        break;
      case 'sent':
        this.status.replaceChildren(rendered(data.html));
        break;
      case 'step':
        this.steps.append(rendered(data.html));
        break;
      case 'text':
        this.write(data);
        break;
      case 'proposed':
        this.status.before(rendered(data.html));
        break;
      default:
        this.finish(data);
    }
    // Keeps the end in view for those who are there.
    if (reads) scrollTo({ top: document.documentElement.scrollHeight });
  }

  /** @param {{masked: string, pieces: [string, string?][]}} data */
  write(data) {
    if (!this.turn.isConnected) this.status.before(this.turn);
    this.masked.append(data.masked);
    for (const [text, note] of data.pieces) {
      this.text.append(note ? restored(text, note) : text);
      this.unsaid += text;
    }
    this.say(/[.!?:]\s|\n/g);
  }

  /**
   * Announces whole sentences; a word at a time would be noise.
   * @param {RegExp} [ends]
   */
  say(ends) {
    const last = ends ? [...this.unsaid.matchAll(ends)].at(-1) : undefined;
    const end = ends ? (last ? last.index + last[0].length : 0) : this.unsaid.length;
    announce(this.unsaid.slice(0, end));
    this.unsaid = this.unsaid.slice(end);
  }

  /** @param {{html: string, waiting: number}} data */
  finish(data) {
    this.say();
    const keepsFocus = this.answered.contains(document.activeElement);
    this.answered.replaceWith(rendered(data.html));
    this.article.removeAttribute('aria-busy');
    if (keepsFocus) find('#question')?.focus();
    showWaiting(data.waiting);
  }

  /** @param {Error} error */
  breakOff(error) {
    const stopped = error.name === 'AbortError';
    this.status.replaceWith(make(stopped ? 'p.about' : 'p.notice', stopped ? 'You stopped the answer.' : `The answer did not arrive. ${error.message}`));
    this.article.removeAttribute('aria-busy');
  }
}

/** Whether the end of the page is in view. */
function atEnd() {
  const { scrollHeight, scrollTop, clientHeight } = document.documentElement;
  return scrollHeight - scrollTop - clientHeight < 120;
}

/**
 * A value that the model did not see.
 * @param {string} value
 * @param {string} note
 */
function restored(value, note) {
  const span = make('span.restored', value, make('span.tip', note));
  span.tabIndex = 0;
  return span;
}
