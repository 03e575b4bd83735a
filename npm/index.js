// Brings <creem-checkout> into a page that is built. The element comes from the server that sells, so that both are of one
// version, and nothing has to be built anew when the server is upgraded.

const loaded = {};

export function load(server) {
  // A page that is drawn on a server gets the element in the browser.
  if (typeof document === "undefined") return;
  const { href, origin } = new URL(`${server.replace(/\/$/, "")}/embed.js`, document.baseURI);
  // Bundlers must leave the address as it is.
  loaded[href] ??= import(/* webpackIgnore: true */ /* @vite-ignore */ href).catch(() => {
    const cure = `add ${location.origin} to CHECKOUT_ALLOWED_ORIGINS, and ${origin} to script-src`;
    console.warn(`<creem-checkout>: ${cure}.`);
  });
}
