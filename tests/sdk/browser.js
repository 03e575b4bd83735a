// A Chromium for one test file, driven by the protocol that ChromeDriver speaks, and modules of npm for its pages.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const PATIENCE_MS = 20_000;
const ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];

/** Starts a browser; it ends with `stop`. */
export async function open() {
  const driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
  const port = await new Promise((resolve, reject) => {
    createInterface({ input: driver.stdout }).on("line", (line) => {
      const started = line.match(/started successfully on port (\d+)/);
      if (started) resolve(started[1]);
    });
    driver.once("error", reject).once("exit", () => reject(new Error("ChromeDriver ended before it said its port")));
  });
  const ask = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  };
  const capabilities = { alwaysMatch: { browserName: "chrome", "goog:chromeOptions": { args: ARGUMENTS } } };
  const { sessionId } = await ask("POST", "/session", { capabilities });
  const at = (path) => `/session/${sessionId}/${path}`;
  const run = (script, ...args) => ask("POST", at("execute/sync"), { script, args });
  return {
    visit: (url) => ask("POST", at("url"), { url }),
    run,
    /** Waits until a script answers with something. */
    async until(script, ...args) {
      for (const end = Date.now() + PATIENCE_MS; ;) {
        const found = await run(script, ...args);
        if (found) return found;
        if (Date.now() > end) throw new Error(`never: ${script}\n${await run("return document.body.innerText")}`);
      }
    },
    /** Goes into the only frame of the page, or back to the page. */
    async enter() {
      const [frame] = await ask("POST", at("elements"), { using: "css selector", value: "iframe" });
      await ask("POST", at("frame"), { id: frame });
    },
    leave: () => ask("POST", at("frame"), { id: null }),
    async stop() {
      await ask("DELETE", `/session/${sessionId}`);
      driver.kill();
    },
  };
}

/** A script with modules of npm, each as it is, behind a `require` that finds them. */
export function bundle(entry) {
  const modules = new Map();
  const add = (file) => {
    if (modules.has(file)) return file;
    const text = readFileSync(file, "utf8");
    modules.set(file, null);
    const names = {};
    for (const [, name] of text.matchAll(/\brequire\(["']([^"']+)["']\)/g)) {
      // React asks for one of two by `NODE_ENV`.
      if (!name.includes(".development")) names[name] = add(createRequire(file).resolve(name));
    }
    modules.set(file, `[(require, module, exports) => {${text}\n}, ${JSON.stringify(names)}]`);
    return file;
  };
  const roots = Object.fromEntries(entry.map((name) => [name, add(createRequire(import.meta.url).resolve(name))]));
  const table = [...modules].map(([file, text]) => `${JSON.stringify(file)}: ${text}`).join(",\n");
  return `(() => {
    const process = { env: { NODE_ENV: "production" } }, loaded = {}, modules = {${table}};
    const load = (file) => {
      if (loaded[file]) return loaded[file].exports;
      const [make, names] = modules[file], module = (loaded[file] = { exports: {} });
      make((name) => load(names[name]), module, module.exports);
      return module.exports;
    };
    const roots = ${JSON.stringify(roots)};
    window.require = (name) => load(roots[name]);
  })();`;
}
