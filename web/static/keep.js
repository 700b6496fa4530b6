// What is typed at a step or to a customer is kept, there or here, and handed in until an answer comes; and who else is there is shown.
const find = selector => document.querySelector(selector);
const button = () => find("button[data-keep]");
let at; // where this window keeps it
const place = () => at = button() ? `keep ${button().dataset.keep} ${location.pathname}` : at;
const fields = () => [...new FormData(button().form)].filter(([, value]) => typeof value === "string");
const text = pairs => JSON.stringify(pairs.filter(([name]) => !/^(csrf_token|_key|_seen|_draft)$/.test(name)));
const post = (address, body, kind, more) =>
  fetch(address, { method: "POST", body, headers: { ...JSON.parse(document.body.dataset.hxHeaders), "CPM-Kept": kind }, ...more });
const away = (is, untaken = false) => {
  find("#away")?.toggleAttribute("hidden", !is);
  find("#away")?.classList.toggle("untaken", untaken);
};
let timer, saving;
// Files that are chosen; by itself a step keeps each once, and says at hand-in of what it did not take why.
const tried = new WeakSet();
const chosen = form => [...form.querySelectorAll("input[type=file]")].filter(one => one.files.length);
const fresh = form => chosen(form).filter(one => one.name.startsWith("_file.") && !tried.has(one.files[0]));

const keep = () => {
  const typed = fields();
  sessionStorage[place()] = JSON.stringify(typed);
  return typed;
};
const calm = () => {
  clearTimeout(timer);
  timer = undefined;
};
// Not while something is handed in: the answer to that says what is kept.
const later = () => { if (!button().form.hasAttribute("data-held")) timer ??= setTimeout(save, 1000); };
// Until there is an answer, and always the same: what got none may have arrived all the same.
const ask = async (address, body, kind, once) => {
  for (;;) {
    const answer = await post(address, body, kind).catch(() => {});
    const said = answer?.status < 502 ? await answer.text().catch(() => {}) : undefined;
    away(said === undefined);
    if (once || said !== undefined) return { answer, said };
    await new Promise(go => { setTimeout(go, 3000); addEventListener("online", go, { once: true }); });
  }
};
const sent = async () => {
  const typed = keep(), kept = find("#kept"), { form } = button(), files = fresh(form), body = new FormData();
  for (const pair of typed) body.append(...pair);
  for (const one of files) for (const file of one.files) {
    tried.add(file);
    body.append(one.name, file);
  }
  const { answer, said } = await ask(button().formAction, files.length ? body : new URLSearchParams(typed), "part", files.length);
  if (find("#kept") !== kept) return; // the page was drawn anew meanwhile, and knows of later saves than this one
  const ok = answer?.ok;
  kept.innerHTML = ok || answer?.status === 409 ? said : button().dataset.lost;
  if (answer?.status === 413) kept.prepend(`${new DOMParser().parseFromString(said, "text/html").querySelector("h1")?.textContent} `);
  // Files that are kept stand in the form by their numbers, and are drawn there by their names.
  const made = [...kept.querySelectorAll("[data-file]")], all = one => made.filter(each => `_file.${each.name}` === one.name);
  for (const one of files) if (tried.has(one.files[0]) && all(one).length === one.files.length) one.value = "";
  form.querySelector(".fields")?.append(...made);
  for (const kind of ["input", "change"]) made[0]?.dispatchEvent(new Event(kind, { bubbles: true }));
  if (chosen(form).length) kept.append(` ${button().dataset.unkept}`);
  if (ok ? text(typed) !== text(fields()) || fresh(form).length : answer?.status !== 409 && files.length) later();
  else if (ok) delete sessionStorage[place()];
};
// One at a time: each goes on from the one before.
const save = () => {
  calm();
  if (!button()) return undefined;
  if (saving) keep();
  return saving ??= sent().finally(() => { saving = undefined; });
};
const saveAll = async () => {
  await saving;
  await save();
};
for (const what of ["input", "change", "htmx:after:swap"]) document.addEventListener(what, ({ target }) => {
  const form = button()?.form;
  if (form && (target.form ?? target.closest?.("form")) === form) later();
});

// Nothing can be typed or pressed while something is handed in: the answer would take it away. Who is there stays there, as
// `inert` would not let them, walks on by Tab, F6 and Alt, and copies.
const hold = is => { for (const form of document.querySelectorAll(".work form")) form.toggleAttribute("data-held", is); };
for (const what of ["beforeinput", "click", "mousedown", "keydown", "paste", "drop"]) addEventListener(what, event => {
  const { type, key, target } = event;
  const free = type === "mousedown" ? !target.closest?.("button, select") : type === "keydown" &&
    (/^(Tab|Escape|Page\w+|F\d+)$/.test(key) || ((event.ctrlKey || event.altKey) && !/^(Enter|Arrow(Up|Down))$/.test(key)));
  const part = target.closest?.("[form], [data-held]"); // the bar's buttons stand outside of their form
  if (free || !(part?.form ?? part)?.hasAttribute("data-held")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
addEventListener("pageshow", ({ persisted }) => { if (persisted) hold(false); });
const send = async (address, data, mine = true) => {
  hold(true);
  const { answer, said } = await ask(address, data, "page");
  const goes = answer.headers.get("CPM-Goes");
  calm();
  if (goes) {
    if (mine) delete sessionStorage[place()]; // else only what was saved before is there
    return location.assign(goes);
  }
  const page = new DOMParser().parseFromString(said, "text/html"), main = page.querySelector("main");
  if (!main || answer.status === 413) { // what stands before the server may answer in its place
    hold(false);
    away(true, true);
    if (main) find("#kept").textContent = find("#away .untaken").textContent = main.querySelector("h1").textContent;
    for (const form of document.forms) delete form.dataset.sent;
    return;
  }
  find("main").replaceWith(main);
  document.title = page.title;
  htmx.process(main);
  main.dispatchEvent(new CustomEvent("htmx:after:swap", { bubbles: true, detail: {} }));
  if (!button()) return;
  if (!mine) return again();
  keep(); // with the files that it has now by their numbers
  later();
};
// What did not arrive before.
const again = () => {
  const left = button() && sessionStorage[place()];
  if (!left || text(JSON.parse(left)) === text(fields())) return;
  const typed = new URLSearchParams(JSON.parse(left));
  typed.set("csrf_token", new Map(fields()).get("csrf_token"));
  send(button().formAction, typed);
};
document.addEventListener("submit", async event => {
  const { target: form, submitter: by } = event, own = button(), leaves = form.matches("[data-leaves]");
  // What stands side by side in place of the form is chosen, and says for all that was typed here.
  const chosen = !own && at && form.matches("[data-main]");
  if (event.defaultPrevented || !(own ? leaves ? timer || saving : form.closest(".work") : chosen)) return;
  event.preventDefault();
  if (chosen) return send(form.getAttribute("action"), new FormData(form, by));
  if (leaves) {
    await Promise.race([saveAll(), new Promise(go => { setTimeout(go, 10000); })]);
    calm();
    return form.submit();
  }
  const mine = form === own.form;
  if (by !== own || [...new FormData(form).values()].some(value => value.size)) { // files are handed in, or never kept
    hold(true);
    if (!mine && timer) await saveAll();
    else if (mine) keep();
    calm();
    await saving;
    return send(by?.getAttribute("formaction") ?? form.getAttribute("action"), new FormData(form, by), mine);
  }
  await saveAll();
  delete form.dataset.sent;
  find("#live").textContent = find("#kept").textContent;
});

again();

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
  if (!timer || !button()) return;
  const last = new URLSearchParams(keep());
  if (saving) last.delete("_draft"); // nobody knows which of the two arrives first: this one counts
  post(button().formAction, last, "part", { keepalive: true });
});
addEventListener("beforeunload", event => {
  const form = button()?.form;
  if (form && !form.hasAttribute("data-held") && chosen(form).length) event.preventDefault();
});
