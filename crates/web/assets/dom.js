// Pieces of the page. The only place that turns a string into HTML.

/**
 * Trusted Types keep every other script of the page from making HTML of a string. What goes in here
 * was rendered by the gate, with all text escaped.
 * @type {{createHTML(html: string): string}}
 */
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('portcullis', {
  createHTML: (/** @type {string} */ html) => html,
}) ?? { createHTML: (/** @type {string} */ html) => html };

/**
 * Nodes of HTML that the gate rendered.
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function rendered(html) {
  const template = document.createElement('template');
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

/**
 * An element with classes, as in `div.turn.model`, and what is in it.
 * @param {string} what
 * @param {...(Node | string)} inside
 * @returns {HTMLElement}
 */
export function make(what, ...inside) {
  const [tag = 'div', ...classes] = what.split('.');
  const element = document.createElement(tag);
  element.classList.add(...classes);
  element.append(...inside);
  return element;
}

/**
 * The first match, when it is there.
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {HTMLElement | null}
 */
export const find = (selector, within = document) => within.querySelector(selector);

/**
 * Says something to those who listen to the page.
 * @param {string} text
 */
export function announce(text) {
  const said = text.trim();
  if (said) find('#announcer')?.replaceChildren(make('p', said));
}

/**
 * Shows how many proposals wait.
 * @param {number} count
 */
export function showWaiting(count) {
  const link = find('.places a[href="/approvals"]');
  if (!link) return;
  find('.count', link)?.remove();
  if (count > 0) link.append(' ', make('span.count', String(count), make('span.unseen', ' waiting')));
}

/**
 * What a form would send, pressed by this button.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 * @returns {URLSearchParams}
 */
export function content(form, button) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) fields.append(name, String(value));
  return fields;
}
