// Restate, invocations of a service whose handler has one step that does nothing: invocations a second, with a number of
// them running at a time. Starts a server of its own, with its data in FOLDER.
//   usage: node restate.js FOLDER INVOCATIONS
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import * as restate from "@restatedev/restate-sdk";

// The SDK wants a function that Debian's node 18 and node 20 do not have.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};

const [folder, count] = [process.argv[2], Number(process.argv[3])];
const concurrency = 128;
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const [node, admin, ingress, service] = [await freePort(), await freePort(), await freePort(), await freePort()];
const program = createRequire(import.meta.url).resolve("@restatedev/restate-server-linux-x64/bin/restate-server");
const server = spawn(program, ["--no-logo", "--base-dir", folder], {
  stdio: "ignore",
  env: {
    ...process.env,
    RESTATE_DISABLE_TELEMETRY: "true",
    RESTATE_LISTEN_MODE: "tcp",
    RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
  },
});
process.on("exit", () => server.kill("SIGKILL"));
process.on("SIGTERM", () => process.exit(1)); // of timeout(1), which would leave the server behind
const life = restate.service({
  name: "bench",
  handlers: { life: async (context, n) => context.run("step", async () => n) },
});
await restate.serve({ services: [life], port: service });
const again = async (attempt) => {
  for (let tries = 0; ; ++tries) {
    try {
      const answer = await attempt();
      if (answer.ok) return;
      if (tries > 100) throw new Error(`${answer.status} ${await answer.text()}`);
    } catch (error) {
      if (tries > 100) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};
const post = (url, body) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
await again(() => post(`http://127.0.0.1:${admin}/deployments`, { uri: `http://127.0.0.1:${service}` }));
const run = async (total) => {
  let next = 0;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next++ < total) {
        const answer = await post(`http://127.0.0.1:${ingress}/bench/life`, next);
        if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
        await answer.arrayBuffer();
      }
    }),
  );
};
await again(() => post(`http://127.0.0.1:${ingress}/bench/life`, 0));
await run(500);
const begun = process.hrtime.bigint();
await run(count);
console.log(JSON.stringify({ name: "Restate", value: count / (Number(process.hrtime.bigint() - begun) / 1e9), unit: "1/s" }));
process.exit(0);
