// A sandbox for one test file: the program named by SANDBOX, which `cargo xtask test` builds and names.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { Creem } from "creem";

export const API_KEY = "creem_test_sandbox";
export const LIFETIME = "prod_SandboxLifetime0000001";
export const MONTHLY = "prod_SandboxProMonthly00001";
export const YEARLY = "prod_SandboxProYearly000001";
export const DAY = 24 * 60 * 60;

/** Starts a sandbox; it ends with its standard input. */
export async function start() {
  const program = process.env.SANDBOX;
  if (!program) throw new Error("SANDBOX names no program; run this through `cargo xtask test`");
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((resolve, reject) => {
    lines.once("line", resolve);
    child.once("error", reject);
    child.once("exit", () => reject(new Error("the sandbox ended before it said its address")));
  });
  const creem = new Creem({ apiKey: API_KEY, serverURL: url });
  return { url, creem, control: (path, body) => control(url, path, body), stop: () => child.stdin.end() };
}

/** Does something without what it says to the console. */
export async function quietly(act) {
  const names = ["log", "info", "warn", "error", "debug"];
  const spoken = names.map((name) => console[name]);
  for (const name of names) console[name] = () => {};
  try {
    return await act();
  } finally {
    names.forEach((name, place) => (console[name] = spoken[place]));
  }
}

/** Runs a program of Python with this folder's packages, in it or in another folder, and gives all it wrote. */
export async function python(options, cwd = import.meta.dirname) {
  const packages = { PYTHONPATH: join(import.meta.dirname, "python_modules"), PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn("python3", options, { cwd, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...packages } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  return { code, output };
}

/** One of the sandbox's own controls; a call without a body reads. */
async function control(url, path, body) {
  const options = body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(new URL(`/_sandbox/${path}`, url), options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Buys a product as somebody would who has a card that pays. */
export async function buy({ creem, control }, request) {
  const checkout = await creem.checkouts.create(request);
  await control(`checkouts/${checkout.id}/pay`, { email: "ada@example.com", country: "DE" });
  return creem.checkouts.retrieve(checkout.id);
}

/** Everything of a list that the SDK pages through. */
export async function all(pages) {
  const items = [];
  for await (const page of await pages) items.push(...page.result.items);
  return items;
}
