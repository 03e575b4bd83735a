// `@creem_io/embed` and `@creem_io/react`, unmodified, in a browser: the sandbox's payment page within a merchant's, told
// of by the messages that these packages listen to. And the sandbox's own `/embed.js`, by the same acts.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { bundle, open } from "./browser.js";
import { LIFETIME, start } from "./sandbox.js";

let sandbox;
let browser;
let shop;

before(async () => {
  sandbox = await start();
  // One page for everything, so that two presses pay.
  await sandbox.control("switches", { payment_page: "single" });
  const script = bundle(["react", "react-dom/client", "@creem_io/embed", "@creem_io/react"]);
  const page = `<!doctype html><title>Shop</title><div id="root"></div>
    <script src="/modules.js"></script><script src="${sandbox.url}embed.js"></script>`;
  shop = createServer(({ url }, response) => {
    const [type, body] = url === "/modules.js" ? ["text/javascript", script] : ["text/html", page];
    response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body);
  });
  await new Promise((listening) => shop.listen(0, "127.0.0.1", listening));
  browser = await open();
});
after(async () => {
  await browser?.stop();
  shop.close();
  shop.closeAllConnections();
  sandbox.stop();
});

/** Opens the shop's page and does something there with the address of a new checkout. */
async function shopping(act) {
  const checkout = await sandbox.creem.checkouts.create({ productId: LIFETIME });
  await browser.visit(`http://127.0.0.1:${shop.address().port}/`);
  await browser.run(`
    window.told = { ready: 0, completed: null, closed: false };
    window.options = {
      checkoutUrl: arguments[0], theme: "dark", locale: "de", onReady: () => told.ready++,
      onComplete: (detail) => (told.completed = detail), onClose: () => (told.closed = true),
    };
    ${act}`, checkout.checkoutUrl);
  return checkout;
}

/** Pays within the page, as a buyer does, and looks at what the page was told. */
async function paying(checkout) {
  await browser.until("return told.ready");
  await browser.enter();
  assert.equal(await browser.run("return document.documentElement.dataset.theme"), "dark");
  for (const action of ["fill", "pay"]) {
    await browser.until(`return document.readyState === "complete" && document.querySelector('[value="${action}"]')`);
    if (action === "pay") await browser.until("return document.querySelector('[name=email]').value");
    await browser.run(`document.querySelector('[value="${action}"]').click()`);
  }
  await browser.leave();
  const completed = await browser.until("return told.completed");
  const { order } = await sandbox.creem.checkouts.retrieve(checkout.id);
  assert.deepEqual([completed.checkoutId, completed.orderId], [checkout.id, order.id]);
  assert.equal(await browser.run("return told.ready"), 1, "once, and not with every step");
}

test("@creem_io/embed shows a checkout over the page, and it is paid there", async () => {
  await paying(await shopping("require('@creem_io/embed').openCheckout(options)"));
  await browser.run("document.querySelector('[aria-label=\"Close checkout\"]').click()");
  assert.ok(await browser.run("return told.closed && !document.querySelector('iframe')"));
});

test("@creem_io/embed shows a checkout within the page, and it is paid there", async () => {
  await paying(await shopping("require('@creem_io/embed').mount({ ...options, container: document.querySelector('#root') })"));
});

test("@creem_io/react's button opens a checkout, and it is paid there", async () => {
  const checkout = await shopping(`
    const { createElement } = require("react"), { CreemCheckout } = require("@creem_io/react");
    const button = createElement("button", { id: "buy" }, "Buy");
    require("react-dom/client").createRoot(document.querySelector("#root")).render(createElement(CreemCheckout, options, button));`);
  await browser.until("return document.querySelector('#buy')");
  await browser.run("document.querySelector('#buy').click()");
  await paying(checkout);
});

test("@creem_io/react shows a checkout in its place, and it is paid there", async () => {
  await paying(await shopping(`
    const { createElement } = require("react"), { CreemCheckoutInline } = require("@creem_io/react");
    require("react-dom/client").createRoot(document.querySelector("#root")).render(createElement(CreemCheckoutInline, options));`));
});

test("the sandbox's own script does the same", async () => {
  await paying(await shopping("Creem.openCheckout(options)"));
  await browser.run("Creem.close()");
  assert.ok(await browser.run("return told.closed && !document.querySelector('iframe')"));
});
