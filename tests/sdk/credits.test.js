// The SDK's operations for credits, usage, splits, affiliates and moderation. As in the other files, it checks each answer
// against Creem's schemas; what is asserted here is what the schemas do not say.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { all, buy, LIFETIME, start } from "./sandbox.js";

let sandbox;
let creem;
let customer;

before(async () => {
  sandbox = await start();
  creem = sandbox.creem;
  customer = await creem.customers.create({ email: "ada@example.com", name: "Ada", externalId: "u_1" });
});
after(() => sandbox.stop());

/** Every item of a list that is read from an item on. */
async function everything(pages) {
  const items = [];
  for await (const page of await pages) items.push(...page.result.data);
  return items;
}

test("credits are granted, used, undone and listed", async () => {
  const { customerCredits } = creem;
  const account = await customerCredits.createAccount({ customerId: customer.id, initialBalance: "300" });
  assert.equal((await customerCredits.getAccount(account.id)).status, "active");
  const move = (amount, idempotencyKey) => ({ amount, reference: "order_1", idempotencyKey });
  await customerCredits.creditAccount(account.id, move("700", "a"));
  const used = await customerCredits.debitAccount(account.id, move("400", "b"));
  assert.equal((await customerCredits.getAccountBalance(account.id)).balance, "600");
  await assert.rejects(customerCredits.debitAccount(account.id, move("601", "c")), { statusCode: 422 });
  const undone = await customerCredits.reverseTransaction(account.id, { transactionId: used.id });
  assert.equal((await customerCredits.getAccountBalance(account.id, new Date(Date.now() + 1e6).toISOString())).balance, "1000");
  await assert.rejects(customerCredits.reverseTransactionById(used.id), { statusCode: 409 });
  assert.equal((await customerCredits.getTransaction(undone.id)).id, undone.id);
  assert.equal((await customerCredits.listTransactionsByReference("order_1")).data.length, 3);
  assert.equal((await everything(customerCredits.listEntries(account.id, 2))).length, 4);
  const other = await customerCredits.createAccount({ customerId: customer.id, name: "images", unitLabel: "images" });
  await customerCredits.postTransaction({
    reference: "move", idempotencyKey: "d",
    entries: [
      { accountId: account.id, side: "debit", amount: "1" }, { accountId: other.id, side: "credit", amount: "1" },
    ],
  });
  assert.equal((await everything(customerCredits.listAccounts(1, customer.id))).length, 2);
  assert.equal((await customerCredits.freezeAccount(other.id)).status, "frozen");
  await assert.rejects(customerCredits.creditAccount(other.id, move("1", "e")), { statusCode: 409 });
  assert.equal((await customerCredits.unfreezeAccount(other.id)).status, "active");
  assert.equal((await customerCredits.closeAccount(other.id)).status, "closed");
});

test("usage is previewed, taken, counted and listed", async () => {
  const { events, meters } = creem;
  const meter = await meters.createMeter({
    name: "Tokens", eventName: "call", aggregation: "sum", aggregationProperty: "tokens", unitLabel: "tokens",
    filter: { conjunction: "or", clauses: [{ property: "model", operator: "contains", value: "big" }] },
  });
  const call = (eventId, tokens) => ({
    name: "call", externalCustomerId: "u_1", eventId, properties: { tokens, model: "big-1" },
  });
  const batch = { events: [call("one", 40), call("two", "2")] };
  assert.equal((await events.previewEvents(batch)).valid, true);
  assert.deepEqual((await events.ingestEvents(batch)).eventIds, ["one", "two"]);
  await assert.rejects(events.ingestEvents({ events: [{ name: "call", customerId: "cust_none" }] }), { statusCode: 422 });
  const listed = await everything(events.listEvents(meter.id, customer.id, undefined, 1));
  assert.deepEqual(listed.map((event) => event.eventId), ["one", "two"], "oldest first");
  assert.equal((await meters.getConsumedUnits(meter.id, customer.id)).units, "42");
  assert.equal((await meters.previewExistingMeter(meter.id)).units, "42");
  assert.equal((await meters.previewMeter({ eventName: "call", aggregation: "count" })).matchedEvents, 2);
  assert.equal((await meters.updateMeter(meter.id, { name: "Big tokens" })).name, "Big tokens");
  await assert.rejects(meters.updateMeter(meter.id, { aggregation: "max" }), { statusCode: 409 });
  assert.equal((await meters.archiveMeter(meter.id)).status, "archived");
  assert.equal((await everything(meters.listMeters())).length, 0);
  assert.equal((await everything(meters.listMeters(10, undefined, undefined, true))).length, 1);
  assert.equal((await meters.unarchiveMeter(meter.id)).status, "active");
  assert.equal((await meters.getMeter(meter.id)).id, meter.id);
});

test("splits are made, found, listed and deleted", async () => {
  const { splits } = creem;
  const recipients = [{ recipientType: "email", recipientReference: "grace@example.com", amount: 20 }];
  const made = await splits.create({ type: "product", typeReference: LIFETIME, recipients });
  assert.deepEqual([made.enabled, made.recipients[0].inviteStatus], [false, "pending"]);
  assert.equal((await splits.retrieve(made.id)).id, made.id);
  assert.equal((await all(splits.list())).length, 1);
  assert.equal((await splits.delete(made.id)).id, made.id);
  await assert.rejects(splits.retrieve(made.id), { statusCode: 404 });
});

test("an affiliate is listed with what they earned, and others are invited", async () => {
  const { affiliates } = creem;
  await buy(sandbox, { productId: LIFETIME, affiliateCode: "PARTNER" });
  const [partner] = await all(affiliates.list());
  assert.equal((await affiliates.retrieve(partner.id)).conversions, 1);
  const [commission] = await all(affiliates.listCommissions(partner.id, "pending"));
  assert.equal(commission.affiliate, partner.id);
  const invite = await affiliates.createInvite({ email: "grace@example.com", name: "Grace" });
  assert.deepEqual((await all(affiliates.listInvites())).map((one) => one.id), [invite.id]);
});

test("a prompt is screened", async () => {
  assert.equal((await creem.moderation.screenPrompt({ prompt: "DENY this" })).decision, "deny");
});
