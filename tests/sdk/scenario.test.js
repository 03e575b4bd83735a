// A recorded session, as the shell script and the TypeScript test that the sandbox makes of it: both play it again in
// another sandbox, and say so when an answer is another one.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import ts from "typescript";

import { buy, DAY, MONTHLY, start } from "./sandbox.js";

let folder;
let other;
let recorded;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenario-"));
  const sandbox = await start();
  other = await start();
  await sandbox.control("scenario", {});
  const { subscription } = await buy(sandbox, { productId: MONTHLY, requestId: "it's", metadata: { quote: '"\\' } });
  await sandbox.control("clock", { advance_seconds: 31 * DAY });
  await sandbox.creem.subscriptions.cancel(subscription.id, { mode: "scheduled" });
  await assert.rejects(sandbox.creem.products.get("prod_none"));
  await sandbox.control("faults", { drop: true });
  await assert.rejects(fetch(`${sandbox.url}v1/products/search`));
  const language = async (name) => (await fetch(`${sandbox.url}_sandbox/scenario/${name}`)).text();
  recorded = { curl: await language("curl"), typescript: await language("typescript") };
  sandbox.stop();
});
after(async () => {
  other.stop();
  await rm(folder, { recursive: true });
});

/** Runs a program with the other sandbox's address, and gives its code and all it said. */
async function run(program, name, text) {
  await writeFile(join(folder, name), text);
  // A test run by a test must not report to it.
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const child = spawn(program, [join(folder, name)], { env: { ...env, SANDBOX: other.url } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  return { code, said };
}

const changed = (text) => text.replace("scheduled_cancel", "canceled");

test("the shell script plays it again, as often as one likes", async () => {
  for (let time = 0; time < 2; time++) {
    const { code, said } = await run("bash", "scenario.sh", recorded.curl);
    assert.equal(code, 0, said);
    assert.match(said, /10 steps, each answered as recorded/);
  }
  const { code, said } = await run("bash", "changed.sh", changed(recorded.curl));
  assert.equal(code, 1);
  assert.match(said, /step \d: .*\n\s+expected 200/);
});

test("the TypeScript test plays it again, as often as one likes", async () => {
  const compiled = (text) => ts.transpileModule(text, { compilerOptions: { target: "es2022", module: "esnext" } }).outputText;
  for (let time = 0; time < 2; time++) {
    const { code, said } = await run(process.execPath, "scenario.test.mjs", compiled(recorded.typescript));
    assert.equal(code, 0, said);
  }
  assert.notEqual((await run(process.execPath, "changed.test.mjs", compiled(changed(recorded.typescript)))).code, 0);
});
