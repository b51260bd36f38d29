// Compares what the target saw and what the grid demands with what is stored. Pure.

/**
 * `book`: what Ledger.read answers; `slicesOf`: path of the target → numbers of slices; `exempt`: slice number → spans
 * whose slots do not count; `phaseOf`, `replay`: the project's own grid and evaluation. Answers sentences, by kind.
 */
export function audit({ book, requests, exemptOf, fromMs, toMs, phaseOf, replay, quietFromMs }) {
  const lost = [];
  const doubled = [];
  const outOfOrder = [];
  const silent = [];
  const rowsOf = groupBy(book.results, ({ slice }) => slice);
  const gapsOf = groupBy(book.gaps, ({ slice }) => slice);
  const intervalsOf = groupBy(book.intervals, ({ subject }) => subject);
  let slots = 0;
  let declared = 0;
  for (const slice of book.slices) {
    const rows = rowsOf.get(slice.number) ?? [];
    const grid = gridOf(slice, phaseOf(slice.id, slice.intervalMs));
    const wanted = grid.within(Math.max(fromMs, slice.placedMs), Math.min(toMs, slice.retiredMs ?? toMs));
    const counting = wanted.filter((slot) => !exemptOf(slice).some(([from, to]) => from <= slot && slot <= to));
    slots += counting.length;
    const at = (slot) => `${slice.name} at ${new Date(slot).toISOString()}`;

    const stored = new Set(rows.filter(({ attempt }) => attempt === 0).map(({ slotMs }) => slotMs));
    const gaps = gapsOf.get(slice.number) ?? [];
    for (const slot of counting.filter((slot) => !stored.has(slot))) {
      if (gaps.some(({ fromMs, toMs }) => fromMs <= slot && slot <= toMs)) declared += 1;
      else lost.push(`${at(slot)}: neither a result nor a gap`);
    }
    doubled.push(...doublesIn(rows, grid).map(({ slotMs, why }) => `${at(slotMs)}: ${why}`));
    outOfOrder.push(...disorderIn(rows).map(({ slotMs, why }) => `${at(slotMs)}: ${why}`));
    const intervals = (intervalsOf.get(slice.id) ?? []).filter(({ kind }) => kind === 0);
    silent.push(...brokenIntervals(intervals, slice.state).map((why) => `${slice.name}: ${why}`));
    silent.push(...untold(rows, intervals, slice, replay, quietFromMs).map((why) => `${slice.name}: ${why}`));
  }
  const answers = compareWithRequests({ book, requests, rowsOf, gapsOf, fromMs, toMs });
  return {
    lost: [...lost, ...answers.lost],
    doubled: [...doubled, ...answers.doubled],
    outOfOrder,
    silent,
    slots,
    declared,
    unmatched: answers.unmatched,
  };
}

export function gridOf({ intervalMs }, phaseMs) {
  return {
    has: (slot) => (slot - phaseMs) % intervalMs === 0,
    /** After the first time, up to the second. */
    within(fromMs, toMs) {
      const slots = [];
      for (
        let slot = (Math.floor((fromMs - phaseMs) / intervalMs) + 1) * intervalMs + phaseMs;
        slot <= toMs;
        slot += intervalMs
      )
        slots.push(slot);
      return slots;
    },
  };
}

function doublesIn(rows, grid) {
  const seen = new Set();
  return rows.flatMap(({ slotMs, attempt, flags }) => {
    const key = `${slotMs} ${attempt}`;
    const found = [];
    if (seen.has(key)) found.push({ slotMs, why: 'stored twice' });
    if (attempt === 0 && !grid.has(slotMs)) found.push({ slotMs, why: 'is not on the grid' });
    if (flags !== 0) found.push({ slotMs, why: 'was dated anew, though no clock was wrong' });
    seen.add(key);
    return found;
  });
}

/** A satellite runs the slots of a slice one after the other, and the target numbers requests as they come. */
function disorderIn(rows) {
  const newest = new Map();
  return rows.flatMap(({ slotMs, attempt, satellite, number }) => {
    if (attempt > 0 || number === null) return [];
    const before = newest.get(satellite) ?? 0;
    newest.set(satellite, Math.max(before, number));
    return number > before ? [] : [{ slotMs, why: `has request ${number}, an earlier slot has ${before}` }];
  });
}

function brokenIntervals(intervals, state) {
  const problems = [];
  intervals.forEach(({ fromMs, toMs, state: own }, index) => {
    const next = intervals[index + 1];
    const when = new Date(fromMs).toISOString();
    if (next && toMs !== next.fromMs) problems.push(`the state from ${when} does not end where the next begins`);
    if (next && own === next.state) problems.push(`the state from ${when} is followed by the same`);
    if (!next && toMs !== null) problems.push(`no state is open since ${new Date(toMs).toISOString()}`);
    if (!next && own !== state) problems.push('the open state is not the one shown');
  });
  if (intervals.length === 0) problems.push('it has no state at all');
  return problems;
}

/** While nothing is disturbed, states turn exactly where a replay of the rows in slot order turns them. */
function untold(rows, intervals, { thresholds, state }, replay, quietFromMs) {
  const turns = replay(rows, thresholds);
  const problems = [];
  if (turns.at(-1)?.state !== state)
    problems.push(`it shows state ${state}, a replay ends with ${turns.at(-1)?.state}`);
  const quiet = turns.filter(({ slotMs }) => slotMs > quietFromMs);
  const told = intervals.filter(({ fromMs }) => fromMs > quietFromMs);
  for (const { slotMs, state: own } of quiet)
    if (!told.some((turn) => turn.state === own && turn.fromMs === slotMs))
      problems.push(`the turn to state ${own} at ${new Date(slotMs).toISOString()} was not told`);
  return problems;
}

/** Numbers stand in the rows; a request that was answered and stands in none needs a reason. */
function compareWithRequests({ book, requests, rowsOf, gapsOf, fromMs, toMs }) {
  const slicesOf = groupBy(book.slices, ({ url }) => new URL(url).pathname);
  const pathOf = new Map(book.slices.map(({ number, url }) => [number, new URL(url).pathname]));
  const rowOf = new Map();
  const doubled = [];
  for (const row of book.results) {
    if (row.number === null) continue;
    if (rowOf.has(row.number)) doubled.push(`request ${row.number} stands in two results`);
    rowOf.set(row.number, row);
  }
  const byNumber = new Map(requests.map((request) => [request.number, request]));
  for (const [number, { slice }] of rowOf)
    if (byNumber.get(number)?.path !== pathOf.get(slice))
      doubled.push(`request ${number} was never made for its result`);
  const unmatched = requests.filter(
    ({ number, isAnswered, atMs }) => isAnswered && !rowOf.has(number) && atMs > fromMs && atMs < toMs,
  );
  const reasonOf = ({ path, atMs }) => {
    const slices = slicesOf.get(path) ?? [];
    const some = (isReason) => slices.some(isReason);
    const nearRows = ({ number, intervalMs }) =>
      (rowsOf.get(number) ?? []).filter(({ slotMs }) => slotMs <= atMs && slotMs > atMs - intervalMs - latestMs);
    // Cut off by the death of its satellite, or dropped from a full spool.
    const isInGap = ({ number, intervalMs }) =>
      (gapsOf.get(number) ?? []).some(({ fromMs, toMs }) => fromMs <= atMs && toMs > atMs - intervalMs - latestMs);
    if (some(isInGap)) return 'gap';
    // Ended by its time-out, or run at once after an edit, beside the grid.
    if (some((slice) => nearRows(slice).some(({ number, attempt }) => number === null || attempt === 1))) return 'late';
    return some(({ number }) => new Set((rowsOf.get(number) ?? []).map(({ satellite }) => satellite)).size > 1)
      ? 'stand-in'
      : undefined;
  };
  const reasons = unmatched.map((request) => ({ request, reason: reasonOf(request) }));
  const toldOff = ({ request: { number, path, atMs } }, why) =>
    `request ${number} of ${path} at ${new Date(atMs).toISOString()}: ${why}`;
  const lost = reasons.filter(({ reason }) => reason === undefined).map((one) => toldOff(one, 'in no result'));
  // Two satellites ran its slot: then the one that was not stored has been counted.
  const superseded = book.satellites.reduce((sum, satellite) => sum + satellite.doubled, 0);
  const ofStandIns = reasons.filter(({ reason }) => reason === 'stand-in');
  lost.push(...ofStandIns.slice(superseded).map((one) => toldOff(one, 'in no result, and not counted as superseded')));
  return { lost, doubled, unmatched: unmatched.length };
}

/** A slot is run so late at most. */
const latestMs = 5_000;

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
