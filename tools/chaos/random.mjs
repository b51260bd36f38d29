// Chance that a seed repeats.

/** mulberry32; `label` makes streams of one seed that do not disturb each other. */
export function randomOf(seed, label) {
  let state = seed >>> 0;
  for (const character of label) state = Math.imul(state ^ character.codePointAt(0), 0x9e3779b1) >>> 0;

  function next() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const between = (least, most) => least + next() * (most - least);
  const pick = (items) => items[Math.floor(next() * items.length)];
  function shuffled(items) {
    const rest = [...items];
    const order = [];
    while (rest.length > 0) order.push(...rest.splice(Math.floor(next() * rest.length), 1));
    return order;
  }
  return { next, between, pick, shuffled };
}
