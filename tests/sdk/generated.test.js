// Thousands of calls that nobody wrote: schemathesis makes sound and unsound ones out of the sandbox's own description,
// the same each time. Nothing may be answered with a fault of the server, with a status or a body that the description
// does not have, and nothing unsound may be accepted.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { all, API_KEY, buy, LIFETIME, MONTHLY, python, start } from "./sandbox.js";

// Left out is what Creem does not do either: a description cannot say every rule of what is sound, and an unknown method
// is answered as an unknown path.
const LEFT_OUT = ["positive_data_acceptance", "unsupported_method", "allow_header_conformance"];

/** Something of each kind, so that calls reach more than "not found": by path, the ids in it. */
async function things(sandbox) {
  const { creem, control } = sandbox;
  await control(`products/${LIFETIME}/licenses`, {});
  const paid = await buy(sandbox, { productId: LIFETIME });
  const { subscription } = await buy(sandbox, { productId: MONTHLY });
  const customer = await creem.customers.create({ email: "grace@example.com", name: "Grace" });
  const account = await creem.customerCredits.createAccount({ customerId: customer.id, initialBalance: "100" });
  const moved = await creem.customerCredits.debitAccount(account.id, { amount: "1", reference: "one", idempotencyKey: "one" });
  const meter = await creem.meters.createMeter({ name: "Calls", eventName: "call", aggregation: "count", unitLabel: "calls" });
  const webhook = await creem.webhooks.create({ deliveryMode: "cli" });
  const [affiliate] = await all(creem.affiliates.list());
  return {
    "/v1/products/": LIFETIME, "/v1/customers/": customer.id, "/v1/subscriptions/": subscription.id,
    "/v1/licenses/": paid.licenseKeys[0].id, "/v1/customer-credits/accounts/": account.id,
    "/v1/customer-credits/transactions/": moved.id, "/v1/meters/": meter.id, "/v1/webhooks/": webhook.id,
    "/v1/affiliates/": affiliate.id,
  };
}

/** Which ids schemathesis puts into which paths. */
function configuration(ids) {
  const rules = Object.entries(ids).map(([path, id]) =>
    `[[operations]]\ninclude-path-regex = '^${path}\\{id\\}'\nparameters = { "path.id" = "${id}" }\n`);
  return rules.join("\n");
}

test("whatever is called, the answer is one that the sandbox describes", async (suite) => {
  const sandbox = await start();
  const folder = await mkdtemp(join(tmpdir(), "generated-"));
  suite.after(async () => {
    sandbox.stop();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, "ids.toml"), configuration(await things(sandbox)));
  const report = join(folder, "report.xml");
  // In a folder of its own, where it finds nothing of an earlier run and leaves nothing for a later one.
  const { output } = await python([
    "-m", "schemathesis.cli", "--config-file", join(folder, "ids.toml"), "run", new URL("openapi.json", sandbox.url).href,
    "--header", `x-api-key: ${API_KEY}`, "--phases", "coverage,fuzzing", "--max-examples", "10",
    "--generation-deterministic", "--continue-on-failure", "--exclude-checks", LEFT_OUT.join(","), "--no-color",
    "--report", "junit", "--report-junit-path", report,
  ], folder);
  const cases = await readFile(report, "utf8").catch(() => assert.fail(output));
  suite.diagnostic(output.match(/Test cases:\s+(.+)/)?.[1] ?? output);
  const operations = [...cases.matchAll(/<testcase name="([^"]+)"[^>]*?(?:\/>|>([^]*?)<\/testcase>)/g)];
  assert.equal(operations.length, 80, output);
  for (const [, name, failure] of operations) {
    await suite.test(name, () => assert.equal(failure, undefined));
  }
});
