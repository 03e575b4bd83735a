// Packages that others wrote, unmodified, as receivers: real deliveries of the sandbox to a real address, with everything
// that happens to sales. Each package verifies and reads them as it does at its users.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { creem as creemPlugin } from "@creem_io/better-auth";
import { generateSignature, parseWebhookEvent } from "@creem_io/webhook-types";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { createCreem } from "creem_io";

import { buy, DAY, LIFETIME, MONTHLY, python, quietly, start } from "./sandbox.js";

// Next's own modules are not found by Node's `import`, only by a bundler's and by `require`.
const require = createRequire(import.meta.url);
const { Webhook } = require("@creem_io/nextjs");
const { NextRequest } = require("next/server");

// These packages are older than credits.
const KNOWN = (event) => !event.type.startsWith("credits.") && !event.type.startsWith("customer_credits.");
const USER = "user_1";

let secret;
let subscriptionId;
let deliveries;

before(async () => {
  const sandbox = await start();
  const inbox = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    inbox.push({ type: JSON.parse(body).eventType, body, signature: request.headers["creem-signature"] });
    response.end();
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  ({ secret } = await sandbox.creem.webhooks.create({ url: `http://127.0.0.1:${server.address().port}/hook` }));
  await happen(sandbox);
  const events = await sandbox.control("events");
  await until(() => inbox.length === events.length);
  deliveries = inbox;
  sandbox.stop();
  server.close();
  // Also those that were opened and never used, for which it would wait for minutes.
  server.closeAllConnections();
});

/** Everything that can happen to a sale. */
async function happen(sandbox) {
  const { creem, control } = sandbox;
  const metadata = { referenceId: USER };
  const answers = [{ type: "text", key: "company", label: "Company" }];
  const discounted = { productId: LIFETIME, requestId: "order_1", metadata, discountCode: "TENOFF", customFields: answers };
  const refunded = await buy(sandbox, discounted);
  const disputed = await buy(sandbox, { productId: LIFETIME });
  await creem.transactions.refund({ transactionId: refunded.order.transaction });
  await control(`transactions/${disputed.order.transaction}/dispute`, {});
  const { subscription } = await buy(sandbox, { productId: MONTHLY, requestId: "order_2", metadata });
  subscriptionId = subscription.id;
  await creem.subscriptions.pause(subscription.id);
  await creem.subscriptions.resume(subscription.id);
  await control("clock", { advance_seconds: 31 * DAY });
  await creem.subscriptions.cancel(subscription.id, { mode: "scheduled" });
  await control("clock", { advance_seconds: 31 * DAY });
  const failing = await buy(sandbox, { productId: MONTHLY });
  await control(`subscriptions/${failing.subscription.id}/card`, { card: "4507990000000028" });
  await control("clock", { advance_seconds: 60 * DAY });
  await control(`customers/${failing.customer.id}/credits`, { grant: 10 });
}

/** Waits for something that a server does by itself. */
async function until(holds) {
  for (const end = Date.now() + 20_000; !holds();) {
    assert.ok(Date.now() < end, "the deliveries came in time");
    await new Promise((next) => setImmediate(next));
  }
}

test("what was delivered is everything that happens to sales", () => {
  const types = new Set(deliveries.map((delivery) => delivery.type));
  for (const type of [
    "checkout.completed", "refund.created", "dispute.created", "subscription.active", "subscription.paid",
    "subscription.paused", "subscription.update", "subscription.scheduled_cancel", "subscription.canceled",
    "subscription.past_due", "subscription.expired", "subscription.unpaid", "credits.granted",
  ]) assert.ok(types.has(type), type);
});

test("@creem_io/nextjs answers every delivery and calls what its user gave it", async () => {
  const called = new Set();
  const note = (name) => (data) => void called.add(`${name} ${data.webhookEventType ?? data.reason}`);
  const receive = Webhook({
    webhookSecret: secret, onCheckoutCompleted: note("checkout"), onRefundCreated: note("refund"),
    onDisputeCreated: note("dispute"), onGrantAccess: note("grant"), onRevokeAccess: note("revoke"),
  });
  const send = ({ body, signature }) => receive(new NextRequest("http://shop.example/hook", {
    method: "POST", body, headers: { "creem-signature": signature },
  }));
  for (const delivery of deliveries.filter(KNOWN)) {
    assert.equal((await quietly(() => send(delivery))).status, 200, delivery.type);
  }
  for (const wanted of [
    "checkout checkout.completed", "refund refund.created", "dispute dispute.created", "grant subscription_paid",
    "revoke subscription_canceled",
  ]) assert.ok(called.has(wanted), wanted);
  const forged = { ...deliveries[0], body: deliveries[0].body.replace("completed", "Completed") };
  assert.equal((await quietly(() => send(forged))).status, 400);
});

test("@creem_io/better-auth keeps the subscription of its user", async () => {
  const database = { user: [{ id: USER, email: "ada@example.com" }], session: [], account: [], verification: [], creem_subscription: [] };
  const auth = betterAuth({
    baseURL: "http://shop.example", secret: "a secret of at least thirty-two characters", logger: { disabled: true },
    database: memoryAdapter(database), telemetry: { enabled: false },
    plugins: [creemPlugin({ apiKey: "creem_test_sandbox", testMode: true, webhookSecret: secret })],
  });
  for (const { type, body, signature } of deliveries) {
    const request = new Request("http://shop.example/api/auth/creem/webhook", {
      method: "POST", body, headers: { "creem-signature": signature, "content-type": "application/json" },
    });
    assert.equal((await quietly(() => auth.handler(request))).status, 200, type);
  }
  const [kept] = database.creem_subscription;
  assert.equal(database.creem_subscription.length, 1);
  assert.deepEqual([kept.creemSubscriptionId, kept.referenceId, kept.status], [subscriptionId, USER, "canceled"]);
});

test("creem_io reads every delivery", async () => {
  const creem = await quietly(() => createCreem({ apiKey: "creem_test_sandbox", webhookSecret: secret, testMode: true }));
  const emails = new Set();
  for (const { body, signature } of deliveries.filter(KNOWN)) {
    await creem.webhooks.handleEvents(body, signature, {
      onCheckoutCompleted: (checkout) => void emails.add(checkout.customer.email),
    });
  }
  assert.deepEqual([...emails], ["ada@example.com"]);
  await assert.rejects(creem.webhooks.handleEvents(deliveries[0].body, "0".repeat(64), {}), /signature/);
});

test("@creem_io/webhook-types signs as the sandbox does and knows every event", async () => {
  for (const { body, signature } of deliveries.filter(KNOWN)) {
    assert.equal(await generateSignature(body, secret), signature);
    assert.equal(parseWebhookEvent(body).id, JSON.parse(body).id);
  }
});

// The types say `Date` for what travels as text, and nothing of null; the rest must fit, word for word.
test("@creem_io/webhook-types has a type that each event fits", async (context) => {
  const folder = await mkdtemp(join(import.meta.dirname, "node_modules", ".types-"));
  context.after(() => rm(folder, { recursive: true }));
  const events = deliveries.filter(KNOWN).map(({ type, body }, number) => `
    const sent${number} = ${body} as const;
    export const event${number}: Sent<Extract<WebhookEvent, { eventType: "${type}" }>> = sent${number};`);
  await writeFile(join(folder, "events.ts"), `
    import type { WebhookEvent } from "@creem_io/webhook-types";
    type Sent<T> = T extends Date ? string : T extends readonly (infer I)[] ? readonly Sent<I>[]
      : T extends object ? { readonly [K in keyof T]: Sent<T[K]> } : T;
    ${events.join("\n")}`);
  const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  const options = ["--noEmit", "--target", "es2022", "--module", "nodenext", "--skipLibCheck", "--strict", "false"];
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, join(folder, "events.ts")], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

test("creem for Python verifies and reads every delivery", async (context) => {
  const folder = await mkdtemp(join(import.meta.dirname, "node_modules", ".deliveries-"));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "deliveries.json"), JSON.stringify({ secret, deliveries }));
  const { code, output } = await python(["receiver.py", join(folder, "deliveries.json")]);
  assert.equal(code, 0, output);
});
