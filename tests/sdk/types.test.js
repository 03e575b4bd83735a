// The types of `<creem-checkout>` and of its package, as a page in TypeScript meets them: what is right compiles under
// every strict rule, and what is wrong does not.

import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import ts from "typescript";

const ROOT = join(import.meta.dirname, "..", "..");

// A page that uses everything that is typed.
const RIGHT = `
  import { type CreemCheckoutElement, load } from "creem-checkout";
  import { CreemCheckout } from "creem-checkout/react";

  load("https://pay.example/");
  const made: CreemCheckoutElement = document.createElement("creem-checkout");
  made.addEventListener("creem-checkout:created", (event) => {
    event.preventDefault();
    location.assign(event.detail.checkout_url);
  });
  made.addEventListener("click", () => made.remove());
  document.addEventListener("creem-checkout:quote", ({ detail: { total, currency } }) => total.toFixed(2) + currency);
  document.querySelector("creem-checkout")?.addEventListener("creem-checkout:paid", ({ detail }) => detail.order_id?.length);

  export const offer = (
    <CreemCheckout server="https://pay.example/" product="prod_1" units={2} payment="overlay" metadata={{ plan: "pro", seats: 3 }}
      className="offer" data-test="offer" ref={(element) => element?.focus()}
      onReady={() => undefined} onError={({ detail }) => console.log(detail.code)} onPaid={({ detail }) => detail.order_id}>
      <a href="https://pay.example/?product=prod_1">Buy</a>
    </CreemCheckout>
  );`;

// Each with the number of what TypeScript must say.
const WRONG = {
  "no server": [2741, `import { CreemCheckout } from "creem-checkout/react"; export const offer = <CreemCheckout product="prod_1" />;`],
  "a mode that there is not": [2322,
    `import { CreemCheckout } from "creem-checkout/react"; export const offer = <CreemCheckout server="/" mode="popup" />;`],
  "an event that there is not": [2769, `import type { CreemCheckoutElement } from "creem-checkout";
    export const on = (made: CreemCheckoutElement) => made.addEventListener("creem-checkout:paid", (event: MouseEvent) => event.x);`],
  "a field that an event has not": [2339,
    `import "creem-checkout"; document.addEventListener("creem-checkout:paid", ({ detail }) => detail.checkout_url);`],
  "a number for an address": [2345, `import { load } from "creem-checkout"; load(1);`],
};

let folder;
before(async () => {
  folder = await mkdtemp(join(import.meta.dirname, "node_modules", ".page-"));
  const installed = join(folder, "node_modules", "creem-checkout");
  await mkdir(installed, { recursive: true });
  await cp(join(ROOT, "npm"), installed, { recursive: true });
  await cp(join(ROOT, "src", "creem-checkout.d.ts"), join(installed, "creem-checkout.d.ts"));
});
after(() => rm(folder, { recursive: true }));

/** What TypeScript says of these pages, by their names. */
async function said(pages, moduleResolution) {
  const names = Object.keys(pages).map((name) => join(folder, `${name}.tsx`));
  await Promise.all(Object.values(pages).map((page, number) => writeFile(names[number], page)));
  const program = ts.createProgram(names, {
    strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noImplicitOverride: true, noEmit: true,
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Preserve, moduleResolution, jsx: ts.JsxEmit.ReactJSX,
  });
  const found = ts.getPreEmitDiagnostics(program);
  return Object.fromEntries(Object.keys(pages).map((name, number) => [
    name,
    found.filter(({ file }) => file?.fileName === names[number] || !file?.fileName.startsWith(folder))
      .map(({ code, messageText }) => [code, ts.flattenDiagnosticMessageText(messageText, " ")]),
  ]));
}

test("a page that is right compiles under every strict rule", async () => {
  assert.deepEqual(await said({ right: RIGHT }, ts.ModuleResolutionKind.Bundler), { right: [] });
});

test("a page that is wrong does not compile, for the reason that it is wrong", async () => {
  const pages = Object.fromEntries(Object.entries(WRONG).map(([name, [, page]]) => [name, page]));
  const codes = Object.entries(await said(pages, ts.ModuleResolutionKind.Bundler)).map(([name, found]) => [name, found.map(([code]) => code)]);
  assert.deepEqual(Object.fromEntries(codes), Object.fromEntries(Object.entries(WRONG).map(([name, [code]]) => [name, [code]])));
});
