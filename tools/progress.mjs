// Calm progress: on a terminal one line that moves, elsewhere a line at the start and one at the end.

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;
const HEARTBEAT_MS = 20000;

/** Shows that `work` is under way and how long it took. */
export async function step(title, work) {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  const { stdout } = process;
  let timer;
  if (stdout.isTTY) {
    let frame = 0;
    timer = setInterval(() => {
      frame += 1;
      stdout.write(`\r${frames[frame % frames.length]} ${title}  ${seconds()} `);
    }, FRAME_MS);
  } else {
    console.log(`${title} …`);
    timer = setInterval(() => console.log(`${title} … ${seconds()}`), HEARTBEAT_MS);
  }
  const finish = (mark) => {
    clearInterval(timer);
    if (stdout.isTTY) stdout.write('\r\x1b[K');
    console.log(`${mark} ${title} (${seconds()})`);
  };
  try {
    const result = await work();
    finish('✓');
    return result;
  } catch (error) {
    finish('✗');
    throw error;
  }
}
