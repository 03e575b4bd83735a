// Defines <creem-checkout>: a checkout inside any site. Until there is something better, and wherever anything is blocked,
// the link inside the element shows, and sells.

const base = new URL(".", import.meta.url).href;
const { origin } = new URL(base);

// The attributes that are parameters of the page's link too.
const ASKED =
  "product units discount-code email request-id success-url custom-fields intent locale theme accent surface text radius font".split(" ");

if (!document.adoptedStyleSheets) throw Error("<creem-checkout>: this browser is too old.");

// What is done once for all elements of the page: the app starts, a font is made known, and a problem is said with what to
// change on the page or at the proxy.
const done = {};
const say = (cure) => (done[cure] ??= console.warn(`<creem-checkout>: ${cure}.`) ?? 1);
const UNREACHED = `check that ${origin} is up, ${location.origin} in CHECKOUT_ALLOWED_ORIGINS, and ${origin} in`;

const make = (name, properties) => Object.assign(document.createElement(name), properties);

const sheet = (text) => {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
};
const FRAME = sheet(":host{display:block!important}:host([hidden]){display:none!important}iframe{border:0;width:100%;min-height:30rem}slot~iframe{height:1px;min-height:0}");

// Where the page requires Trusted Types, one of its policies takes this one's place.
let policy = { createHTML: String };

// What Creem has sent the buyer back with. One element of the page shows the status for it.
let back = location.search.match(/(?=.*\bcheckout_id=).*\b(signature|request_id)=.*/)?.[0];

// A payment is news once, across loads and tabs; without storage once a load.
const isNews = ({ checkout_id: id }) => {
  try {
    const name = `creem-checkout.paid.${id}`;
    return !localStorage[name] && (localStorage[name] = 1);
  } catch {
    return true;
  }
};

customElements.get("creem-checkout") ?? customElements.define("creem-checkout", class extends HTMLElement {
  static observedAttributes = [...ASKED, ..."metadata mode payment label loading".split(" ")];
  #root = this.attachShadow({ mode: "open" });
  // While it shows something. What listens for as long is given this for its options, of which it has `signal`.
  #run;
  #busy;
  #rest;
  #mounted;
  #status;
  #pending;
  #tab;

  connectedCallback() {
    // Moved within the page it keeps what was typed.
    this.#run || this.#show();
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
  #show(status = back) {
    this.#end();
    this.#status = status;
    back = undefined;
    const run = (this.#run = new AbortController());
    this.#root.adoptedStyleSheets = [FRAME];
    const mode = !status && this.getAttribute("mode");
    if (mode === "button" && this.#label()) return this.#button();
    const draw = () => (mode === "frame" ? this.#frame() : this.#form(this.#root));
    // What is in sight already need not wait for the page's first frame.
    if (status || this.matches("[loading=eager]") || Math.abs(this.getClientRects()[0]?.top) < innerHeight)
      return draw();
    new Promise((go) => {
      const near = new IntersectionObserver((seen) => seen.at(-1).isIntersecting && go(near.disconnect()), {
        rootMargin: "300px",
      });
      near.observe(this);
      for (const touch of ["focusin", "pointerenter"]) this.addEventListener(touch, go, run);
    }).then(() => run === this.#run && draw());
  }

  #end() {
    this.#run = this.#run?.abort();
    this.#mounted = this.#mounted?.free();
    this.#status = undefined;
    this.#root.replaceChildren(make("slot", { part: "link" }));
  }

  /** What the page's link would say. */
  #query() {
    const asked = new URLSearchParams(this.#status);
    // Where the text around is light, the site is dark.
    const [r, g, b] = getComputedStyle(this).color.match(/\d+/g).map(Number);
    const around = { locale: this.closest("[lang]")?.lang || navigator.language, theme: r + g + b > 420 ? "dark" : "light" };
    for (const name of this.#status ? Object.keys(around) : ASKED) {
      const value = this.getAttribute(name) || asked.get(name) || around[name];
      if (value) asked.set(name.replace("-", "_"), value);
    }
    try {
      const metadata = JSON.parse(this.getAttribute("metadata"));
      for (const key in this.#status ? {} : metadata) asked.append(`metadata[${key}]`, metadata[key]);
    } catch {
      say("metadata is no JSON object");
    }
    return `?${asked}`;
  }

  /** The form, or the status, as the proxy draws it: usable before any WebAssembly. Answers something where it cannot. */
  async #form(place) {
    const run = this.#run;
    const asked = this.#query();
    const drawn = make("template");
    let problem = `${UNREACHED} connect-src`;
    try {
      const answer = await fetch(`${base}embed${asked}`);
      if (!answer.ok) return say(`${origin} answers ${answer.status}`);
      const html = await answer.text();
      problem = "add creem-checkout to trusted-types";
      policy = done.policy ??= self.trustedTypes?.createPolicy("creem-checkout", policy) ?? policy;
      drawn.innerHTML = policy.createHTML(html);
    } catch {
      return say(problem);
    }
    if (run !== this.#run) return;
    // What this file and the proxy have in common.
    const outside = drawn.content.querySelector("[data-protocol='1']");
    if (!outside) return say(`load ${base}embed.js anew`);
    const { font } = outside.dataset;
    // A shadow root has no fonts of its own.
    done[font] ??= font && document.adoptedStyleSheets.push(sheet(font));
    const style = drawn.content.firstChild;
    this.#root.adoptedStyleSheets = [FRAME, sheet(style.textContent)];
    style.remove();
    place.replaceChildren(drawn.content);
    const mount = outside.querySelector("#app");
    this.#watch(mount);
    this.#tell("ready");
    const take = () => this.#take(run, mount, outside.dataset, asked);
    if (this.#status) return take();
    for (const touch of ["pointerdown", "focusin", "keydown"]) outside.addEventListener(touch, take, { once: true });
    // The policy lets no plain form leave.
    const blocked = ({ effectiveDirective, blockedURI }) =>
      effectiveDirective === "form-action" && blockedURI.startsWith(origin) && this.#end(say(`add ${origin} to form-action`));
    self.addEventListener("securitypolicyviolation", blocked, run);
    if (this.matches("[loading=eager]")) setTimeout(take);
  }

  /** The app takes over, in the middle of neither a composition nor a press. */
  async #take(run, mount, { appJs, appWasm }, query) {
    try {
      const app = await import(appJs);
      await (done[appJs] ??= app.default({ module_or_path: fetch(appWasm) }));
      while (this.#busy) await new Promise((rest) => (this.#rest = rest));
      if (run !== this.#run || this.#mounted || !mount.isConnected) return;
      this.#mounted = app.mount(mount, { base, query, emit: (name, detail) => this.#hear(name, detail) });
    } catch {
      say(`add ${origin} and 'wasm-unsafe-eval' to script-src`);
    }
  }

  #watch(mount) {
    const rest = () => (this.#busy = this.#rest?.());
    for (const type of ["compositionstart", "pointerdown"]) mount.addEventListener(type, () => (this.#busy = true));
    for (const type of ["compositionend", "pointerup", "pointercancel"]) self.addEventListener(type, () => setTimeout(rest), this.#run);
    // Some fillers of forms announce only a change, and the app listens to typing.
    mount.addEventListener("change", ({ target }) => target.type === "radio" || target.dispatchEvent(new Event("input", { bubbles: true })));
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
    if (name === "submit" && payment === "new-tab") this.#tab = open();
    if (name === "created") this.#pending = `?request_id=${detail.request_id}&checkout_id=${detail.checkout_id}`;
    const goesOn = this.#tell(name, detail);
    if (name === "error" || !goesOn) this.#tab?.close();
    return goesOn;
  }

  /** Shows the payment page as the attribute says; answers whether the whole page is to go there. */
  #leave(payment, url) {
    if (payment === "new-tab" && this.#tab?.closed === false) {
      this.#tab.opener = null;
      this.#tab.location = url;
      document.addEventListener("visibilitychange", () => document.hidden || this.#show(this.#pending), this.#run);
      return false;
    }
    if (payment !== "overlay" && payment !== "inline") return true;
    const frame = this.#framed("payment", url, "Creem", ({ source, type }) => {
      if (source === "creem-embed" && type === "completed") this.#show(this.#pending);
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
  #dialog(ariaLabel, content) {
    const dialog = make("dialog", { part: "dialog", ariaLabel });
    const { style, style: { overflow } } = document.documentElement;
    const close = () => dialog.close();
    dialog.addEventListener("click", ({ target }) => (target === dialog || target.part == "close") && close());
    dialog.addEventListener("close", () => {
      style.overflow = overflow;
      dialog.remove();
      // The form ends with a dialog that was opened for it.
      if (!content.nodeType) this.#mounted = this.#mounted?.free();
    });
    this.#run.signal.addEventListener("abort", close);
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

  #button() {
    const button = make("button", { part: "button", textContent: this.#label(), ariaHasPopup: "dialog" });
    button.addEventListener("click", async () => {
      // Where the form cannot come, the link does.
      if (await this.#form(this.#dialog(button.textContent, "…"))) this.#end();
    });
    this.#root.replaceChildren(button);
  }

  /** A page of ours or of Creem's in a frame, and what it says. */
  #framed(part, src, title, hear) {
    const frame = make("iframe", { part, src, title, allow: "payment *; publickey-credentials-get *" });
    const bare = (origin) => origin.replace("//www.", "//");
    self.addEventListener(
      "message",
      ({ source, origin, data }) => source === frame.contentWindow && bare(origin) === bare(new URL(src).origin) && hear(data),
      this.#run,
    );
    return frame;
  }

  /** The page itself in a frame, for sites that allow no WebAssembly of others. */
  #frame() {
    const frame = this.#framed("frame", `${base}${this.#query()}&embed=1`, this.#label() || "Creem", ({ height, name, detail }) => {
      if (height) {
        frame.height = height;
        frame.previousSibling?.remove();
      } else if (this.#hear(name, detail) && name === "leave") location.assign(detail.url);
    });
    // The link stays until the page in the frame says how high it is; where that is blocked, for ever.
    frame.addEventListener("load", () => setTimeout(() => frame.previousSibling && say(`${UNREACHED} frame-src`), 5000));
    this.#root.append(frame);
  }
});
