// Tells the page that embeds this one how far the buyer is, in the words of Creem's embedded checkout.
if (window.parent !== window) {
  const { checkoutId, orderId, redirectUrl } = document.querySelector("main.message")?.dataset ?? {};
  // Whoever embeds a checkout may know: Creem's page may be framed by anyone.
  const tell = (about) => window.parent.postMessage({ source: "creem-embed", version: 1, ...about }, "*");
  // The frame's name stays while the buyer goes from step to step in it, and a new frame has another.
  const told = " creem-ready";
  if (checkoutId) {
    tell({ type: "completed", checkoutId, orderId, redirect: Boolean(redirectUrl), redirectUrl });
  } else if (!window.name.endsWith(told)) {
    window.name += told;
    tell({ type: "ready" });
  }
}
