// What happens elsewhere, while this page is open. Each event of the stream becomes one of the document: cpm:tasks,
// cpm:incidents, cpm:case, cpm:talk, ... with its data as detail. Only a tab that is looked at has a stream.

const find = (selector, root = document) => root.querySelector(selector);
const { live, case: about } = document.body.dataset;
let last = document.body.dataset.since, source, wait = 2000;
const news = find("[data-ask]"), counts = find("[data-counts]"), mentions = find("[data-asks]");

const heard = event => {
  last = event.lastEventId || last;
  document.dispatchEvent(new CustomEvent(`cpm:${event.type}`, { detail: JSON.parse(event.data) }));
};
const close = () => {
  source?.close();
  source = undefined;
};
const open = () => {
  if (document.hidden || source) return;
  const asked = new URLSearchParams({ after: last, lists: news?.dataset.ask ? news.dataset.of : counts ? "tasks" : "", case: about ?? "" });
  source = new EventSource(`${live}?${asked}`);
  for (const kind of ["beat", "reset", "tasks", "incidents", "case", "talk", "mention"]) source.addEventListener(kind, heard);
  source.addEventListener("beat", () => { wait = 2000; });
  // A browser comes again by itself, but not after an answer that is no stream: a proxy's, while we start.
  source.addEventListener("error", () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    setTimeout(open, wait = Math.min(wait * 2, 60000));
  });
};
if (live) {
  document.addEventListener("visibilitychange", () => document.hidden ? close() : open());
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

// "3 new": what concerns the list on this page is gathered, and the server asked what of it is there. Rows stay.
const rows = () => document.querySelectorAll("tr[data-id]");
const ids = new Set();
let asking;
const ask = async () => {
  asking = undefined;
  const shown = [...rows()].map(row => row.dataset.id).filter(id => ids.has(id));
  const address = new URL(news.dataset.ask, location.href);
  address.searchParams.set("ids", [...ids].filter(id => !shown.includes(id)).slice(-200).join(" "));
  address.searchParams.set("shown", shown.join(" "));
  const answer = await fetch(address).catch(() => undefined);
  if (!answer?.ok) return;
  const text = await answer.text();
  if (news.innerHTML.trim() !== text.trim()) news.innerHTML = text;
  const gone = find("[data-gone]", news)?.dataset.gone.split(" ") ?? [];
  for (const row of rows()) row.classList.toggle("gone", gone.includes(row.dataset.id));
};
if (news) for (const kind of [news.dataset.of, "reset"]) document.addEventListener(`cpm:${kind}`, ({ detail }) => {
  if (detail.own || detail.entry <= document.body.dataset.known) return; // the stream goes back a little
  ids.add(kind === "reset" ? "all" : String(detail.entry ?? detail));
  asking ??= setTimeout(ask, 400 + Math.random() * 800); // not all browsers at once
});

// What several hints lead to is asked for once, not by all browsers at the same moment.
const soon = (kinds, wait, address, show) => {
  let asked;
  for (const kind of kinds) document.addEventListener(`cpm:${kind}`, () => asked ??= setTimeout(async () => {
    asked = undefined;
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok && !answer.redirected) show(await answer.text());
  }, wait * (1 + Math.random())));
};
if (counts) soon(["tasks", "reset"], 3000, counts.dataset.counts, text => {
  const now = JSON.parse(text);
  for (const each of counts.querySelectorAll("[data-of]")) each.textContent = now[each.dataset.of] ?? each.textContent;
});
if (mentions) soon(["mention", "reset"], 400, mentions.dataset.asks, text => {
  if (mentions.innerHTML.trim() === text.trim()) return;
  mentions.innerHTML = text;
  mentions.closest("details")?.parentElement.before(mentions.parentElement);
  find("#live").textContent = mentions.textContent;
});

// A call that begins to ring moves nothing under the pointer: at the top of a page, where no browser keeps the place by itself, we do.
let height;
const strip = find("#talk-strip");
if (strip) new ResizeObserver(() => {
  if (height === 0 && !scrollY && find(".ringing", strip)) scrollTo(0, strip.offsetHeight);
  height = strip.offsetHeight;
}).observe(strip);

// Ctrl+K leads to the box that finds anything, Esc back to where one was; what is chosen there is opened or done.
let before;
document.addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const box = find("#palette");
  if (!box) return;
  event.preventDefault();
  if (document.activeElement !== box) before = document.activeElement;
  box.focus();
  box.select();
  box.dispatchEvent(new Event("input", { bubbles: true })); // what it offers
});
document.addEventListener("keydown", event => {
  if (event.key !== "Escape" || event.target.id !== "palette") return;
  event.preventDefault();
  event.target.blur(); // the page itself, where nothing had the focus, takes none
  if (before?.isConnected) before.focus();
}, true);
document.addEventListener("change", event => {
  if (event.target.id !== "palette" || event.detail !== "chosen") return;
  const option = [...document.querySelectorAll("#found [role=option]")].find(each => each.dataset.text === event.target.value);
  if (option?.dataset.href) location.assign(option.dataset.href);
  const does = find("#palette-does");
  if (option?.dataset.post) {
    does.action = option.dataset.post;
    does.submit();
  }
});

// The sheet of keys lies above the page; Esc closes it, and focus goes back to where it was.
document.addEventListener("click", async event => {
  const link = event.target.closest("a[data-sheet]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(`${link.href}?sheet`).catch(() => undefined);
  if (!answer?.ok) return location.assign(link.href);
  const sheet = Object.assign(document.createElement("dialog"), { className: "sheet", innerHTML: await answer.text() });
  sheet.setAttribute("aria-labelledby", "keys");
  sheet.append(Object.assign(document.createElement("form"), { method: "dialog", innerHTML: "<button></button>" }));
  find("button", sheet).textContent = link.dataset.sheet;
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  sheet.showModal();
});

// How many rows are chosen is said too.
document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-chosen]");
  if (form) find("#live").textContent = form.dataset.chosen.replace("{count}", form.querySelectorAll(":checked").length);
});

// Lists of work: j and k go from row to row, x chooses one, p opens it where it is parked. Keys that stand in the page are [data-key], as everywhere.
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.hasAttribute("data-no-single-keys")) return;
  if (!["j", "k", "p", "x"].includes(event.key) || event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog")) return;
  const links = [...rows()].map(row => find("th a", row)).filter(Boolean);
  const here = document.activeElement?.closest("tr[data-id]");
  const at = links.findIndex(link => here?.contains(link));
  if (event.key === "x") find("input[type=checkbox]", here ?? document.createElement("i"))?.click();
  else if (event.key === "p") find("tr :checked") || links[at] && location.assign(`${links[at].href}#park-reason`);
  else links[Math.max(0, Math.min(links.length - 1, at + (event.key === "j" ? 1 : at < 0 ? 1 : -1)))]?.focus();
  event.preventDefault();
});
