// Runs one client for a test: commands come in as JSON lines, answers and events go out as JSON lines.
//   in:  {"id":1,"do":"connect","with":{…}}
//   out: {"id":1,"result":…}  {"id":1,"error":"…"}  {"event":"message","body":{…}}
// Ends when its input does, so it never outlives the test.
import readline from 'node:readline';

const write = line => { process.stdout.write(`${JSON.stringify(line)}\n`); };
const emit = (event, body) => write({ event, body: body ?? null });

// The documented clients log; standard output is for the test.
for (const level of ['log', 'info', 'warn', 'error']) {
  console[level] = (...parts) => emit('log', { level, text: parts.map(String).join(' ') });
}

const [kind, ...options] = process.argv.slice(2);
const { open } = await import(`./${kind}-client.mjs`);
const client = await open(emit, ...options);

async function answer({ id, do: command, with: argument }) {
  try {
    write({ id, result: (await client[command](argument ?? {})) ?? null });
  } catch (error) {
    write({ id, error: error?.message ?? String(error) });
  }
}

emit('ready');
readline.createInterface({ input: process.stdin })
  .on('line', line => answer(JSON.parse(line)))
  .on('close', () => process.exit(0));
