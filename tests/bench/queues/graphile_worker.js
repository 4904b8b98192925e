// graphile-worker, unbatched no-op jobs: jobs a second from a full queue, and how soon an idle worker starts one.
//   usage: node graphile_worker.js POSTGRES_URL JOBS
import { run, makeWorkerUtils } from "graphile-worker";

const [connectionString, count] = [process.argv[2], Number(process.argv[3])];
const logger = new (await import("graphile-worker")).Logger(() => () => {});
const concurrency = 8;
const report = (name, value, unit) => console.log(JSON.stringify({ name, value, unit }));
const quantile = (values, share) =>
  values.sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];

const utils = await makeWorkerUtils({ connectionString, logger });
await utils.migrate();
await utils.withPgClient((client) =>
  client.query("select graphile_worker.add_job('noop', json_build_object('n', n)) from generate_series(1, $1) n", [count]),
);

let done = 0;
let started;
let finished;
const drained = new Promise((resolve) => (finished = resolve));
const begun = process.hrtime.bigint();
let runner = await run({
  connectionString,
  concurrency,
  logger,
  noHandleSignals: true,
  taskList: {
    noop: () => {
      if (++done === count) finished();
    },
  },
});
await drained;
report("graphile-worker", count / (Number(process.hrtime.bigint() - begun) / 1e9), "1/s");
await runner.stop();

let running;
runner = await run({ connectionString, concurrency, logger, noHandleSignals: true, taskList: { ping: () => running() } });
await new Promise((resolve) => setTimeout(resolve, 500));
const waits = [];
for (let i = 0; i < 300; ++i) {
  const ran = new Promise((resolve) => (running = resolve));
  await utils.addJob("ping", {});
  started = process.hrtime.bigint();
  await ran;
  waits.push(Number(process.hrtime.bigint() - started) / 1e6);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
report("graphile-worker pickup p50", quantile(waits, 0.5), "ms");
report("graphile-worker pickup p99", quantile(waits, 0.99), "ms");
await runner.stop();
await utils.release();
process.exit(0);
