// Starts the app from the names that the build wrote into the page, without an inline script.
// When anything fails here the form that the proxy served stays, and still sells.

// The app must not replace a field in the middle of an input-method composition, nor a button that is being pressed.
const busy = new Set();
let rest = () => {};
for (const [begin, ...ends] of [["compositionstart", "compositionend"], ["pointerdown", "pointerup", "pointercancel"]]) {
  addEventListener(begin, () => busy.add(begin));
  const over = () => {
    busy.delete(begin);
    rest();
  };
  // The click comes after the pointer is up.
  for (const end of ends) addEventListener(end, () => setTimeout(over));
}

// A form that came back with a problem stands under the API's address, where a reload would send it again. The app reads
// from the address what travels unseen.
if (location.pathname.endsWith("/api/checkouts")) {
  const page = new URL("..", location.href);
  for (const { name, value } of document.querySelectorAll("form > [type=hidden]")) page.searchParams.append(name, value);
  for (const form of document.forms) form.setAttribute("action", form.action);
  history.replaceState(null, "", page);
}

// Some fillers of forms announce only a change, and the app listens to typing.
document.addEventListener("change", ({ target }) => {
  if (target.type !== "radio") target.dispatchEvent(new Event("input", { bubbles: true }));
});

// In a frame of another site's page, the site learns how high this one is, and goes to the payment page itself.
const asked = new URLSearchParams(location.search);
const isFramed = asked.has("embed") && parent !== self;
const tell = (about) => parent.postMessage({ source: "creem-checkout", ...about }, "*");
if (isFramed) {
  document.body.style.minBlockSize = "0";
  new ResizeObserver(() => tell({ height: document.body.offsetHeight })).observe(document.body);
}
const emit = (name, detail) => {
  tell({ name, detail });
  return name !== "leave";
};

const address = (name) => new URL(document.querySelector(`meta[name="${name}"]`).content, document.baseURI);

// Hosts that serve `.wasm` with another content type make streaming fail; the buffered way does not care.
async function compile(url) {
  const preload = document.querySelector('link[rel="preload"][as="fetch"]');
  const options = { credentials: "same-origin", integrity: preload?.integrity ?? "" };
  try {
    return await WebAssembly.compileStreaming(fetch(url, options));
  } catch {
    return WebAssembly.compile(await (await fetch(url, options)).arrayBuffer());
  }
}

// A page with data in it comes from the proxy, in the right language already.
async function speak() {
  if (document.getElementById("page-data").textContent) return;
  try {
    await (await import(new URL("languages/speak.js", document.baseURI))).default();
  } catch {
    // English it is.
  }
}

try {
  const start = [import(address("app-js")), compile(address("app-wasm")), speak()];
  const [app, module] = await Promise.all(start);
  await app.default({ module_or_path: module });
  while (busy.size) await new Promise((resolve) => (rest = resolve));
  const mount = document.getElementById("app");
  // Kept by the page: what nothing refers to ends.
  mount.checkout = app.mount(mount, { query: location.search, emit: isFramed && emit });
} catch (error) {
  console.warn("The checkout continues without its live form.", error);
}
