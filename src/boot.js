// Starts the app from the names that the build wrote into the page, without an inline script.
// When anything fails here the plain form stays, and still sells.

const { dataset } = document.documentElement;

// The app must not replace a field in the middle of an input-method composition.
document.addEventListener("compositionstart", () => (dataset.composing = ""));
document.addEventListener("compositionend", () => delete dataset.composing);

// A form that came back with a problem stands under the API's address, where a reload would send it again.
if (location.pathname.endsWith("/api/checkouts")) {
  for (const form of document.forms) form.setAttribute("action", form.action);
  history.replaceState(null, "", new URL("..", location.href));
}

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

try {
  const [app, module] = await Promise.all([import(address("app-js")), compile(address("app-wasm"))]);
  await app.default({ module_or_path: module });
} catch (error) {
  console.warn("The checkout continues without its live form.", error);
}
