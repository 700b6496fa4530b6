// Every page works without this file; it only makes some things quicker.

const find = (selector, root = document) => root.querySelector(selector);

// What went wrong comes first, wherever it came from: the page itself or a swap.
const focusSummary = () => find("#summary[data-focus]")?.focus();
document.addEventListener("htmx:after:swap", focusSummary);
focusSummary();

// A link of the summary leads into its field, not only to it.
document.addEventListener("click", event => {
  const link = event.target.closest(".summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  field.focus();
});

// Ctrl+Enter goes on.
document.addEventListener("keydown", event => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form") ?? find("form[data-main]");
  if (form?.matches("[data-main]")) {
    event.preventDefault();
    form.requestSubmit(find("button.primary", form));
  }
});

// A second click while the first is on its way does nothing.
document.addEventListener("submit", event => {
  if (event.defaultPrevented) return;
  const form = event.target;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Single keys: [data-key=n] is clicked by n, outside of fields, unless the person has switched them off.
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (document.body.hasAttribute("data-no-single-keys")) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const target = find(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, select, textarea")) target.focus();
  else target.click();
});
