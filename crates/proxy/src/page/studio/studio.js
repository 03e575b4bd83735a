// Shows what the form asks for while one chooses, and lets words be copied.
// Without this script a press on the form's button shows the same.

const WAIT_MS = 250;
const SAID_MS = 4000;
const form = document.querySelector("form");
const frame = document.querySelector("iframe");
const said = document.getElementById("said");
let preview = frame.getAttribute("src");
let waiting, silence;
let asked = 0;

const say = (sentence) => {
  clearTimeout(silence);
  said.textContent = sentence;
  silence = setTimeout(() => (said.textContent = ""), SAID_MS);
};

/** Readies what only a script can do. */
const ready = () => {
  for (const button of document.querySelectorAll(".copy")) button.hidden = false;
  for (const picker of document.querySelectorAll("[type=color]")) {
    const { value } = form.elements[picker.dataset.of];
    picker.hidden = false;
    picker.value = /^#[0-9a-f]{6}$/i.test(value) ? value : picker.dataset.page;
  }
  for (const hint of document.querySelectorAll(".hint"))
    form.elements[hint.id.replace("-hint", "")].setAttribute("aria-invalid", hint.hasAttribute("data-bad"));
};

const show = async () => {
  const number = ++asked;
  const query = new URLSearchParams(new FormData(form));
  let page;
  try {
    page = await (await fetch(`studio?${query}`)).text();
  } catch {
    return say("The checkout does not answer. Was it ended?");
  }
  if (number !== asked) return;
  const fresh = new DOMParser().parseFromString(page, "text/html");
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(part.id);
    if (old.innerHTML === part.innerHTML) continue;
    old.toggleAttribute("data-bad", part.hasAttribute("data-bad"));
    old.replaceChildren(...part.childNodes);
  }
  ready();
  history.replaceState(null, "", `studio?${query}`);
  const address = fresh.querySelector("iframe").getAttribute("src");
  if (address === preview) return;
  preview = address;
  // Not one more step of the way back.
  frame.contentWindow.location.replace(new URL(address, location.href));
};

form.addEventListener("input", ({ target }) => {
  if (target.dataset.of) form.elements[target.dataset.of].value = target.value;
  clearTimeout(waiting);
  waiting = setTimeout(show, WAIT_MS);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(waiting);
  show();
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest(".copy");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
    say("Copied.");
  } catch {
    say("The browser does not let this page copy.");
  }
});

ready();
