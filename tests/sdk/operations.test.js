// Every operation the SDK has for products, sales and what follows from them; the rest is in credits.test.js. The SDK
// checks each answer against Creem's schemas and throws when one does not fit; what is asserted here is what the schemas
// do not say.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { all, buy, DAY, LIFETIME, MONTHLY, start, YEARLY } from "./sandbox.js";

let sandbox;
let creem;

before(async () => {
  sandbox = await start();
  creem = sandbox.creem;
});
after(() => sandbox.stop());

test("products are made, found, changed, listed and archived", async () => {
  const book = { name: "Book", description: "A book.", price: 500, currency: "EUR", billingType: "onetime" };
  const made = await creem.products.create(book, "one-book");
  assert.equal((await creem.products.create(book, "one-book")).id, made.id, "the key makes it one product");
  assert.deepEqual(await creem.products.get(made.id), made);
  const changed = await creem.products.update(made.id, { price: 700 });
  assert.deepEqual([changed.price, changed.name], [700, "Book"]);
  assert.equal((await creem.products.archive(made.id)).status, "archived");
  const active = await all(creem.products.search(1, 2, "active"));
  assert.equal(active.length, 4, "the seed's, over two pages, without the archived one");
});

test("a custom period and a trial are kept", async () => {
  const plan = await creem.products.create({
    name: "Fortnight", description: "Every second week.", price: 900, currency: "USD", billingType: "recurring",
    billingPeriod: "custom", recurringInterval: "week", recurringIntervalCount: 2, trialPeriodDays: 3, trialPrice: 100,
  });
  assert.deepEqual([plan.recurringInterval, plan.recurringIntervalCount, plan.trialPrice], ["week", 2, 100]);
});

test("discounts are made, found both ways, listed and deleted", async () => {
  const made = await creem.discounts.create({
    name: "Launch", code: "LAUNCH30", type: "percentage", percentage: 30, duration: "once", appliesToProducts: [LIFETIME],
  });
  assert.equal((await creem.discounts.get(made.id)).code, "LAUNCH30");
  assert.equal((await creem.discounts.get(undefined, "LAUNCH30")).id, made.id);
  assert.ok((await all(creem.discounts.search(1, 10, LIFETIME, "active"))).some((one) => one.id === made.id));
  assert.equal((await creem.discounts.delete(made.id)).status, "deleted");
});

test("a session is made as it was asked for and read again after it was paid", async () => {
  const request = {
    productId: LIFETIME, requestId: "order_1", units: 2, discountCode: "SAVE25",
    customer: { email: "grace@example.com" }, successUrl: "https://shop.example/thanks", metadata: { plan: "pro" },
    customFields: [{ type: "text", key: "company", label: "Company", text: { maxLength: 40 } }],
  };
  const made = await creem.checkouts.create(request);
  assert.deepEqual(
    [made.object, made.product, made.units, made.status, made.mode],
    ["checkout", LIFETIME, 2, "pending", "test"],
  );
  assert.deepEqual([made.successUrl, made.metadata], [request.successUrl, request.metadata]);
  await sandbox.control(`checkouts/${made.id}/pay`, {});
  const paid = await creem.checkouts.retrieve(made.id);
  assert.deepEqual([paid.status, paid.order.amountPaid, paid.customer.email], ["completed", 2998, "grace@example.com"]);
  assert.equal(paid.customFields[0].text.value, "Sandbox");
});

test("customers are made, found, changed and listed, with what they bought", async () => {
  const made = await creem.customers.create({ email: "alan@example.com", name: "Alan", externalId: "u_1" });
  const changed = await creem.customers.update({ customerId: made.id, name: "Alan T.", externalId: null });
  assert.deepEqual([changed.name, changed.externalId], ["Alan T.", undefined]);
  assert.equal((await creem.customers.retrieve(made.id)).email, "alan@example.com");
  assert.equal((await creem.customers.retrieve(undefined, "alan@example.com")).id, made.id);
  assert.ok((await all(creem.customers.list(1, 1))).some((one) => one.id === made.id));
  await buy(sandbox, { productId: MONTHLY, customer: { id: made.id } });
  assert.equal((await creem.customers.getOrders(made.id)).items.length, 1);
  assert.equal((await creem.customers.listSubscriptions(made.id)).items[0].status, "active");
  assert.equal((await creem.customers.listLicenses(made.id)).items.length, 0);
  const link = await creem.customers.generateBillingLinks({ customerId: made.id });
  assert.equal((await fetch(link.customerPortalLink)).status, 200);
});

test("a subscription is paused, resumed, cancelled for later and then at once", async () => {
  const { subscription } = await buy(sandbox, { productId: MONTHLY });
  const { id } = subscription;
  assert.equal((await creem.subscriptions.get(id)).status, "active");
  assert.equal((await creem.subscriptions.pause(id)).status, "paused");
  assert.equal((await creem.subscriptions.resume(id)).status, "active");
  const later = await creem.subscriptions.cancel(id, { mode: "scheduled", onExecute: "cancel" });
  assert.deepEqual([later.status, later.canceledAt], ["scheduled_cancel", null]);
  const now = await creem.subscriptions.cancel(id, { mode: "immediate" });
  assert.equal(now.status, "canceled");
  assert.ok(now.canceledAt instanceof Date && now.nextTransactionDate === undefined);
  assert.ok((await all(creem.subscriptions.search(1, 2))).some((one) => one.id === id));
});

test("seats and plan of a subscription change", async () => {
  const { subscription } = await buy(sandbox, { productId: MONTHLY });
  const before = await creem.subscriptions.get(subscription.id);
  const [item] = before.items;
  const wanted = { id: item.id, productId: item.productId, priceId: item.priceId, units: 3 };
  const more = await creem.subscriptions.update(before.id, { items: [wanted], updateBehavior: "proration-charge-immediately" });
  assert.equal(more.items[0].units, 3);
  assert.ok(more.lastTransaction.amount > 2990, "two more seats for almost a month");
  const yearly = await creem.subscriptions.upgrade(before.id, { productId: YEARLY, updateBehavior: "proration-none" });
  assert.equal(yearly.product.id, YEARLY);
});

test("payments are found, listed and refunded", async () => {
  const { order, customer } = await buy(sandbox, { productId: LIFETIME });
  const [found] = await all(creem.transactions.search(customer.id, order.id, LIFETIME));
  assert.deepEqual([found.order, found.amount], [order.id, 1999]);
  assert.equal((await creem.transactions.refund({ transactionId: found.id })).status, "pending");
  await sandbox.control("clock", { advance_seconds: 30 });
  const back = await creem.transactions.getById(found.id);
  assert.deepEqual([back.status, back.refundedAmount], ["refunded", 1999]);
});

test("a licence key is activated, validated, listed and deactivated", async () => {
  const tool = await creem.products.create({
    name: "Tool", description: "A tool.", price: 900, currency: "USD", billingType: "onetime",
  });
  await sandbox.control(`products/${tool.id}/licenses`, { activation_limit: 1 });
  const paid = await buy(sandbox, { productId: tool.id });
  const [{ key, id }] = paid.licenseKeys;
  assert.match(key, /^([A-Z0-9]{5}-){4}[A-Z0-9]{5}$/);
  const active = await creem.licenses.activate({ key, instanceName: "laptop" });
  assert.deepEqual([active.status, active.activation], ["active", 1]);
  await assert.rejects(creem.licenses.activate({ key, instanceName: "second" }));
  const instanceId = active.instance.id;
  assert.equal((await creem.licenses.validate({ key, instanceId })).instance.status, "active");
  assert.equal((await all(creem.licenses.listInstances(id))).length, 1);
  assert.equal((await creem.licenses.deactivate({ key, instanceId })).activation, 0);
});

test("webhook endpoints are made, found, changed, listed and deleted, and events can be fetched", async () => {
  const made = await creem.webhooks.create({ name: "Here", deliveryMode: "cli", events: ["checkout.completed"] });
  assert.match(made.secret, /^whsec_/);
  assert.equal((await creem.webhooks.get(made.id)).secret, undefined, "told only once");
  assert.equal((await creem.webhooks.getSecret(made.id)).secret, made.secret);
  assert.equal((await creem.webhooks.update(made.id, { name: "There" })).name, "There");
  assert.ok((await all(creem.webhooks.list())).some((one) => one.id === made.id));
  await buy(sandbox, { productId: MONTHLY });
  const { items } = await creem.webhooks.listPendingEvents(made.id, 10);
  assert.deepEqual(items.map((one) => one.eventType), ["checkout.completed"], "only what was asked for");
  assert.equal((await creem.webhooks.acknowledgeEvent(made.id, items[0].id, { statusCode: 200 })).success, true);
  assert.equal((await creem.webhooks.listPendingEvents(made.id)).items.length, 0);
  assert.equal((await creem.webhooks.delete(made.id)).id, made.id);
  await assert.rejects(creem.webhooks.get(made.id), { statusCode: 404 });
});

test("the summary counts what was sold", async () => {
  const summary = await creem.stats.getSummary("USD", 0, Date.now() + 365 * DAY * 1000, "month");
  assert.ok(summary.totals.totalRevenue > 0 && summary.totals.monthlyRecurringRevenue > 0);
  assert.ok(summary.periods.length > 0);
});

test("a wrong key and an unknown product are refused as by Creem", async () => {
  const { Creem } = await import("creem");
  const stranger = new Creem({ apiKey: "creem_test_other", serverURL: sandbox.url });
  await assert.rejects(stranger.products.get(LIFETIME), { statusCode: 401 });
  await assert.rejects(creem.products.get("prod_none"), { statusCode: 404 });
});

test("a renewal a month later is one more payment", async () => {
  const { subscription } = await buy(sandbox, { productId: MONTHLY });
  const paid = async () => (await creem.customers.getOrders(subscription.customer, 1, 100)).items.length;
  const before = await paid();
  await sandbox.control("clock", { advance_seconds: 31 * DAY });
  assert.ok((await paid()) > before);
});
