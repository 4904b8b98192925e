// pg-boss, no-op jobs fetched one by one by eight workers: jobs a second from a full queue.
//   usage: node pg_boss.js POSTGRES_URL JOBS
import { PgBoss } from "pg-boss";

const [connectionString, count] = [process.argv[2], Number(process.argv[3])];
const workers = 8;

const boss = new PgBoss({ connectionString, max: workers + 2 });
boss.on("error", (failed) => {
  console.error(failed);
  process.exit(1);
});
await boss.start();
await boss.createQueue("noop");
for (let from = 0; from < count; from += 1000)
  await boss.insert("noop", Array.from({ length: Math.min(1000, count - from) }, (_, i) => ({ data: { n: from + i } })));

// Its own work() polls at most twice a second, so the loop here asks again at once: its best case.
const begun = process.hrtime.bigint();
let done = 0;
await Promise.all(
  Array.from({ length: workers }, async () => {
    for (;;) {
      const jobs = await boss.fetch("noop", { batchSize: 1 });
      if (jobs.length === 0) return;
      await boss.complete("noop", jobs[0].id);
      ++done;
    }
  }),
);
const took = Number(process.hrtime.bigint() - begun) / 1e9;
if (done !== count) throw new Error(`${done} of ${count} jobs were done`);
console.log(JSON.stringify({ name: "pg-boss", value: count / took, unit: "1/s" }));
await boss.stop({ graceful: false });
process.exit(0);
