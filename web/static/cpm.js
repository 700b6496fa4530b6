// Every page works without this file; it only makes some things quicker.

const find = (selector, root = document) => root.querySelector(selector);

// What went wrong comes first, wherever it came from: the page itself or a swap.
// Of a list, the row that came, or the way back to the one that went. Else work begins at its heading, not at the bar above.
const focusFirst = () => {
  const first = find(".list [data-focus]") ?? find("#summary[data-focus]") ?? find("#suggested[data-focus]")
    ?? (location.hash ? null : find("h1[data-focus]"));
  first?.focus();
  // Once: what did not get it now takes it from nobody later.
  if (first) for (const one of document.querySelectorAll("[data-focus]")) one.removeAttribute("data-focus");
};
document.addEventListener("htmx:after:swap", event => {
  focusFirst();
  // Who has commented, or was refused, goes on there: the button that was pressed is gone.
  if (event.detail.ctx?.target?.id === "comments" && document.activeElement === document.body) find("#comment-text")?.focus();
  // Who has decided on a suggestion goes on at those that are left.
  if (event.detail.ctx?.target?.id !== "suggestions") return;
  if (document.activeElement === document.body) find("#before, #next")?.focus();
  // An address that was kept there is the step's too: nobody types it twice, or is told of a change that was their own.
  const kept = event.detail.ctx.request.form?.querySelector("[type=email]")?.value, field = find("#step-form [name=email]");
  if (!kept || !field || field.value || find("#suggested")) return;
  field.value = kept;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
focusFirst();

// With this file what is decided before a wrap-up is a form of its own: what is typed below stays anyway.
const part = () => { for (const one of document.querySelectorAll("#suggestions [form]")) one.removeAttribute("form"); };
document.addEventListener("htmx:after:swap", part);
part();

// A link of the summary leads into its field, not only to it.
document.addEventListener("click", event => {
  const link = event.target.closest(".summary a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  field.focus();
});

// Ctrl+Enter goes on: it hands in the form in which somebody is, else the page's own.
document.addEventListener("keydown", event => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest("form") ?? find("form[data-main]");
  const by = [...form?.elements ?? []].find(one => one.matches("button.primary"));
  if (!by && !form?.matches("[data-main]")) return;
  event.preventDefault();
  form.requestSubmit(by);
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

// Single keys: [data-key=n] is clicked by n, outside of fields, unless the person has switched them off. Who has just ticked
// a row goes on with it.
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (document.body.hasAttribute("data-no-single-keys")) return;
  if (event.target.closest("input:not(tr [type=checkbox]), select, textarea, [contenteditable]")) return;
  const target = find(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target?.checkVisibility()) return;
  event.preventDefault();
  if (target.matches("input, select, textarea")) target.focus();
  else target.click();
});

// Files dropped on a form that takes some are chosen there.
for (const what of ["dragover", "dragleave", "drop"]) document.addEventListener(what, event => {
  const form = event.target.closest?.("form[data-drop]");
  if (!form || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  form.classList.toggle("dropping", what === "dragover");
  if (what === "drop") find("input[type=file]", form).files = event.dataTransfer.files;
});

// Where the cursor stood in a text, for what is inserted there: <input data-cursor="id of the text">.
document.addEventListener("focusout", event => {
  const at = event.target.id && find(`input[data-cursor="${CSS.escape(event.target.id)}"]`);
  if (at) at.value = event.target.selectionStart;
});

// Alt and a key does what names it as its shortcut; what opens by it takes the focus, and Escape closes that again.
document.addEventListener("keydown", event => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = find(`[aria-keyshortcuts="Alt+${event.code.replace(/^(Key|Digit|Numpad)/, "")}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
  if (target.matches("summary")) (find("input:not([type=hidden]), select, textarea", target.parentElement) ?? target).focus();
});
document.addEventListener("keydown", event => {
  const out = event.key === "Escape" && !event.defaultPrevented && find("details:is(.way-out, .more)[open]");
  if (!out) return;
  out.open = false;
  find("summary", out).focus();
});

// F6 goes from column to column.
document.addEventListener("keydown", event => {
  const columns = event.key === "F6" ? [...document.querySelectorAll("[data-column]")] : [];
  if (!columns.length) return;
  event.preventDefault();
  const at = columns.findIndex(column => column.contains(document.activeElement));
  columns.at((event.shiftKey ? Math.max(at, 0) - 1 : at + 1) % columns.length).focus();
});

// Alt+N adds a row to the list in which somebody is, or to the first.
document.addEventListener("keydown", event => {
  if (event.code !== "KeyN" || !event.altKey || event.ctrlKey || event.metaKey) return;
  const add = find("button.add", event.target.closest?.(".list") ?? document);
  if (!add) return;
  event.preventDefault();
  add.click();
});

// A row that is on its way is not stopped by what was typed just before: the button took that along.
let moving;
document.addEventListener("htmx:config:request", event => {
  if (event.target.matches("button[hx-post]")) moving = event.detail.ctx;
  else if (moving && event.target.matches(".fields[hx-post]")) event.preventDefault();
});

// What somebody types while an answer is on its way stays: the answer knows nothing of it. A text that is typed in just
// then is left alone by htmx; what was typed and left, ticked or chosen is put back, and asked about where nothing else does.
const holds = one => /^(checkbox|radio)$/.test(one.type) ? "checked" : "value";
const held = form => [...form.elements].filter(one => one.id && one.type !== "file").map(one => [one.id, one[holds(one)]]);
document.addEventListener("htmx:config:request", ({ target, detail: { ctx } }) => {
  if (target.closest(".fields[hx-post]")) ctx.held = new Map(held(ctx.request.form));
});
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx.select) ctx.title = null; // a part of another page that came does not name this one
  ctx.since = ctx.held && held(ctx.request.form).filter(([id, now]) => ctx.held.has(id) && ctx.held.get(id) !== now);
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  for (const [id, now] of ctx?.since ?? []) {
    const one = document.getElementById(id);
    if (!one || one[holds(one)] === now) continue;
    if (one.matches("input[type=text]")) one.setAttribute("value", now); // what htmx holds the next answer against
    one[holds(one)] = now;
  }
});
document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  const row = ctx === moving;
  if (row) moving = undefined;
  if (!ctx.since?.length) return;
  const sign = ctx.target.appendChild(document.createElement("i"));
  for (const kind of row ? ["input", "change"] : ["input"]) sign.dispatchEvent(new Event(kind, { bubbles: true }));
  sign.remove();
});

// Cells of a spreadsheet pasted into a row go to the right and downwards; the server makes the rows.
document.addEventListener("paste", event => {
  const input = event.target.closest?.(".line input[type=text]");
  const text = event.clipboardData?.getData("text/plain").replace(/\r?\n$/, "") ?? "";
  const fields = input?.closest("[hx-post]");
  if (!fields || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  input.value = text.split(/[\t\r\n]/)[0];
  const pasted = Object.assign(document.createElement("input"), { type: "hidden", name: "_paste", value: `${input.name}=${text}` });
  fields.append(pasted);
  pasted.dispatchEvent(new Event("input", { bubbles: true }));
});

// What somebody left behind here is nobody else's: not after they have signed out, nor for whom signs in next.
const { visitor, out } = document.body.dataset;
if (visitor || out) for (const key of Object.keys(sessionStorage))
  if (key.startsWith("keep ") && !key.startsWith(`keep ${visitor} `)) delete sessionStorage[key];

// What was typed and is a tick now leaves its box.
document.addEventListener("htmx:after:swap", () => {
  for (const box of document.querySelectorAll("input[data-took]"))
    if (box.value === box.dataset.took) box.value = box.getAttribute("value");
});

// A look-up, <input data-lookup="where to ask">: an editable combobox with a list (ARIA APG 1.2). What is typed is
// told to others only once it is chosen or left.
const found = Object.assign(document.createElement("ul"), { id: "found", className: "found", hidden: true, role: "listbox" });
const said = Object.assign(document.createElement("div"), { className: "unseen", role: "status" });
let asking, waiting, box, listed, marked = -1;

const prepare = () => {
  for (const input of document.querySelectorAll("input[data-lookup]")) {
    if (!found.isConnected) (find("main") ?? document.body).append(found, said);
    input.role = "combobox";
    input.ariaAutoComplete = "list";
    input.ariaExpanded = String(input === box);
    input.setAttribute("aria-controls", "found");
  }
};
const options = () => [...found.querySelectorAll("[role=option]")];
const close = () => {
  clearTimeout(waiting);
  asking?.abort();
  found.hidden = true;
  if (box) box.ariaExpanded = "false";
  box?.removeAttribute("aria-activedescendant");
  box = undefined;
};
const mark = index => {
  const all = options();
  marked = all.length ? (index + all.length) % all.length : -1;
  all.forEach((option, number) => { option.ariaSelected = String(number === marked); });
  all[marked]?.scrollIntoView({ block: "nearest" });
  if (marked >= 0) box.setAttribute("aria-activedescendant", all[marked].id);
};
const place = input => {
  const at = input.getBoundingClientRect();
  const width = Math.min(Math.max(at.width, 280), document.documentElement.clientWidth - 16);
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8));
  Object.assign(found.style, { width: `${width}px`, left: `${left + scrollX}px`, top: `${at.bottom + scrollY + 2}px` });
  const { height } = found.getBoundingClientRect();
  if (at.bottom + height + 2 > innerHeight && at.top > height + 2) found.style.top = `${at.top + scrollY - height - 2}px`;
};
const look = async input => {
  asking?.abort();
  const all = "goes" in input.dataset && !input.value.trim(); // then all that can be done
  if (input.value.trim().length < 2 && !all) return close();
  asking = new AbortController();
  const address = new URL(input.dataset.lookup, location.href);
  address.searchParams.set("q", input.value);
  for (const id of input.dataset.beside?.split(" ") ?? []) {
    const known = document.getElementById(id);
    if (known?.value) address.searchParams.set(known.name.split(".").pop(), known.value);
  }
  try {
    const answer = await fetch(address, { signal: asking.signal });
    if (!answer.ok || document.activeElement !== input) return close();
    found.innerHTML = await answer.text();
  } catch {
    return;
  }
  box = input;
  listed = address.searchParams.get("q");
  marked = -1;
  const count = options().length;
  found.ariaLabel = input.labels[0]?.textContent ?? "";
  if (!count) found.append(Object.assign(document.createElement("li"), { className: "note", role: "presentation", textContent: input.dataset.none }));
  found.role = count ? "listbox" : "group";
  found.hidden = false;
  input.ariaExpanded = String(count > 0);
  said.textContent = count ? input.dataset.hits.replace("{count}", count) : input.dataset.none;
  place(input);
  if (count && "goes" in input.dataset && !all) mark(0);
};
const tell = (input, ...kinds) => {
  for (const kind of kinds) input.dispatchEvent(new CustomEvent(kind, { bubbles: true, detail: "chosen" }));
};
const choose = option => {
  const input = box;
  if (input.value !== option.dataset.text || input.dataset.before !== input.value) {
    for (const id of input.dataset.fills?.split(" ") ?? []) {
      const filled = document.getElementById(id);
      if (filled?.matches("input")) filled.setAttribute("value", filled.value = "");
    }
  }
  input.value = input.dataset.before = option.dataset.text;
  close();
  tell(input, "input", "change");
};

// Enter in a look-up hands nothing in: it takes what is marked or the only one found, else it looks at once.
const settle = input => {
  const all = options();
  clearTimeout(waiting);
  if ("goes" in input.dataset && !(box && marked >= 0)) input.form.requestSubmit();
  else if (box && listed !== input.value) look(input);
  else if (box && (marked >= 0 || all.length === 1)) choose(all[Math.max(marked, 0)]);
  else if (box && all.length) mark(0);
  else if (input.value !== input.dataset.before) look(input);
};

prepare();
document.addEventListener("htmx:after:swap", prepare);
document.addEventListener("focusin", event => {
  if (event.target.matches?.("input[data-lookup]")) event.target.dataset.before ??= event.target.value;
});
document.addEventListener("input", event => {
  if (!event.target.matches("input[data-lookup]") || event.detail === "chosen") return;
  event.stopPropagation();
  clearTimeout(waiting);
  waiting = setTimeout(look, 80, event.target);
}, true);
document.addEventListener("change", event => {
  if (event.target.matches("input[data-lookup]") && event.detail !== "chosen") tell(event.target, "input");
});
document.addEventListener("keydown", event => {
  const input = event.target;
  if (!input.matches?.("input[data-lookup]") || event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && !box) look(input);
  else if (step) mark(marked < 0 && step < 0 ? -1 : marked + step);
  else if (event.key === "Enter") settle(input);
  else if (event.key === "Escape" && box) close();
  else return;
  event.preventDefault();
});
document.addEventListener("focusout", event => {
  if (event.target === box) close();
});
found.addEventListener("mousedown", event => event.preventDefault());
found.addEventListener("click", event => {
  const option = event.target.closest("[role=option]");
  if (option) choose(option);
});

// A way out that is open lies over the form; who goes on there has left it.
document.addEventListener("focusin", event => {
  if (event.target.closest("#step-form")) find("details.way-out[open]")?.removeAttribute("open");
});

// The menu of the bar is closed by going on elsewhere.
for (const what of ["focusin", "click"]) document.addEventListener(what, event => {
  if (!event.target.closest(".more")) find("details.more[open]")?.removeAttribute("open");
});
