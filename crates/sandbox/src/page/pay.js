// The card is in a frame of its own. Pressing Pay hands it in there first, and goes on here when it was taken.
// Without this script the frame has a button for the first half.
const form = document.querySelector("form.checkout");
const pay = form?.querySelector("button[value=pay]");
const frame = document.querySelector("iframe[name=card]");

if (form && pay && frame) {
  let pressed = false;
  const taken = () => frame.contentDocument?.querySelector("[data-card=kept]");

  form.addEventListener("submit", (event) => {
    if (["remove", "edit", "fill"].includes(event.submitter?.value) || taken()) return;
    if (event.submitter?.value === "apply" && form.elements.discount_code.value) return;
    const card = frame.contentDocument?.forms[0];
    if (!card) return;
    event.preventDefault();
    pressed = true;
    card.requestSubmit();
  });

  const settle = () => {
    const inner = frame.contentDocument;
    if (!inner?.body) return;
    frame.style.height = `${inner.body.scrollHeight + 4}px`;
    inner.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input")) form.requestSubmit(pay);
    });
    if (pressed && taken()) form.requestSubmit(pay);
    else if (pressed) inner.querySelector("[aria-invalid=true]")?.focus();
    pressed = false;
  };
  frame.addEventListener("load", settle);
  if (frame.contentDocument?.readyState === "complete") settle();
}

// Back brings a page out of the browser's memory as it was; only the server knows what was paid since.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
