// Nothing that is typed at a step is lost: it is kept on the server while it is typed, in this window while the server
// is away, and handed in under the same key until an answer comes. And whoever else has the case open is shown.

const find = selector => document.querySelector(selector);
const button = () => find("button[data-keep]");
const place = () => `keep ${button().dataset.keep} ${location.pathname}`;
const fields = form => [...new FormData(form)].filter(([, value]) => typeof value === "string");
const text = pairs => JSON.stringify(pairs.filter(([name]) => !/^(csrf_token|_key|_seen|_draft)$/.test(name)));
const guard = () => JSON.parse(document.body.dataset.hxHeaders);
let timer, saving;

// Until the server answers. `body` is made anew for each attempt.
const ask = async (address, body, kind) => {
  for (;;) {
    try {
      const answer = await fetch(address, { method: "POST", body: body(), headers: { ...guard(), "CPM-Kept": kind } });
      if (answer.status < 502) {
        find("#away").hidden = true;
        return answer;
      }
    } catch { /* no connection */ }
    find("#away").hidden = false;
    await new Promise(go => { setTimeout(go, 3000); addEventListener("online", go, { once: true }); });
  }
};

const save = async () => {
  clearTimeout(timer);
  timer = undefined;
  if (!button() || saving) return saving?.then(save);
  let sent;
  const body = () => {
    sent = fields(button().form);
    sessionStorage.setItem(place(), JSON.stringify(sent));
    return new URLSearchParams(sent);
  };
  saving = ask(button().formAction, body, "part");
  const answer = await saving;
  saving = undefined;
  if (!find("#kept")) return;
  if (answer.ok || answer.status === 409) find("#kept").innerHTML = await answer.text();
  else find("#kept").textContent = button().dataset.lost;
  if (answer.ok && text(sent) === text(fields(button().form))) sessionStorage.removeItem(place());
};

const changed = event => {
  if (event.target.form === button()?.form || event.target.closest?.("form") === button()?.form) timer ??= setTimeout(save, 1000);
};
for (const what of ["input", "change", "htmx:after:swap"]) document.addEventListener(what, event => { if (button()) changed(event); });

// Forms of the step are handed in by script: so a lost connection is noticed, and waited for.
const send = async (address, data) => {
  const answer = await ask(address, () => data, "page");
  const goes = answer.headers.get("CPM-Goes");
  if (goes) {
    clearTimeout(timer);
    timer = undefined;
    if (button()) sessionStorage.removeItem(place());
    return location.assign(goes);
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = document.adoptNode(page.querySelector("main"));
  find("main").replaceWith(main);
  document.title = page.title;
  globalThis.htmx?.process(main);
  main.dispatchEvent(new CustomEvent("htmx:after:swap", { bubbles: true, detail: {} }));
};

document.addEventListener("submit", async event => {
  const form = event.target, by = event.submitter, own = button();
  if (event.defaultPrevented || !own || (form !== own.form && !form.closest(".work")) || form.method !== "post") return;
  event.preventDefault();
  delete form.dataset.sent;
  if (by === own) {
    await save();
    find("#live").textContent = find("#kept")?.textContent ?? "";
    return;
  }
  const data = new FormData(form, by);
  form.dataset.sent = "yes";
  if (timer && form !== own.form) await save();
  send(by?.hasAttribute("formaction") ? by.formAction : form.action, data);
});

// What had not arrived when the window was left is brought now.
const left = button() && sessionStorage.getItem(place());
if (left && text(JSON.parse(left)) !== text(fields(button().form))) {
  const data = new URLSearchParams(JSON.parse(left));
  data.set("csrf_token", button().form.csrf_token.value);
  send(button().formAction, data);
} else if (left) sessionStorage.removeItem(place());

const tell = more => {
  const box = find("#here");
  const about = new URLSearchParams({ csrf_token: guard()["X-CSRFToken"], ...more });
  if (box.dataset.task) about.set("task", box.dataset.task);
  if ("mine" in box.dataset) about.set("mine", "1");
  return about;
};
const beat = async () => {
  if (document.hidden || !find("#here")) return;
  try {
    const answer = await fetch(find("#here").dataset.here, { method: "POST", body: tell() });
    if (!answer.ok) return;
    const said = await answer.text();
    if (find("#here") && find("#here").innerHTML !== said) find("#here").innerHTML = said;
    if (!saving) find("#away").hidden = true;
  } catch {
    if (find("#away")) find("#away").hidden = false;
  }
};
setInterval(beat, 20000);
beat();
document.addEventListener("visibilitychange", beat);
addEventListener("pagehide", () => {
  if (find("#here")) navigator.sendBeacon(find("#here").dataset.here, tell({ gone: 1 }));
  if (!timer || !button()) return;
  const typed = fields(button().form);
  sessionStorage.setItem(place(), JSON.stringify(typed));
  fetch(button().formAction, { method: "POST", body: new URLSearchParams(typed), headers: { ...guard(), "CPM-Kept": "part" }, keepalive: true });
});
