// Asks form-js what it makes of a form, what is known, and what is typed into it.
import { Form } from "@bpmn-io/form-js-viewer";

const ROUNDS = 3; // what is shown only because of an answer is answered in the next

globalThis.askAll = cases => Promise.all(cases.map(ask));

async function ask({ schema, data, typed }) {
  const container = document.body.appendChild(document.createElement("div"));
  const form = new Form({ container });
  await form.importSchema(schema, data);
  for (let round = 0; round < ROUNDS; round++) {
    await drawn();
    for (const field of fields(form)) type(form, field, typed);
  }
  await computed(form);
  const answer = told(form, container);
  form.destroy();
  container.remove();
  return answer;
}

function type(form, field, typed) {
  const path = field.valuePath.join(".");
  if (!(path in typed) || at(form._getState().data, field.valuePath) === typed[path]) return;
  form._update({ fieldInstance: field, value: typed[path] });
}

function told(form, container) {
  const errors = {};
  for (const field of fields(form)) {
    const asked = form.get("formFieldRegistry").get(field.id);
    const value = at(form._getState().data, field.valuePath);
    const found = asked.disabled ? [] : form.get("validator").validateFieldInstance(field, value);
    if (found.length) errors[field.valuePath.join(".")] = found;
  }
  const shown = fields(form).map(field => field.valuePath.join("."));
  const cells = [...container.querySelectorAll("tbody tr")].map(row => [...row.cells].map(cell => cell.textContent));
  return { shown, errors, cells, data: form.submit().data };
}

const fields = form => form.get("formFieldInstanceRegistry").getAllKeyed();
const at = (value, path) => path.reduce((found, name) => found?.[name], value);

// form-js 1.23 computes one field for each entry: all share the name under which it notes which have had their turn.
async function computed(form) {
  for (const field of fields(form)) {
    if (form.get("formFieldRegistry").get(field.id).type !== "expression") continue;
    form.get("expressionLoopPreventer").reset();
    form._setState({});
    await drawn();
  }
}

// Preact runs effects after the next picture, and what they change is in the one after.
async function drawn() {
  for (let pictures = 0; pictures < 4; pictures++)
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
}
