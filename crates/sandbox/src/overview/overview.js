// Keeps the page as the sandbox is, lets words be copied, and presses buttons without losing one's place.
// Without this script the page is the same, as it was when it was asked for.

const EVERY_MS = 1500;
const SAID_MS = 6000;
const said = document.getElementById("said");
let silence;

/** Says something at the page's foot for a moment. */
const say = (sentence, bad = false) => {
  clearTimeout(silence);
  said.textContent = sentence;
  said.toggleAttribute("data-bad", bad);
  silence = setTimeout(() => (said.textContent = ""), SAID_MS);
};

const offerCopies = (root) => root.querySelectorAll(".copy[hidden]").forEach((button) => (button.hidden = false));

/** What each part said when it was served; what the reader opened or typed is not compared. */
const served = new Map();
const remember = (part) => served.set(part.id, part.innerHTML);
document.querySelectorAll("[data-live]").forEach(remember);
offerCopies(document);

const nameOf = (element) => element?.getAttribute("aria-label") ?? element?.id;

const renew = (old, fresh) => {
  if (served.get(fresh.id) === fresh.innerHTML) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  // Nothing is taken from under the hands of who fills a form in.
  if (focused?.matches("input, select, textarea")) return;
  remember(fresh);
  old.replaceChildren(...fresh.childNodes);
  offerCopies(old);
  const name = nameOf(focused);
  if (name) [...old.querySelectorAll("a, button")].find((element) => nameOf(element) === name)?.focus();
};

const refresh = async () => {
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(part.id);
    if (old) renew(old, part);
  }
};

let lost = false;
const follow = async () => {
  if (!document.hidden) {
    try {
      await refresh();
      if (lost) say("The sandbox is back.");
      lost = false;
    } catch {
      if (!lost) say("The sandbox does not answer. Was it ended?", true);
      lost = true;
    }
  }
  setTimeout(follow, EVERY_MS);
};
setTimeout(follow, EVERY_MS);

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.(".copy");
  if (!button) return;
  const text = button.dataset.copy ?? button.parentElement.querySelector("pre").textContent;
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    say("The browser does not let this page copy.", true);
  }
});

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (form.method !== "post" || form.target) return;
  event.preventDefault();
  const asked = new URLSearchParams(new FormData(form, submitter));
  try {
    const answer = await fetch(form.action, { method: "post", body: asked });
    if (!answer.ok) {
      const { error } = await answer.json();
      return say(error.message, true);
    }
    if (document.activeElement?.matches("input, select, textarea")) document.activeElement.blur();
    form.closest("details")?.removeAttribute("open");
    if (form.closest(".sheet-details")) form.reset();
    await refresh();
    say(`${submitter?.textContent.trim() ?? "Done"}: done.`);
  } catch {
    say("The sandbox does not answer. Was it ended?", true);
  }
});
