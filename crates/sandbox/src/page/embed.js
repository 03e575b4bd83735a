// Tells the page that embeds this one how far the buyer is, in the words of Creem's embedded checkout.
if (window.parent !== window) {
  const { checkoutId, orderId, redirectUrl } = document.querySelector("main.message")?.dataset ?? {};
  const about = checkoutId
    ? { type: "completed", checkoutId, orderId, redirect: Boolean(redirectUrl), redirectUrl }
    : { type: "ready" };
  // Whoever embeds a checkout may know: Creem's page may be framed by anyone.
  window.parent.postMessage({ source: "creem-embed", version: 1, ...about }, "*");
}
