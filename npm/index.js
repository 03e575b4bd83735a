// Brings <creem-checkout> into a page that is built. The element comes from the server that sells, so that both are of one
// version, and nothing has to be built anew when the server is upgraded.

const loaded = {};

export function load(server) {
  // A page that is drawn on a server gets the element in the browser.
  if (typeof document === "undefined") return;
  const { href, origin } = new URL(`${server.replace(/\/$/, "")}/embed.js`, document.baseURI);
  // Bundlers must leave the address as it is.
  loaded[href] ??= import(/* webpackIgnore: true */ /* @vite-ignore */ href).catch((problem) => {
    // The element's own words, or the browser's error.
    console.warn(typeof problem === "string" ? problem : `<creem-checkout>: check that ${origin} is up, and in script-src.`);
  });
}
