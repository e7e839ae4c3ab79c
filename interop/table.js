// The table at the end: a line a client and step, once for the org and once for the gate.

/**
 * @param {{target: string, client: string, version: string, step: string, ok: boolean, how: string}[]} results
 * @returns {boolean} whether everything went well
 */
export function print(results) {
  for (const target of new Set(results.map((it) => it.target))) {
    console.log(`\n${target === 'org' ? 'Against the practice org' : 'Through the gate'}\n`);
    const rows = results.filter((it) => it.target === target);
    const named = rows.map((row, at) => {
      const first = at === 0 || rows[at - 1].client !== row.client;
      return [first ? `${row.client} ${row.version}` : '', row.step, row.ok ? 'ok' : 'FAIL', row.ok ? row.how : '(above)'];
    });
    const widths = [0, 1, 2].map((column) => Math.max(...named.map((row) => row[column].length)));
    for (const row of named) {
      console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
    }
  }
  const failed = results.filter(({ ok }) => !ok).length;
  console.log(`\n${results.length} steps, ${failed} failed`);
  return results.length > 0 && failed === 0;
}
