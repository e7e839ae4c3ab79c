// The queue of approvals: it follows what happens, and the keyboard walks it.

import { announce, find, rendered, showWaiting } from './dom.js';

const OFF = 'portcullis-no-shortcuts';

/** Takes over the page of approvals, when it is there. */
export function begin() {
  if (!find('#queue')) return;
  follow();
  const use = /** @type {HTMLInputElement | null} */ (find('[data-shortcuts]'));
  if (use) {
    use.checked = localStorage.getItem(OFF) == null;
    use.addEventListener('change', () => (use.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, '1')));
  }
  document.addEventListener('keydown', (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.matches('input:not([type=checkbox]), textarea, select');
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !use?.checked) return;
    if (press(event.key)) event.preventDefault();
  });
}

/** Asks for the queue anew whenever the gate says that it changed. */
function follow() {
  const news = new EventSource('/approvals/events');
  let first = true;
  news.addEventListener('queue', async ({ data }) => {
    showWaiting(JSON.parse(data).waiting);
    // The first one tells what the page shows already.
    if (first) {
      first = false;
      return;
    }
    const queue = find('#queue');
    // Nobody's half-typed edit or focus is taken away.
    if (!queue || queue.contains(document.activeElement) || find('details[open], [aria-busy]', queue) || find('.decided', queue)) return;
    const response = await fetch(location.href, { headers: { 'x-fragment': 'queue' } }).catch(() => null);
    if (!response?.ok || response.headers.get('x-waiting') == null) return;
    const fresh = rendered(await response.text());
    queue.replaceWith(fresh);
    announce('The queue has changed.');
  });
}

/**
 * @param {string} key
 * @returns {boolean} whether it was one of ours
 */
function press(key) {
  const cards = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#queue .proposal')]);
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const card = cards[at];
  switch (key) {
    case 'j': return walk(cards[at + 1] ?? cards[at]);
    case 'k': return walk(cards[at - 1] ?? cards[0]);
    case 'a': return focus(card, '.decide button.primary');
    case 'r': return open(card, 'details.why', 'input[name=reason]');
    case 'e': return open(card, 'details.edit', 'input:not([type=hidden]), textarea');
    case 'o': {
      if (card?.dataset.proposal) location.href = `/approvals/${card.dataset.proposal}`;
      return Boolean(card);
    }
    default: return false;
  }
}

/** @param {HTMLElement | undefined} card */
function walk(card) {
  const heading = card && find('h3', card);
  if (!heading) return false;
  heading.tabIndex = -1;
  heading.focus();
  return true;
}

/**
 * @param {HTMLElement | undefined} card
 * @param {string} selector
 */
function focus(card, selector) {
  const found = card && find(selector, card);
  found?.focus();
  return Boolean(found);
}

/**
 * @param {HTMLElement | undefined} card
 * @param {string} details
 * @param {string} selector
 */
function open(card, details, selector) {
  const found = card && find(details, card);
  if (!(found instanceof HTMLDetailsElement)) return false;
  found.open = true;
  return focus(found, selector);
}
