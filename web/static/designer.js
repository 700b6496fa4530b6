// Draws models and puts the numbers of findings at their elements. The tables on the page say the same without it.

const { Viewer } = globalThis.CpmViewer;

for (const place of document.querySelectorAll("[data-drawing]")) draw(place);

async function draw(place) {
  place.hidden = false;
  place.closest("[data-drawn]")?.removeAttribute("hidden");
  // The wheel stays the page's: whoever scrolls past a drawing would be caught in it.
  const viewer = new Viewer({ container: place.querySelector(".canvas"), zoomScroll: { enabled: false } });
  try {
    await viewer.importXML(await source(place));
    fit(viewer, place);
  } catch {
    viewer.destroy();
    place.textContent = place.dataset.failed;
    return;
  }
  mark(viewer, marksOf(place.dataset.drawing));
  if (place.dataset.chooses) choose(viewer, document.getElementById(place.dataset.chooses));
  place.addEventListener("click", event => zoom(viewer, event.target.dataset.zoom));
}

// A click on a shape chooses it in the list, and the list marks its shape.
function choose(viewer, list) {
  const canvas = viewer.get("canvas");
  const show = () => {
    for (const { value } of list.options) if (value && viewer.get("elementRegistry").get(value)) canvas.removeMarker(value, "chosen");
    if (list.value && viewer.get("elementRegistry").get(list.value)) canvas.addMarker(list.value, "chosen");
  };
  viewer.on("element.click", ({ element }) => {
    if ([...list.options].some(option => option.value === element.id)) list.value = element.id;
    show();
  });
  list.addEventListener("change", show);
  show();
}

async function source(place) {
  if (!place.dataset.url) return place.querySelector("textarea").value;
  const answer = await fetch(place.dataset.url);
  if (!answer.ok) throw new Error(answer.status);
  return answer.text();
}

// As high as the drawing needs, within the screen.
function fit(viewer, place) {
  const canvas = viewer.get("canvas");
  const { inner, outer } = canvas.viewbox();
  const scale = Math.min(1, outer.width / (inner.width + 80));
  place.querySelector(".canvas").style.height = `${Math.min(Math.max(inner.height * scale + 100, 200), outer.height)}px`;
  canvas.resized();
  show(viewer);
}

function show(viewer) {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() > 1) canvas.zoom(1, "auto");
}

function zoom(viewer, way) {
  const canvas = viewer.get("canvas");
  if (way === "fit") show(viewer);
  if (way === "in" || way === "out") canvas.zoom(canvas.zoom() * (way === "in" ? 1.25 : 0.8), "auto");
}

// Element -> the numbers and reasons of the rows that name it.
function marksOf(drawing) {
  const marks = new Map();
  for (const row of document.querySelectorAll(`tr[data-in="${drawing}"]`)) {
    const known = marks.get(row.dataset.element) ?? [];
    marks.set(row.dataset.element, [...known, { number: row.dataset.number, reason: row.cells[4].textContent }]);
  }
  return marks;
}

function mark(viewer, marks) {
  const drawn = viewer.get("elementRegistry");
  for (const [element, findings] of marks) {
    if (!drawn.get(element)?.parent) continue; // the process itself, or something without a shape
    viewer.get("canvas").addMarker(element, "refused");
    viewer.get("overlays").add(element, { position: { top: -14, right: 14 }, html: badge(findings) });
  }
}

function badge(findings) {
  const link = document.createElement("a");
  link.className = "mark";
  link.href = `#finding-${findings[0].number}`;
  link.textContent = findings.map(each => each.number).join(", ");
  link.title = findings.map(each => each.reason).join("\n");
  return link;
}
