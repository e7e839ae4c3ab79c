// Deciding about a write in place: the card is exchanged for what came of it.

import { announce, content, find, rendered, showWaiting } from './dom.js';

/** Takes over the forms that decide. */
export function begin() {
  document.addEventListener('submit', (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches('[data-decides]')) return;
    event.preventDefault();
    decide(form, event.submitter);
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} pressed
 */
async function decide(form, pressed) {
  const card = form.closest('.decided') ?? form.closest('.proposal');
  if (!card || card.hasAttribute('aria-busy')) return;
  card.setAttribute('aria-busy', 'true');
  if (pressed instanceof HTMLButtonElement) pressed.disabled = true;
  const response = await fetch(form.action, { method: 'POST', body: content(form, pressed), headers: { 'x-fragment': 'card' } })
    .catch(() => null);
  const waiting = response?.headers.get('x-waiting');
  // Not a card: signed out, or gone. The page says so by itself.
  if (!response || waiting == null) return location.reload();
  const fresh = rendered(await response.text());
  const heading = find('h3', fresh);
  const said = find('.notice', fresh) ?? find('.outcome', fresh);
  card.replaceWith(fresh);
  showWaiting(Number(waiting));
  if (heading) {
    heading.tabIndex = -1;
    heading.focus();
  }
  announce(said?.textContent ?? '');
}
