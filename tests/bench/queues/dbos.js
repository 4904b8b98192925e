// DBOS, workflows of one step that does nothing: workflows a second, with a number of them running at a time.
//   usage: node dbos.js POSTGRES_URL WORKFLOWS
import { DBOS } from "@dbos-inc/dbos-sdk";

const [url, count] = [process.argv[2], Number(process.argv[3])];
const concurrency = 128;
DBOS.setConfig({ name: "bench", systemDatabaseUrl: url, runAdminServer: false, logLevel: "error" });
const life = DBOS.registerWorkflow(async (n) => DBOS.runStep(async () => n, { name: "step" }), { name: "life" });
await DBOS.launch();
const run = async (from, to) => {
  let next = from;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (next < to) await life(next++);
  }));
};
await run(0, 200);
const begun = process.hrtime.bigint();
await run(0, count);
console.log(JSON.stringify({ name: "DBOS", value: count / (Number(process.hrtime.bigint() - begun) / 1e9), unit: "1/s" }));
await DBOS.shutdown();
process.exit(0);
