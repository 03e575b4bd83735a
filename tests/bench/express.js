// What opens a session without us: Express and Creem's own SDK, as their guides put them together.
//
// `cargo xtask bench writes` starts it beside the proxy, in front of the same sandbox, and asks both for the same.

import { randomUUID } from "node:crypto";

import { Creem } from "creem";
import express from "express";

const { SANDBOX, PORT } = process.env;
const creem = new Creem({ apiKey: "creem_test_sandbox", serverURL: SANDBOX });
const app = express();

app.use(express.json());

app.post("/api/checkouts", async (request, response) => {
  const checkout = await creem.checkouts.create({
    productId: request.body.product_id,
    requestId: request.body.request_id ?? randomUUID(),
    successUrl: `http://127.0.0.1:${PORT}/status`,
  });
  response.status(201).json({
    request_id: checkout.requestId,
    checkout_id: checkout.id,
    checkout_url: checkout.checkoutUrl,
  });
});

app.get("/healthz", (_request, response) => {
  response.send("ok\n");
});

app.listen(Number(PORT), "127.0.0.1");
