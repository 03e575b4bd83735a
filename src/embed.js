// Defines <creem-checkout>: a checkout inside any site. Until there is something better, and wherever anything is blocked,
// the link inside the element shows, and sells.

const base = new URL(".", import.meta.url).href;
const { origin } = new URL(base);

// What this file and the proxy have in common; the proxy says which one it speaks.
const PROTOCOL = "1";

// The attributes that are parameters of the page's link too.
const ASKED =
  "product units discount-code email request-id success-url custom-fields intent locale theme accent surface text radius font".split(" ");

// Each problem once, with what to change on the page or at the proxy.
const said = {};
const say = (cure) => (said[cure] ??= console.warn(`<creem-checkout>: ${cure}.`) ?? 1);

const make = (name, part, properties) => {
  const element = Object.assign(document.createElement(name), properties);
  element.setAttribute("part", part);
  return element;
};

const framed = (part, src, title) => make("iframe", part, { src, title, allow: "payment *; publickey-credentials-get *" });

const sheet = (text) => {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
};
const FRAME = sheet(":host{display:block!important}:host([hidden]){display:none!important}iframe{border:0;width:100%;min-height:30rem}");

let policy;
const trusted = (html) => {
  policy ??= self.trustedTypes?.createPolicy("creem-checkout", { createHTML: (text) => text });
  return policy ? policy.createHTML(html) : html;
};

// The app, once for all elements of the page.
let app;
const load = ({ appJs, appWasm }) =>
  (app ??= import(appJs).then(async ({ default: start, mount }) => {
    await start({ module_or_path: fetch(appWasm) });
    return mount;
  }));

// The page that Creem sends the buyer back to shows the status, in one element of it.
const query = new URLSearchParams(location.search);
let isReturn = query.has("checkout_id") && (query.has("signature") || query.has("request_id"));

// Whether the text around is light, so that the site is dark.
const isDark = (element) => {
  const [r, g, b] = getComputedStyle(element).color.match(/\d+/g).map(Number);
  return r + g + b > 420;
};

// A payment is news once, across loads and tabs; without storage once a load.
const isNews = ({ checkout_id: id }) => {
  try {
    const name = `creem-checkout.paid.${id}`;
    return !localStorage[name] && (localStorage[name] = 1);
  } catch {
    return true;
  }
};

const bare = (address) => new URL(address).origin.replace("//www.", "//");

class CreemCheckout extends HTMLElement {
  static observedAttributes = [...ASKED, "metadata", "mode", "payment", "label", "loading"];
  #root = this.attachShadow({ mode: "open" });
  #run = 0;
  #undo = [];
  #busy;
  #mounted;
  #status;
  #pending;
  #tab;
  #ended = this.#end();

  connectedCallback() {
    // Moved within the page it keeps what was typed.
    if (!this.#run) this.#begin();
  }

  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#end());
  }

  attributeChangedCallback(name, before, now) {
    const run = this.#run;
    if (!run || before === now) return;
    if (this.#mounted && ASKED.slice(0, 4).includes(name)) this.#mounted.ask(this.#query());
    // Once for all that change together.
    else queueMicrotask(() => run === this.#run && this.#show(this.#status));
  }

  /** Begins anew, with what became of a payment where there is one. */
  #show(status) {
    this.#end();
    this.#status = status;
    this.#begin();
  }

  #on(target, name, listener) {
    target.addEventListener(name, listener);
    this.#undo.push(() => target.removeEventListener(name, listener));
  }

  #begin() {
    const run = (this.#run = Math.random());
    if (isReturn) {
      isReturn = false;
      this.#status = location.search;
    }
    this.#root.adoptedStyleSheets = [FRAME];
    const mode = !this.#status && this.getAttribute("mode");
    if (mode === "button" && this.#label()) return this.#button(run);
    let gone;
    const go = () => {
      if (gone || run !== this.#run) return;
      gone = true;
      mode === "frame" ? this.#frame() : this.#form(run, this.#root);
    };
    // What is in sight already need not wait for the page's first frame.
    if (this.#status || this.getAttribute("loading") === "eager" || Math.abs(this.getClientRects()[0]?.top) < innerHeight)
      return go();
    const near = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && go(), { rootMargin: "300px" });
    near.observe(this);
    this.#undo.push(() => near.disconnect());
    for (const touch of ["focusin", "pointerenter"]) this.#on(this, touch, go);
  }

  #end() {
    this.#run = 0;
    this.#mounted?.free();
    this.#mounted = this.#status = undefined;
    for (const undo of this.#undo.splice(0)) undo();
    this.#root.replaceChildren(make("slot", "link"));
  }

  /** What the page's link would say. */
  #query() {
    const asked = new URLSearchParams(this.#status);
    for (const name of this.#status ? ["locale", "theme"] : ASKED) {
      const value = this.getAttribute(name);
      if (value) asked.set(name.replace("-", "_"), value);
    }
    if (!asked.has("locale")) asked.set("locale", this.closest("[lang]")?.lang || navigator.language);
    if (!asked.has("theme")) asked.set("theme", isDark(this) ? "dark" : "light");
    try {
      const metadata = JSON.parse(this.getAttribute("metadata"));
      for (const key in this.#status ? {} : metadata) asked.append(`metadata[${key}]`, metadata[key]);
    } catch {
      say("metadata is no JSON object");
    }
    return `?${asked}`;
  }

  /** The form, or the status, as the proxy draws it: usable before any WebAssembly. Answers something where it cannot. */
  async #form(run, place) {
    const asked = this.#query();
    const drawn = make("template", "drawn");
    let cure = `add ${location.origin} to CHECKOUT_ALLOWED_ORIGINS, and ${origin} to connect-src`;
    try {
      const answer = await fetch(`${base}embed${asked}`);
      if (!answer.ok) return say(`${origin} answers ${answer.status}`);
      const html = await answer.text();
      cure = "add creem-checkout to trusted-types";
      drawn.innerHTML = trusted(html);
    } catch {
      return say(cure);
    }
    if (run !== this.#run) return;
    const outside = drawn.content.querySelector("[data-protocol]");
    if (outside?.dataset.protocol !== PROTOCOL) return say(`load ${base}embed.js anew`);
    const style = drawn.content.querySelector("style");
    this.#root.adoptedStyleSheets = [FRAME, sheet(style.textContent)];
    style.remove();
    place.replaceChildren(drawn.content);
    const mount = outside.querySelector("#app");
    this.#watch(mount);
    this.#tell("ready");
    const take = () => this.#take(run, mount, outside.dataset, asked);
    if (this.#status) return take();
    for (const touch of ["pointerdown", "focusin", "keydown"]) outside.addEventListener(touch, take, { once: true });
    if (this.getAttribute("loading") === "eager") setTimeout(take);
  }

  /** The app takes over, in the middle of neither a composition nor a press. */
  async #take(run, mount, names, query) {
    try {
      const start = await load(names);
      while (this.#busy) await new Promise((resolve) => mount.addEventListener("rest", resolve, { once: true }));
      if (run !== this.#run || this.#mounted || !mount.isConnected) return;
      this.#mounted = start(mount, { base, query, emit: (name, detail) => this.#hear(name, detail) });
    } catch {
      say(`add ${origin} and 'wasm-unsafe-eval' to script-src`);
    }
  }

  #watch(mount) {
    const rest = () => {
      this.#busy = false;
      mount.dispatchEvent(new Event("rest"));
    };
    for (const type of ["compositionstart", "pointerdown"]) mount.addEventListener(type, () => (this.#busy = true));
    for (const type of ["compositionend", "pointerup", "pointercancel"]) this.#on(self, type, () => setTimeout(rest));
    // Some fillers of forms announce only a change, and the app listens to typing.
    mount.addEventListener("change", ({ target }) => target.type === "radio" || target.dispatchEvent(new Event("input", { bubbles: true })));
  }

  #tell(name, detail) {
    const cancelable = name === "created";
    return this.dispatchEvent(new CustomEvent(`creem-checkout:${name}`, { detail, bubbles: true, composed: true, cancelable }));
  }

  /** What the app says; answers whether it may go on. */
  #hear(name, detail) {
    const payment = this.getAttribute("payment");
    if (name === "leave") return this.#leave(payment, detail.url);
    if (name === "paid" && !isNews(detail)) return true;
    if (name === "submit" && payment === "new-tab") this.#tab = open("", "_blank");
    if (name === "created") this.#pending = `?request_id=${detail.request_id}&checkout_id=${detail.checkout_id}`;
    const goesOn = this.#tell(name, detail);
    if (name === "error" || !goesOn) this.#tab?.close();
    return goesOn;
  }

  /** Shows the payment page as the attribute says; answers whether the whole page is to go there. */
  #leave(payment, url) {
    if (payment === "new-tab" && this.#tab && !this.#tab.closed) {
      this.#tab.opener = null;
      this.#tab.location = url;
      this.#on(document, "visibilitychange", () => document.hidden || this.#show(this.#pending));
      return false;
    }
    if (payment !== "overlay" && payment !== "inline") return true;
    const frame = framed("payment", url, "Creem");
    this.#on(self, "message", ({ source, origin, data }) => {
      if (source !== frame.contentWindow || bare(origin) !== bare(url)) return;
      if (data?.source === "creem-embed" && data.type === "completed") this.#show(this.#pending);
    });
    const drawn = this.#root.querySelector("[data-protocol]");
    if (payment === "inline") drawn.querySelector("#app").replaceWith(frame);
    else {
      // In a frame of the same look as the form.
      const around = drawn.cloneNode();
      around.append(drawn.firstChild.cloneNode(true), frame);
      this.#dialog(frame.title, around);
    }
    return false;
  }

  /** A modal dialog: the browser keeps the focus inside and gives it back, and ends it with Escape. */
  #dialog(ariaLabel, content, closed) {
    const dialog = make("dialog", "dialog", { ariaLabel });
    const { style } = document.documentElement;
    const { overflow } = style;
    const close = () => dialog.close();
    dialog.addEventListener("click", ({ target }) => (target === dialog || target.part == "close") && close());
    dialog.addEventListener("close", () => {
      style.overflow = overflow;
      dialog.remove();
      closed?.();
    });
    this.#undo.push(close);
    dialog.append(content);
    this.#root.append(dialog);
    style.overflow = "hidden";
    dialog.showModal();
    return dialog;
  }

  /** What the site calls the sale. */
  #label() {
    return this.getAttribute("label") || this.textContent.trim();
  }

  #button(run) {
    const button = make("button", "button", { textContent: this.#label(), ariaHasPopup: "dialog" });
    button.addEventListener("click", async () => {
      const dialog = this.#dialog(button.textContent, "…", () => {
        this.#mounted?.free();
        this.#mounted = undefined;
      });
      // Where the form cannot come, the link does.
      if (await this.#form(run, dialog)) this.#end();
    });
    this.#root.replaceChildren(button);
  }

  /** The page itself in a frame, for sites that allow no WebAssembly of others. */
  #frame() {
    const frame = framed("frame", `${base}${this.#query()}&embed=1`, this.#label() || "Creem");
    this.#on(self, "message", ({ source, origin: from, data }) => {
      if (source !== frame.contentWindow || from !== origin || data?.source !== "creem-checkout") return;
      if (data.height) frame.style.blockSize = `${data.height}px`;
      else if (this.#hear(data.name, data.detail) && data.name === "leave") location.assign(data.detail.url);
    });
    this.#root.replaceChildren(frame);
  }
}

customElements.get("creem-checkout") ?? customElements.define("creem-checkout", CreemCheckout);
