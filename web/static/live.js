// What happens elsewhere, while this page is open. Each event of the stream becomes one of the document: cpm:tasks,
// cpm:incidents, cpm:case, cpm:talk, ... with its data as detail. Only a tab that is looked at has a stream.

const find = (selector, root = document) => root.querySelector(selector);
const { live, case: about } = document.body.dataset;
let last = document.body.dataset.since, source, wait = 2000;
const news = find("[data-ask]");

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
  const asked = new URLSearchParams({ after: last, lists: news?.dataset.ask ? news.dataset.of : "", case: about ?? "" });
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
  if (detail.own) return;
  ids.add(kind === "reset" ? "all" : String(detail.entry ?? detail));
  asking ??= setTimeout(ask, 400 + Math.random() * 800); // not all browsers at once
});
