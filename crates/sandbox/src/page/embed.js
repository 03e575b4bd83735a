// Checkouts within a merchant's page, by the interface that Creem documents for its own script of this name:
// `Creem.openCheckout`, `Creem.mount`, `Creem.close`, and links and buttons with `data-creem-checkout`.
(() => {
  const ALLOW = "payment *; publickey-credentials-get *";
  const RETURN_AFTER_MS = 3000;
  let current;

  /** The address of a checkout with the look that was asked for. */
  const addressOf = ({ checkoutUrl, theme, locale }) => {
    const url = new URL(checkoutUrl, document.baseURI);
    if (theme) url.searchParams.set("theme", theme);
    if (locale) url.searchParams.set("locale", locale);
    return url;
  };

  /** Shows a checkout in a place, and listens to it until it is closed. */
  const show = (options, place, remove) => {
    close();
    const url = addressOf(options);
    const frame = document.createElement("iframe");
    Object.assign(frame, { src: url.href, allow: ALLOW, title: "Checkout" });
    Object.assign(frame.style, { width: "100%", height: "100%", border: "0", colorScheme: "normal" });
    let leaving;
    const listen = (event) => {
      const { source, type, redirectUrl } = event.data ?? {};
      if (event.source !== frame.contentWindow || event.origin !== url.origin || source !== "creem-embed") return;
      if (type === "ready") options.onReady?.();
      if (type !== "completed") return;
      options.onComplete?.(event.data);
      if (redirectUrl) leaving = setTimeout(() => window.top.location.assign(redirectUrl), RETURN_AFTER_MS);
    };
    window.addEventListener("message", listen);
    place.append(frame);
    const own = {
      close() {
        if (current !== own) return;
        current = undefined;
        clearTimeout(leaving);
        window.removeEventListener("message", listen);
        frame.remove();
        remove?.();
        options.onClose?.();
      },
    };
    current = own;
    return own;
  };

  const close = () => current?.close();

  /** Shows a checkout over the page; only its button closes it. */
  const openCheckout = (options) => {
    const overlay = document.createElement("dialog");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: "×", ariaLabel: "Close checkout", onclick: close });
    Object.assign(overlay.style, {
      position: "fixed", inset: "0", margin: "auto", padding: "0", border: "0", borderRadius: "12px",
      width: "min(460px, 100vw)", height: "min(860px, 100vh)", maxWidth: "none", maxHeight: "none",
      zIndex: "2147483647",
    });
    Object.assign(button.style, {
      position: "absolute", insetBlockStart: "4px", insetInlineEnd: "4px", width: "32px", height: "32px",
      border: "0", borderRadius: "50%", font: "24px/1 system-ui", cursor: "pointer",
    });
    overlay.addEventListener("cancel", (event) => event.preventDefault());
    overlay.append(button);
    const own = show(options, overlay, () => overlay.remove());
    document.body.append(overlay);
    overlay.showModal();
    return own;
  };

  /** Shows a checkout within an element of the page, which is named by itself or by a selector. */
  const mount = ({ container, ...options }) => {
    const place = typeof container === "string" ? document.querySelector(container) : container;
    if (!place) throw new Error("Creem.mount: there is no such container");
    return show(options, place);
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target.closest("[data-creem-checkout]") : null;
    const checkoutUrl = pressed?.dataset.creemUrl || pressed?.getAttribute("href");
    if (!checkoutUrl || event.defaultPrevented) return;
    event.preventDefault();
    openCheckout({ checkoutUrl, theme: pressed.dataset.creemTheme, locale: pressed.dataset.creemLocale });
  });

  window.Creem = { openCheckout, mount, close };
})();
