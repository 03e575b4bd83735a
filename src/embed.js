// Defines <creem-checkout>: a checkout inside any site. Until there is something better, and wherever anything is blocked,
// the link inside the element shows, and sells.

const base = new URL(".", import.meta.url).href;
const { origin } = new URL(base);

// What stands between this file and the proxy; the proxy says which one it speaks.
const PROTOCOL = "1";

// The attributes, in the order of `docs/embed.md`. Those of the first line are parameters of the page's link too.
const ASKED = "product units discount-code email request-id success-url custom-fields intent locale theme accent surface text radius font".split(" ");
const ATTRIBUTES = [...ASKED, "metadata", "mode", "payment", "label", "loading"];

const said = new Set();
const say = (problem, error) => {
  if (said.has(problem)) return;
  said.add(problem);
  console.warn(`<creem-checkout>: ${problem}`, error ?? "");
};

const make = (name, properties, ...inside) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...inside);
  return element;
};

const sheet = (text) => {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
};
const FRAME = sheet(
  ":host{display:block!important}:host([hidden]){display:none!important}iframe{border:0;inline-size:100%;min-block-size:30rem}",
);

let policy;
const trusted = (html) => {
  policy ??= self.trustedTypes?.createPolicy("creem-checkout", { createHTML: (text) => text }) ?? { createHTML: (text) => text };
  return policy.createHTML(html);
};

// The app, once for all elements of the page.
let app;
const load = ({ appJs, appWasm }) =>
  (app ??= (async () => {
    const { default: start, mount } = await import(appJs);
    await start({ module_or_path: fetch(appWasm) });
    return mount;
  })());

// The page that Creem sends the buyer back to shows the status, in one element of it.
const query = new URLSearchParams(location.search);
let isReturn = query.has("checkout_id") && (query.has("signature") || query.has("request_id"));

// Whether the text around is light, so that the site is dark.
const isDark = (element) => {
  const [r, g, b] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return r * 0.3 + g * 0.6 + b * 0.1 > 140;
};

const PAID = "creem-checkout.paid.";
const isNews = ({ checkout_id: id }) => {
  try {
    if (localStorage[PAID + id]) return false;
    localStorage[PAID + id] = 1;
  } catch {
    // Without storage it is told once a load.
  }
  return true;
};

class CreemCheckout extends HTMLElement {
  static observedAttributes = ATTRIBUTES;
  #root = this.attachShadow({ mode: "open" });
  #run = 0;
  #undo = [];
  #busy = new Set();
  #mounted;
  #status;
  #tab;

  connectedCallback() {
    // Moved within the page it keeps what was typed.
    if (this.#run) return;
    this.#begin();
  }

  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#end());
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#run || before === now) return;
    if (this.#mounted && /^(product|units|discount-code|email)$/.test(name)) return this.#mounted.ask(`${this.#query()}`);
    queueMicrotask(() => {
      if (!this.#run) return;
      this.#end();
      this.#begin();
    });
  }

  /** Shows what became of a payment, in place of the form. */
  #show(status) {
    this.#end();
    this.#status = status;
    this.#begin();
  }

  #begin() {
    const run = (this.#run = Math.random());
    this.#root.adoptedStyleSheets = [FRAME];
    this.#root.replaceChildren(make("slot"));
    if (isReturn && !this.#status) {
      isReturn = false;
      this.#status = location.search;
    }
    const mode = this.getAttribute("mode");
    if (mode === "button" && !this.#status) return this.#button(run);
    const go = () => {
      watch.disconnect();
      if (run !== this.#run) return;
      this.#run = run + 1;
      mode === "frame" ? this.#frame() : this.#form(this.#run, this.#root);
    };
    const watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && go(), {
      rootMargin: "300px",
    });
    this.#undo.push(() => watch.disconnect());
    if (this.#status || this.getAttribute("loading") === "eager") return go();
    watch.observe(this);
    for (const touch of ["focusin", "pointerenter"]) this.addEventListener(touch, go, { once: true });
  }

  #end() {
    this.#run = 0;
    this.#mounted?.free();
    this.#mounted = this.#status = undefined;
    for (const undo of this.#undo.splice(0)) undo();
    this.#root.replaceChildren(make("slot"));
  }

  /** What the page's link would say. */
  #query() {
    const asked = new URLSearchParams(this.#status);
    for (const name of this.#status ? ["locale", "theme"] : ASKED) {
      const value = this.getAttribute(name);
      if (value) asked.set(name.replace("-", "_"), value);
    }
    if (!asked.has("locale")) asked.set("locale", this.closest("[lang]")?.lang || navigator.language);
    if (!asked.has("theme")) asked.set("theme", isDark(this.parentElement ?? this) ? "dark" : "light");
    try {
      const metadata = this.#status ? {} : JSON.parse(this.getAttribute("metadata") || "{}");
      for (const [key, value] of Object.entries(metadata)) asked.append(`metadata[${key}]`, value);
    } catch (error) {
      say("the attribute metadata is no JSON object, so the sale goes without it.", error);
    }
    return `?${asked}`;
  }

  /** The form, or the status, as the proxy draws it: usable before any WebAssembly. */
  async #form(run, place) {
    let answer;
    const asked = this.#query();
    try {
      answer = await fetch(`${base}embed${asked}`, { credentials: "omit" });
    } catch (error) {
      return say(`${origin} cannot be asked from here: add ${location.origin} to CHECKOUT_ALLOWED_ORIGINS there, and ${origin} to this page's connect-src.`, error);
    }
    if (!answer.ok) return say(`${origin} answered ${answer.status}.`);
    const drawn = make("template");
    try {
      drawn.innerHTML = trusted(await answer.text());
    } catch (error) {
      return say("this page's policy allows no HTML from here: add creem-checkout to its trusted-types.", error);
    }
    if (run !== this.#run) return;
    const outside = drawn.content.querySelector("[data-protocol]");
    if (outside?.dataset.protocol !== PROTOCOL) {
      return say(`this page has another version of embed.js than ${origin} serves: load ${base}embed.js anew, with its new integrity.`);
    }
    const style = drawn.content.querySelector("style");
    this.#root.adoptedStyleSheets = [FRAME, sheet(style.textContent)];
    style.remove();
    place.replaceChildren(drawn.content);
    const mount = outside.querySelector("#app");
    this.#watch(mount);
    this.#tell("ready");
    let taken;
    const take = () => {
      taken ??= this.#take(run, mount, outside.dataset, asked);
    };
    for (const touch of ["pointerdown", "focusin", "keydown"]) outside.addEventListener(touch, take, { once: true });
    if (this.#status) take();
    else if (this.getAttribute("loading") === "eager") (self.requestIdleCallback ?? setTimeout)(take);
  }

  /** The app takes over, in the middle of neither a composition nor a press. */
  async #take(run, mount, names, query) {
    try {
      const start = await load(names);
      while (this.#busy.size) await new Promise((resolve) => mount.addEventListener("rest", resolve, { once: true }));
      if (run === this.#run) this.#mounted = start(mount, { base, query, emit: (name, detail) => this.#hear(name, detail) });
    } catch (error) {
      say(`the form goes on without its live part: this page's script-src needs ${origin} and 'wasm-unsafe-eval'.`, error);
    }
  }

  #watch(mount) {
    this.#busy.clear();
    for (const [begin, ...ends] of [["compositionstart", "compositionend"], ["pointerdown", "pointerup", "pointercancel"]]) {
      mount.addEventListener(begin, () => this.#busy.add(begin));
      const over = () =>
        setTimeout(() => {
          this.#busy.delete(begin);
          mount.dispatchEvent(new Event("rest"));
        });
      for (const end of ends) {
        addEventListener(end, over);
        this.#undo.push(() => removeEventListener(end, over));
      }
    }
    // Some fillers of forms announce only a change, and the app listens to typing.
    mount.addEventListener("change", ({ target }) => {
      if (target.type !== "radio") target.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  #tell(name, detail) {
    return this.dispatchEvent(
      new CustomEvent(`creem-checkout:${name}`, { detail, bubbles: true, composed: true, cancelable: name === "created" }),
    );
  }

  /** What the app says; answers whether it may go on. */
  #hear(name, detail) {
    const payment = this.getAttribute("payment");
    if (name === "leave") return this.#leave(payment, detail.url);
    if (name === "paid" && !isNews(detail)) return true;
    if (name === "submit" && payment === "new-tab") this.#tab = open("", "_blank");
    if (name === "created") this.pending = `?request_id=${detail.request_id}&checkout_id=${detail.checkout_id}`;
    const goesOn = this.#tell(name, detail);
    if (name === "error" || !goesOn) this.#tab?.close();
    return goesOn;
  }

  #leave(payment, url) {
    const pending = this.pending;
    if (payment === "new-tab" && this.#tab && !this.#tab.closed) {
      this.#tab.opener = null;
      this.#tab.location = url;
      const back = () => document.hidden || this.#show(pending);
      document.addEventListener("visibilitychange", back, { once: true });
      this.#undo.push(() => document.removeEventListener("visibilitychange", back));
      return false;
    }
    if (payment !== "overlay" && payment !== "inline") return true;
    const frame = make("iframe", { src: url, title: "Creem", allow: "payment *; publickey-credentials-get *" });
    frame.setAttribute("part", "payment");
    const from = new URL(url).origin.replace("//www.", "//");
    const heard = ({ source, origin, data }) => {
      if (source !== frame.contentWindow || origin.replace("//www.", "//") !== from) return;
      if (data?.source !== "creem-embed" || data.type !== "completed") return;
      stop();
      this.#show(pending);
    };
    const stop = () => removeEventListener("message", heard);
    addEventListener("message", heard);
    this.#undo.push(stop);
    if (payment === "overlay") this.#dialog(frame, stop);
    else this.#root.querySelector("#app").replaceWith(frame);
    return false;
  }

  /** A modal dialog: the browser keeps the focus inside and gives it back, and ends it with Escape. */
  #dialog(content, closed) {
    const cross = make("button", { type: "button", textContent: "×", ariaLabel: this.#close });
    const dialog = make("dialog", { ariaLabel: content.title || this.#label() }, cross, content);
    dialog.setAttribute("part", "dialog");
    cross.setAttribute("part", "close");
    cross.onclick = () => dialog.close();
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
    const { style } = document.documentElement;
    const { overflow } = style;
    const over = () => {
      style.overflow = overflow;
      dialog.remove();
      closed?.();
    };
    dialog.addEventListener("close", over, { once: true });
    this.#undo.push(() => dialog.close());
    this.#root.append(dialog);
    style.overflow = "hidden";
    dialog.showModal();
    return dialog;
  }
  #close = "Close";

  #label() {
    return this.getAttribute("label") || this.textContent.trim() || "Buy";
  }

  #button(run) {
    const button = make("button", { type: "button", textContent: this.#label(), ariaHasPopup: "dialog" });
    button.setAttribute("part", "button");
    this.#root.replaceChildren(button);
    button.onclick = () => {
      const place = make("div", { textContent: "…" });
      this.#dialog(place, () => {
        this.#mounted?.free();
        this.#mounted = undefined;
      });
      this.#form(run, place);
    };
  }

  /** For sites that allow no script of others: the page itself in a frame. */
  #frame() {
    const frame = make("iframe", { src: `${base}${this.#query()}&embed=1`, title: this.#label(), allow: "payment *" });
    const heard = ({ source, origin: from, data }) => {
      if (source !== frame.contentWindow || from !== origin || data?.source !== "creem-checkout") return;
      if (data.height) frame.style.blockSize = `${data.height}px`;
      else if (data.name === "leave") this.#hear("leave", data.detail) && location.assign(data.detail.url);
      else this.#hear(data.name, data.detail);
    };
    addEventListener("message", heard);
    this.#undo.push(() => removeEventListener("message", heard));
    frame.setAttribute("part", "frame");
    this.#root.replaceChildren(frame);
  }
}

if (!customElements.get("creem-checkout")) customElements.define("creem-checkout", CreemCheckout);
