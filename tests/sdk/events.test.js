// Every event the sandbox sends, read by the SDK's own verifier and parser, which throw when one does not fit.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { constructWebhookEventEntity } from "creem/webhooks";

import { buy, DAY, LIFETIME, MONTHLY, start } from "./sandbox.js";

let sandbox;
let endpoint;

before(async () => {
  sandbox = await start();
  endpoint = await sandbox.creem.webhooks.create({ deliveryMode: "cli" });
});
after(() => sandbox.stop());

/** Fetches, verifies and parses what happened since it was last asked. */
async function happened() {
  const { items } = await sandbox.creem.webhooks.listPendingEvents(endpoint.id, 100);
  const events = [];
  for (const item of items) {
    events.push(await constructWebhookEventEntity(item.body, item.headers, endpoint.secret));
    await sandbox.creem.webhooks.acknowledgeEvent(endpoint.id, item.id, { statusCode: 200 });
  }
  return events;
}

const types = (events) => events.map((event) => event.eventType);
const metadata = { plan: "pro" };

async function subscribe(productId = MONTHLY) {
  const paid = await buy(sandbox, { productId, requestId: "order_1", metadata });
  return paid.subscription.id;
}

const advance = (days) => sandbox.control("clock", { advance_seconds: days * DAY });

test("a one-time purchase, with a discount, answers and a licence key", async () => {
  await sandbox.control(`products/${LIFETIME}/licenses`, { activation_limit: 3 });
  await buy(sandbox, {
    productId: LIFETIME, requestId: "order_1", metadata, discountCode: "TENOFF",
    customFields: [{ type: "checkbox", key: "terms", label: "Terms", checkbox: { label: "I agree" } }],
  });
  const [completed, ...rest] = await happened();
  assert.deepEqual([completed.eventType, rest], ["checkout.completed", []]);
  assert.deepEqual([completed.object.requestId, completed.object.metadata], ["order_1", metadata]);
  assert.equal(completed.object.licenseKeys.length, 1);
});

test("thirteen months of a subscription", async () => {
  const id = await subscribe();
  await advance(13 * 30.5);
  const events = await happened();
  assert.deepEqual(types(events).slice(0, 3), ["subscription.active", "subscription.paid", "checkout.completed"]);
  const renewals = events.slice(3);
  assert.equal(renewals.length, 13);
  for (const event of renewals) {
    assert.equal(event.eventType, "subscription.paid");
    assert.deepEqual([event.object.id, event.object.metadata], [id, metadata]);
  }
});

test("a card that stops paying", async () => {
  const id = await subscribe();
  await happened();
  await sandbox.control(`subscriptions/${id}/card`, { card: "4507990000000010" });
  await advance(60);
  const own = (await happened()).filter((event) => event.object.id === id);
  assert.deepEqual(types(own), [
    "subscription.expired", "subscription.past_due", "subscription.unpaid", "subscription.canceled",
  ]);
  for (const event of own) assert.deepEqual(event.object.metadata, metadata);
  assert.equal((await sandbox.creem.subscriptions.get(id)).status, "canceled");
});

test("pausing, changing and cancelling", async () => {
  const { subscriptions } = sandbox.creem;
  const id = await subscribe();
  await happened();
  await subscriptions.pause(id);
  await subscriptions.resume(id);
  const [item] = (await subscriptions.get(id)).items;
  await subscriptions.update(id, {
    items: [{ id: item.id, productId: item.productId, priceId: item.priceId, units: 2 }],
    updateBehavior: "proration-none",
  });
  await subscriptions.cancel(id, { mode: "scheduled" });
  await advance(31);
  const own = (await happened()).filter((event) => event.object.id === id);
  assert.deepEqual(types(own), [
    "subscription.paused", "subscription.update", "subscription.update", "subscription.scheduled_cancel",
    "subscription.canceled",
  ]);
});

test("a trial", async () => {
  const product = await sandbox.creem.products.create({
    name: "Try", description: "A week to try.", price: 900, currency: "USD", billingType: "recurring",
    billingPeriod: "every-month", trialPeriodDays: 7,
  });
  const id = await subscribe(product.id);
  assert.deepEqual(types(await happened()), ["subscription.trialing", "checkout.completed"]);
  await advance(7);
  const own = (await happened()).filter((event) => event.object.id === id);
  assert.deepEqual(types(own), ["subscription.active", "subscription.paid"]);
});

test("a refund and a dispute, of a one-time purchase and of a subscription", async () => {
  for (const productId of [LIFETIME, MONTHLY]) {
    const first = await buy(sandbox, { productId, requestId: "order_1", metadata });
    const second = await buy(sandbox, { productId, requestId: "order_2", metadata });
    await happened();
    await sandbox.creem.transactions.refund({ transactionId: first.order.transaction });
    await sandbox.control("clock", { advance_seconds: 10 });
    await sandbox.control(`transactions/${second.order.transaction}/dispute`, {});
    const [refund, dispute] = await happened();
    assert.deepEqual([refund.eventType, dispute.eventType], ["refund.created", "dispute.created"]);
    assert.equal(refund.object.checkout.requestId, "order_1");
    assert.deepEqual(refund.object.checkout.metadata, metadata);
    assert.equal(dispute.object.checkout.id, second.id);
  }
});

test("credits that are granted, used, used up and recharged", async () => {
  const customer = await sandbox.creem.customers.create({ email: "credit@example.com", name: "Credit" });
  const move = (how) => sandbox.control(`customers/${customer.id}/credits`, how);
  await move({ grant: 100 });
  await move({ consume: 70 });
  await move({ consume: 70 });
  await move({ auto_recharge: 500 });
  assert.deepEqual(await move({ consume: 70 }), { balance: 460 });
  const events = await happened();
  assert.deepEqual(types(events), [
    "credits.granted", "credits.consumed", "customer_credits.exhausted", "credits.auto_recharged", "credits.granted",
    "credits.consumed",
  ]);
  for (const event of events) assert.equal(event.object.customerId, customer.id);
});

test("an event that was changed on its way is refused", async () => {
  await buy(sandbox, { productId: LIFETIME });
  const { items } = await sandbox.creem.webhooks.listPendingEvents(endpoint.id);
  const changed = items[0].body.replace("completed", "Completed");
  await assert.rejects(constructWebhookEventEntity(changed, items[0].headers, endpoint.secret));
});
