"use strict";
// What the target sent reaches this page as text and stays text: nothing here makes HTML of it.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const FIELDS = ["claim", "area", "operation", "id", "prefix", "client", "case", "verdict", "level", "statement",
    "source", "reason", "waiver", "mark"];
  const SIGNS = { violated: "✗", inconclusive: "?", waived: "≈", conforms: "✓", untested: "–" };
  const GROUPS = 30, RESULTS = 8;
  const LONG = 50000; // characters of one text: a browser takes long to lay out a million, and nobody reads them
  const results = data.rows.map((row, index) => {
    const result = { index };
    FIELDS.forEach((name, place) => { result[name] = row[place] < 0 ? "" : data.texts[row[place]]; });
    return result;
  });
  const find = (id) => document.getElementById(id);
  const every = (query) => [...document.querySelectorAll(query)];
  const selects = ["operation", "area", "prefix"];
  const state = { verdict: new Set(), mark: "", operation: "", area: "", prefix: "", text: "" };
  let chosen = false; // whether somebody chose what is shown: until then all cells keep their colours

  // elements ---------------------------------------------------------------------------------------
  // Characters that turn the direction of text, or are not seen at all, are shown by their number.
  const UNSEEN = /([\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff])/;
  function write(element, text) {
    text.split(UNSEEN).forEach((part) => {
      if (!part) return;
      if (!UNSEEN.test(part)) { element.append(part); return; }
      element.append(make("span", "control", "U+" + part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")));
    });
    return element;
  }
  function make(name, style, text) {
    const element = document.createElement(name);
    if (style) element.className = style;
    if (text) write(element, text);
    return element;
  }
  function button(style, text, act) {
    const element = make("button", style, text);
    element.type = "button";
    element.addEventListener("click", act);
    return element;
  }

  // evidence: unpacked when somebody first asks for it ---------------------------------------------
  let unpacked = null;
  function evidence() {
    unpacked ??= (async () => {
      const packed = find("evidence").textContent;
      if (!packed) return null;
      const bytes = Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
      return JSON.parse(await new Response(stream).text());
    })().catch(() => null);
    return unpacked;
  }
  async function copy(text, control) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    control.textContent = "Copied";
    setTimeout(() => { control.textContent = "Copy"; }, 1500);
  }

  // one result -------------------------------------------------------------------------------------
  function fact(list, name, value) {
    if (!value) return;
    list.append(make("dt", "", name));
    const told = make("dd");
    told.append(value.nodeType ? value : write(make("bdi"), value));
    list.append(told);
  }
  function block(text, label) {
    const element = make("pre", "text", text.slice(0, LONG));
    if (text.length > LONG) {
      const rest = button("more", `${text.length - LONG} more characters`, () => { rest.remove(); write(element, text.slice(LONG)); });
      element.append(rest);
    }
    element.tabIndex = 0;
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", label);
    return element;
  }
  function withCopy(text, label, note) {
    const told = make("div");
    const control = button("copy", "Copy", () => copy(text, control));
    control.setAttribute("aria-label", "Copy: " + label);
    told.append(block(text, label), control);
    if (note) told.append(" ", make("span", "level", note));
    return told;
  }
  async function fill(details, result) {
    const list = make("dl", "facts-of");
    details.append(list);
    const all = await evidence();
    const seen = (all && all[result.index]) || {};
    fact(list, "Source", result.source);
    fact(list, "Waiver", result.waiver);
    fact(list, "Reason", seen.message ? "" : seen.reason || result.reason);
    fact(list, "Seen", seen.message && block(seen.message, "What was seen"));
    fact(list, "Led there by", seen.steps && block(seen.steps.join("\n"), "Requests that led there"));
    fact(list, "Reproduce", seen.curl && withCopy(seen.curl, "curl line", seen.token));
    fact(list, "Correlation id", seen.correlation);
    fact(list, "Check", seen.test);
    const key = [result.claim, result.id, result.prefix, result.client, result.case].join("|");
    fact(list, "Key", withCopy(key, "key for waivers"));
    if (all === null) fact(list, "Evidence", "This page could not hold it, or this browser cannot unpack it: report.json has it.");
  }
  function line(result) {
    const details = make("details", "result");
    const summary = make("summary");
    const sign = make("span", "mark v-" + result.verdict, SIGNS[result.verdict]);
    sign.setAttribute("aria-hidden", "true");
    summary.append(sign, make("span", "unseen", result.verdict + ": "), make("code", "", result.id));
    const where = [result.prefix, result.client, result.case].filter(Boolean).join(" · ");
    summary.append(" ", write(make("bdi"), where));
    if (result.mark) summary.append(make("span", "tag", result.mark));
    details.append(summary);
    details.addEventListener("toggle", () => { if (details.open && !details.dataset.full) { details.dataset.full = "1"; fill(details, result); } });
    return details;
  }

  // the list: claims, each with its results --------------------------------------------------------
  function matches(result) {
    return (!state.verdict.size || state.verdict.has(result.verdict))
      && (!state.mark || result.mark === state.mark)
      && selects.every((name) => !state[name] || result[name] === state[name])
      && (!state.text || [result.claim, result.id, result.case, result.client, result.statement, result.source, result.reason]
        .some((text) => text.toLowerCase().includes(state.text)));
  }
  function grouped(found) {
    const groups = new Map();
    for (const result of found) {
      const key = result.claim + "\n" + result.level + "\n" + result.statement;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(result);
    }
    return [...groups.values()];
  }
  function claim(group, open) {
    const [first] = group;
    const section = make("section", "claim");
    const title = make("h3", "", first.claim + " ");
    title.append(make("span", "level", first.level));
    section.append(title, make("p", "", first.statement));
    pour(section, group, RESULTS, line, "results");
    if (open) section.querySelector("details").open = true;
    return section;
  }
  // The first of some things, and a button for more.
  function pour(place, things, number, show, word) {
    things.slice(0, number).forEach((thing, order) => place.append(show(thing, order)));
    const rest = things.slice(number);
    if (!rest.length) return;
    const more = button("more", `${rest.length} more ${word}`, () => {
      const before = more.previousElementSibling;
      more.remove();
      pour(place, rest, number * 4, show, word);
      before.nextElementSibling?.querySelector("summary, h3")?.focus();
    });
    place.append(more);
  }
  function list() {
    const found = results.filter(matches);
    const groups = grouped(found);
    const place = find("list");
    place.replaceChildren();
    const broken = (group) => ["violated", "inconclusive"].includes(group[0].verdict);
    pour(place, groups, GROUPS, (group, order) => claim(group, order === 0 && broken(group)), "claims");
    const asked = [[...state.verdict].join(" or "), state.mark, state.operation, state.area, state.prefix, state.text && `“${state.text}”`];
    const told = asked.filter(Boolean).join(" · ");
    find("shown").textContent = `${found.length} of ${results.length} atomic claims, of ${groups.length} claims${told ? ": " + told : ""}`;
  }

  // filters, and the address that remembers them ---------------------------------------------------
  function show(byChoice = true) {
    chosen = byChoice;
    every("[data-filter]").forEach((chip) => {
      const pressed = chip.dataset.filter === "mark" ? state.mark === chip.dataset.value : state.verdict.has(chip.dataset.value);
      chip.setAttribute("aria-pressed", String(pressed));
    });
    selects.forEach((name) => { find(name).value = state[name]; });
    const wanted = new Set(results.filter((r) => matches({ ...r, operation: state.operation || r.operation, area: state.area || r.area,
      prefix: state.prefix || r.prefix })).map((r) => [r.operation, r.area, r.prefix].join("\n")));
    cells.forEach((cell) => {
      const { operation, area, prefix } = cell.dataset;
      cell.classList.toggle("dim", chosen && !wanted.has([operation, area, prefix].join("\n")));
      cell.setAttribute("aria-pressed", String(operation === state.operation && area === state.area && prefix === state.prefix));
    });
    list();
    const words = new URLSearchParams();
    if (state.verdict.size) words.set("verdict", [...state.verdict].join(" "));
    ["mark", "text", ...selects].forEach((name) => { if (state[name]) words.set(name, state[name]); });
    if (chosen) history.replaceState(null, "", "#" + words);
  }
  function recall() {
    const words = new URLSearchParams(location.hash.slice(1));
    state.verdict = new Set((words.get("verdict") || "").split(" ").filter((word) => word in SIGNS));
    ["mark", "text", ...selects].forEach((name) => { state[name] = words.get(name) || ""; });
    selects.forEach((name) => { if (![...find(name).options].some((o) => o.value === state[name])) state[name] = ""; });
    find("find").value = state.text;
    const told = [...words].length > 0;
    if (!told) state.verdict = new Set(["violated", "inconclusive"].filter((v) => results.some((r) => r.verdict === v)).slice(0, 1));
    return told;
  }

  // the table --------------------------------------------------------------------------------------
  const cells = every(".cell");
  const order = new Map();
  every(".matrix tbody tr").forEach((row, y) => [...row.cells].slice(1).forEach((td, x) => {
    const cell = td.querySelector(".cell");
    if (cell) order.set(`${x},${y}`, cell);
  }));
  const places = new Map([...order].map(([place, cell]) => [cell, place.split(",").map(Number)]));
  const width = Math.max(0, ...[...places.values()].map(([x]) => x)) + 1, height = every(".matrix tbody tr").length;
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  function rove(cell) {
    cells.forEach((other) => { other.tabIndex = other === cell ? 0 : -1; });
  }
  if (cells.length) rove(cells.find((cell) => cell.classList.contains("v-violated")) || cells[0]);
  cells.forEach((cell) => {
    cell.addEventListener("focus", () => rove(cell));
    cell.addEventListener("keydown", (event) => {
      const [dx, dy] = MOVES[event.key] || [0, 0];
      if (!dx && !dy) return;
      event.preventDefault();
      let [x, y] = places.get(cell);
      for (x += dx, y += dy; x >= 0 && y >= 0 && x < width && y < height; x += dx, y += dy) {
        const next = order.get(`${x},${y}`);
        if (next) { next.focus(); return; }
      }
    });
    cell.addEventListener("click", () => {
      const same = cell.getAttribute("aria-pressed") === "true";
      selects.forEach((name) => { state[name] = same ? "" : cell.dataset[name]; });
      if (!same) {
        state.text = find("find").value = "";
        state.mark = "";
        if (!results.some(matches)) state.verdict.clear();
      }
      show();
      if (!same) {
        find("claims").scrollIntoView();
        find("claims").focus({ preventScroll: true });
      }
    });
  });
  every("[data-filter]").forEach((chip) => chip.addEventListener("click", () => {
    const { filter, value } = chip.dataset;
    if (filter === "mark") {
      state.mark = state.mark === value ? "" : value;
      if (state.mark) state.verdict.clear();
    } else if (!state.verdict.delete(value)) state.verdict.add(value);
    show();
  }));
  selects.forEach((name) => find(name).addEventListener("change", () => { state[name] = find(name).value; show(); }));
  let typing;
  find("find").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => { state.text = find("find").value.trim().toLowerCase(); show(); }, 150);
  });
  document.querySelector(".filters").addEventListener("submit", (event) => event.preventDefault());
  find("reset").addEventListener("click", () => {
    Object.assign(state, { verdict: new Set(), mark: "", operation: "", area: "", prefix: "", text: "" });
    find("find").value = "";
    show();
  });
  addEventListener("hashchange", () => { if (location.hash !== "#claims") show(recall()); });
  // On paper, what is violated is there whole: nobody can ask for more of it.
  addEventListener("beforeprint", () => {
    if (!state.verdict.has("violated") && !state.verdict.has("inconclusive")) return;
    for (let more, times = 0; (more = find("list").querySelector(".more")) && times < 500; times++) more.click();
    every("details.result").forEach((details) => { details.open = true; });
  });
  show(recall());
})();
