// What is typed at a step is kept, there or here, and handed in until an answer comes; and who else is there is shown.
const find = selector => document.querySelector(selector);
const button = () => find("button[data-keep]");
const place = () => `keep ${button().dataset.keep} ${location.pathname}`;
const fields = () => [...new FormData(button().form)].filter(([, value]) => typeof value === "string");
const text = pairs => JSON.stringify(pairs.filter(([name]) => !/^(csrf_token|_key|_seen|_draft)$/.test(name)));
const post = (address, body, kind, more) =>
  fetch(address, { method: "POST", body, headers: { ...JSON.parse(document.body.dataset.hxHeaders), "CPM-Kept": kind }, ...more });
const away = is => find("#away")?.toggleAttribute("hidden", !is);
let timer, saving;

const keep = () => {
  clearTimeout(timer);
  timer = undefined;
  const typed = fields();
  sessionStorage[place()] = JSON.stringify(typed);
  return typed;
};
// Until there is an answer.
const ask = async (address, body, kind) => {
  for (;;) {
    const answer = await post(address, body(), kind).catch(() => {});
    const there = answer?.status < 502;
    away(!there);
    if (there) return answer;
    await new Promise(go => { setTimeout(go, 3000); addEventListener("online", go, { once: true }); });
  }
};
const save = async () => {
  if (saving || !button()) return saving;
  let sent;
  saving = ask(button().formAction, () => new URLSearchParams(sent = keep()), "part");
  const answer = await saving;
  saving = undefined;
  const said = await answer.text();
  if (!button()) return;
  find("#kept").innerHTML = answer.ok || answer.status === 409 ? said : button().dataset.lost;
  if (answer.ok && text(sent) === text(fields())) delete sessionStorage[place()];
};
for (const what of ["input", "change", "htmx:after:swap"]) document.addEventListener(what, ({ target }) => {
  const form = button()?.form;
  if (form && (target.form ?? target.closest?.("form")) === form) timer ??= setTimeout(save, 1000);
});

const send = async (address, data) => {
  const answer = await ask(address, () => data, "page");
  const goes = answer.headers.get("CPM-Goes");
  if (goes) {
    keep();
    delete sessionStorage[place()];
    return location.assign(goes);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = document.adoptNode(page.querySelector("main"));
  find("main").replaceWith(main);
  document.title = page.title;
  htmx.process(main);
  main.dispatchEvent(new CustomEvent("htmx:after:swap", { bubbles: true, detail: {} }));
};
document.addEventListener("submit", async event => {
  const { target: form, submitter: by } = event, own = button();
  if (event.defaultPrevented || !own || !form.closest(".work")) return;
  event.preventDefault();
  if (by !== own) {
    const data = new FormData(form, by);
    if (timer && form !== own.form) await save();
    return send(by?.getAttribute("formaction") ?? form.getAttribute("action"), data);
  }
  await save();
  delete form.dataset.sent;
  find("#live").textContent = find("#kept").textContent;
});

// What did not arrive before.
const left = button() && sessionStorage[place()];
if (left && text(JSON.parse(left)) !== text(fields())) {
  const typed = new URLSearchParams(JSON.parse(left));
  typed.set("csrf_token", new Map(fields()).get("csrf_token"));
  send(button().formAction, typed);
}

const tell = more => new URLSearchParams({ ...find("#here").dataset, ...more });
const beat = async () => {
  const box = find("#here");
  if (document.hidden || !box) return;
  const answer = await post(box.dataset.here, tell()).catch(() => {});
  if (!saving) away(!answer);
  const said = answer?.ok ? await answer.text() : box.innerHTML;
  if (box.innerHTML !== said) box.innerHTML = said;
};
setInterval(beat, 20000);
beat();
document.addEventListener("visibilitychange", beat);
addEventListener("pagehide", () => {
  if (find("#here")) post(find("#here").dataset.here, tell({ gone: 1 }), "", { keepalive: true });
  if (timer && button()) post(button().formAction, new URLSearchParams(keep()), "part", { keepalive: true });
});
