// What every page begins with.

import { begin as beginApprovals } from './approvals.js';
import { begin as beginChat } from './chat.js';
import { announce, find } from './dom.js';
import { begin as beginQueue } from './queue.js';

beginApprovals();
beginChat();
beginQueue();

// A note can be sent away without moving from where it shows.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const shown of document.querySelectorAll(':is(.restored, .chip):is(:hover, :focus)')) shown.classList.add('dismissed');
});
for (const left of ['focusout', 'pointerout']) {
  document.addEventListener(left, ({ target }) => {
    if (target instanceof Element) target.closest('.restored, .chip')?.classList.remove('dismissed');
  });
}

// Moments are in UTC; the local one is a note.
document.addEventListener('pointerover', ({ target }) => {
  if (target instanceof HTMLTimeElement && !target.title) target.title = new Date(target.dateTime).toLocaleString();
});

for (const button of document.querySelectorAll('[data-copies]')) {
  const text = find('code', button.parentElement ?? undefined)?.textContent ?? '';
  /** @type {HTMLElement} */ (button).hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text);
    announce('Copied');
  });
}
