// The helper's side of `Stage.helper`: its first message is its argument, each later one a question to answer.

export function answering(begin) {
  let acts;
  process.once('disconnect', () => process.exit());
  process.once('SIGTERM', () => process.exit());
  process.on('message', async (message) => {
    if (acts === undefined) return (acts = Promise.resolve(begin(message)));
    const { number, do: name, ...question } = message;
    try {
      const answer = await (await acts)[name](question);
      process.send({ answers: number, answer });
    } catch (error) {
      process.send({ answers: number, failure: error.stack });
    }
  });
}
