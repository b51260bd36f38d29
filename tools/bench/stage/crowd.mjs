// Many satellites in a few processes.

/** Spreads the satellites over so many generator processes. */
export function startCrowd(stage, hub, satellites, processes) {
  const share = Math.ceil(satellites.length / processes);
  const generators = Array.from({ length: processes }, (_, index) =>
    stage.helper('./generator.mjs', {
      url: hub.address,
      satellites: satellites.slice(index * share, (index + 1) * share),
      firstAddress: index * share * 1_000,
    }),
  );
  return {
    pids: Object.fromEntries(generators.map(({ pid }, index) => [`generator ${index + 1}`, pid])),
    /** All of them at once; answers what each answers. */
    ask: (name, question = {}) => Promise.all(generators.map((generator) => generator.ask({ do: name, ...question }))),
  };
}
