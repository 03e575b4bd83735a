// Packages that others wrote, unmodified, as clients. They know Creem's address only, so what this process sends there
// reaches the sandbox instead.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { createCheckout, createPortal, retrieveSubscription, searchTransactions } from "@creem_io/better-auth/server";
import { createCreem } from "creem_io";

import { API_KEY, buy, LIFETIME, MONTHLY, python, quietly, start } from "./sandbox.js";

// Next's own modules are not found by Node's `import`, only by a bundler's and by `require`.
const require = createRequire(import.meta.url);
const { Checkout, Portal } = require("@creem_io/nextjs");
const { NextRequest } = require("next/server");

const CREEM = "https://test-api.creem.io";
const settings = { apiKey: API_KEY, testMode: true };
const real = globalThis.fetch;

let sandbox;
let paid;

before(async () => {
  sandbox = await start();
  paid = await buy(sandbox, { productId: MONTHLY });
  globalThis.fetch = async (asked, options) => {
    const request = new Request(asked, options);
    assert.ok(request.url.startsWith(CREEM), `${request.url} is not Creem's`);
    const body = request.body && (await request.text());
    const { method, headers } = request;
    return real(new URL(request.url.slice(CREEM.length), sandbox.url), { method, headers, body, redirect: "manual" });
  };
});
after(() => {
  globalThis.fetch = real;
  sandbox.stop();
});

test("creem_io sells, lists and cancels", async () => {
  const creem = await quietly(() => createCreem(settings));
  assert.equal((await creem.products.list({ page: 1, limit: 2 })).items.length, 2);
  assert.equal((await creem.products.get({ productId: LIFETIME })).price, 1999);
  const made = await creem.checkouts.create({ productId: LIFETIME, requestId: "order_1", units: 2 });
  assert.match(made.checkoutUrl, new RegExp(`/test/checkout/${LIFETIME}/`));
  assert.equal((await creem.checkouts.get({ checkoutId: made.id })).requestId, "order_1");
  const code = { name: "New", code: "NEW", type: "percentage", percentage: 5, duration: "once", appliesToProducts: [LIFETIME] };
  const discount = await creem.discounts.create(code);
  assert.equal((await creem.discounts.get({ discountCode: "NEW" })).id, discount.id);
  const [payment] = (await creem.transactions.list({ customerId: paid.customer.id })).items;
  assert.equal(payment.amount, 1500);
  const canceled = await creem.subscriptions.cancel({ subscriptionId: paid.subscription.id, mode: "scheduled" });
  assert.equal(canceled.status, "scheduled_cancel");
});

test("@creem_io/nextjs sends buyers to the checkout and to their portal", async () => {
  const visit = (handler, query) => quietly(() => handler(new NextRequest(`http://shop.example/api?${query}`)));
  const checkout = await visit(Checkout(settings), `productId=${LIFETIME}&requestId=order_2&discountCode=SAVE25`);
  const page = await real(checkout.headers.get("location"));
  assert.deepEqual([checkout.status, page.status], [307, 200]);
  assert.match(await page.text(), /SAVE25/);
  const portal = await visit(Portal(settings), `customerId=${paid.customer.id}`);
  assert.match(await (await real(portal.headers.get("location"))).text(), /ada@example\.com/);
  assert.equal((await visit(Checkout(settings), "productId=prod_none")).status, 500);
});

test("@creem_io/better-auth opens checkouts and portals and reads what was paid", async () => {
  const opened = await createCheckout(settings, { productId: LIFETIME, units: 1, successUrl: "https://shop.example/thanks" });
  assert.equal((await real(opened.url)).status, 200);
  assert.equal((await real((await createPortal(settings, paid.customer.id)).url)).status, 200);
  assert.equal((await retrieveSubscription(settings, paid.subscription.id)).id, paid.subscription.id);
  const found = await searchTransactions(settings, { customerId: paid.customer.id });
  assert.equal(found.result.items[0].amount, 1500);
});

test("creem for Python sells, lists and refunds", async () => {
  const { code, output } = await python(["client.py", sandbox.url]);
  assert.equal(code, 0, output);
});
