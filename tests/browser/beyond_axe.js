// What axe does not see, asked of the page as it stands. Each function says what is wrong, in sentences' ends.
({
  INTERACTIVE: "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=option], [tabindex='0']",

  shown(element) {
    const box = element.getBoundingClientRect();
    const away = element.closest(".unseen, .skip:not(:focus), [inert]");
    return !away && element.checkVisibility({ visibilityProperty: true }) && box.width > 0 && box.height > 0;
  },

  told(element, fact) {
    return `${element.cloneNode(false).outerHTML.replace(/\s+/g, " ").slice(0, 160)} ${fact}`;
  },

  // Of what lies below a dialog that has to be answered, nothing.
  interactive() {
    const within = document.querySelector("dialog:modal") ?? document;
    return [...within.querySelectorAll(this.INTERACTIVE)].filter(each => this.shown(each) && !each.disabled);
  },

  // WCAG 2.2, 2.5.8, without the exception for targets that keep their distance: ours are large enough. Links within a sentence are.
  small() {
    const inSentence = link => getComputedStyle(link).display === "inline" && link.matches("a")
      && [...link.parentNode.childNodes].some(each => each.nodeType === Node.TEXT_NODE && /\w{2}/.test(each.data));
    return this.interactive().filter(each => !inSentence(each)).flatMap(each => {
      const { width, height } = each.getBoundingClientRect();
      return width < 23.9 || height < 23.9 ? [this.told(each, `is ${width.toFixed()} x ${height.toFixed()} px`)] : [];
    });
  },

  // 2.4.11 and 2.4.7: whoever walks by keys sees where they are, forwards and backwards; no bar lies over it.
  covered() {
    const before = document.activeElement, at = [scrollX, scrollY];
    const places = this.interactive().filter(each => each.tabIndex >= 0);
    const wrong = [...places, ...places.toReversed()].flatMap(each => {
      if (!this.shown(each)) return [];
      each.focus();
      each.scrollIntoView({ block: "nearest", inline: "nearest" });  // as the tab key does, also within a dialog
      if (document.activeElement !== each) return [this.told(each, "does not take the focus")];
      const above = this.above(each);
      if (above !== undefined) return [this.told(each, `is covered when it has the focus, by ${above}`)];
      const { outlineStyle, outlineWidth } = getComputedStyle(each);
      return outlineStyle === "none" || !parseFloat(outlineWidth) ? [this.told(each, "does not show the focus")] : [];
    });
    before === document.body ? document.activeElement.blur() : before.focus();
    scrollTo(...at);
    return [...new Set(wrong)];
  },

  above(element) {
    const [box] = element.getClientRects();
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    if (bottom <= top || right <= left) return "the edge of the window";
    const tall = box.height > innerHeight / 2;  // of such a field it is enough to see a part
    const rows = tall ? [top + 8, (top + bottom) / 2, bottom - 8] : [(top + bottom) / 2];
    const hits = rows.map(y => document.elementFromPoint((left + right) / 2, y));
    const ours = hit => hit && (element.contains(hit) || hit.contains(element) && !hit.matches(".bar, .bar-below"));
    if (tall ? hits.some(ours) : hits.every(ours)) return undefined;
    return hits.find(hit => !ours(hit))?.cloneNode(false).outerHTML ?? "nothing";
  },

  // 1.4.4, 1.4.10, 1.4.12: no words are cut off, at whatever size they are. `.clamped` says that there is more, and a title says all of it.
  cut() {
    return [...document.querySelectorAll("body *")].filter(each => {
      if (!this.shown(each) || each.closest(".clamped, [title], .unseen, .scroll, svg, pre, select, input, textarea, iframe, option")) return false;
      const { overflowX, overflowY } = getComputedStyle(each);
      const wide = overflowX !== "visible" && overflowX !== "auto" && each.scrollWidth > each.clientWidth + 1;
      const high = overflowY !== "visible" && overflowY !== "auto" && each.scrollHeight > each.clientHeight + 1;
      return each.textContent.trim() && (wide || high);
    }).map(each => this.told(each, "cuts off its words"));
  },

  // 4.1.3: what is told by its colour or place is told to those who hear the page.
  silent() {
    return [...document.querySelectorAll(".notice, .warning, .summary")].filter(each => this.shown(each))
      .filter(each => !each.closest("[role=status], [role=alert], [role=note], [role=alertdialog], [role=dialog]"))
      .map(each => this.told(each, "is no message to who hears the page"));
  },

  // A key that two things on a page wait for reaches one of them; an id that two have, too.
  doubled() {
    return ["id", "data-key", "data-alt-key"].flatMap(name => {
      const all = [...document.querySelectorAll(`[${name}]`)].filter(each => name === "id" || this.shown(each));
      const seen = new Set();
      return all.filter(each => seen.has(each.getAttribute(name)) || !seen.add(each.getAttribute(name)))
        .map(each => this.told(each, `has the ${name} of another`));
    });
  },

  // In forced colours nothing may be told by a background alone: what can be pressed has a border, where one is is marked.
  faint() {
    const bordered = each => ["top", "bottom", "left"].some(side => {
      const style = getComputedStyle(each);
      return style[`border-${side}-style`] !== "none" && parseFloat(style[`border-${side}-width`]) > 0;
    });
    const marked = each => {
      const { fontWeight, outlineStyle, textDecorationLine } = getComputedStyle(each);
      return bordered(each) || Number(fontWeight) >= 600 || outlineStyle !== "none" || textDecorationLine !== "none";
    };
    const press = "button:not(.plain), .button, input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, .tag, .panel, .notice, .warning, .summary";
    return [
      ...[...document.querySelectorAll(press)].filter(each => this.shown(each) && !bordered(each)),
      ...[...document.querySelectorAll("[aria-current], [aria-selected=true]")].filter(each => this.shown(each) && !marked(each)),
    ].map(each => this.told(each, "cannot be told in forced colours"));
  },

  // Drawings keep their colours where others are forced: they have to be seen on what lies below then.
  lost() {
    const light = colour => {
      const [, ...parts] = /rgba?\((\d+), (\d+), (\d+)/.exec(colour) ?? [];
      if (!parts.length || /, 0\)$/.test(colour)) return undefined;
      const [r, g, b] = parts.map(part => Number(part) / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = light(getComputedStyle(document.body).backgroundColor);
    const stands = colour => {
      const own = light(colour);
      return own !== undefined && (Math.max(own, ground) + 0.05) / (Math.min(own, ground) + 0.05) >= 3;
    };
    return [...document.querySelectorAll("svg :is(rect, circle, path, line, polyline, polygon, text)")]
      .filter(each => this.shown(each) && !stands(getComputedStyle(each).fill) && !stands(getComputedStyle(each).stroke))
      .map(each => this.told(each, "is not to be seen in forced colours"));
  },

  // 1.4.12: as people set it who read so more easily.
  spaced() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets.push(sheet);
    const { scrollWidth, clientWidth } = document.documentElement;
    const wrong = [...this.cut(), ...(scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide`] : [])];
    document.adoptedStyleSheets.pop();
    return wrong.map(each => `${each}, with more space between its letters`);
  },
})
