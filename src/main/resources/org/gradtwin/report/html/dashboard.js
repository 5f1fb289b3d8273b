"use strict";
(() => {
  const PAGE = 100;
  const MISSING = "This browser cannot unpack what is here: it has no DecompressionStream. report.json beside this page holds it.";
  const form = document.getElementById("filter");
  const body = document.querySelector("#checks tbody");
  const heads = [...document.querySelectorAll("#checks thead button")];
  const status = document.getElementById("shown");
  const more = document.getElementById("more");
  const FILTERS = ["engine", "against", "dtype", "verdict"];
  const KINDS = { value: "value", grad: "gradient" };
  /** By what a column of the table is sorted: columns of the report, and what of them. */
  const SORTS = {
    case: [["caseName"]], engine: [["engine"]], against: [["against"]], dtype: [["dtype"]], verdict: [["verdict"]],
    quantity: [["quantity"], ["name"]], sharpness: [["sharpness", numeric]],
    ulp: [["deviation", off => off && numeric(off.ulp)]], headroom: [["deviation", off => off && numeric(off.ofAllowed)]],
  };
  let checks = {};
  let flagsOf = [];
  let opsOf = [];
  let haystack = [];
  let count = 0;
  let order = [];
  let sort = "";
  let found = [];
  let shown = 0;
  let chosen = -1;

  /** NaN and infinities are texts in JSON. */
  function numeric(value) {
    return value === null || value === undefined ? null : Number(value);
  }

  function unpacked(text) {
    const bytes = Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  }

  const columns = async id => (await unpacked(document.getElementById(id).textContent)).json();
  const column = name => checks[name] || { values: [], at: [] };
  const value = (name, i) => checks[name].values[checks[name].at[i]];

  async function unpackAll() {
    checks = await columns("data-checks");
    const cases = await columns("data-cases");
    const known = new Map(((cases.name || {}).values || []).map((name, i) => [name, i]));
    const of = (key, name) => known.has(name) ? cases[key].values[cases[key].at[known.get(name)]] : [];
    const names = column("caseName").values;
    flagsOf = names.map(name => of("flags", name));
    opsOf = names.map(name => of("ops", name));
    haystack = names.map((name, i) => [name, ...flagsOf[i], ...opsOf[i]].join(" ").toLowerCase());
    count = column("caseName").at.length;
  }

  const anchor = parts => parts.join("/").replace(/[ \t\n\v\f\r]/g, "_");
  const idOf = i => anchor(["check", ...["caseName", "engine", "against", "dtype", "quantity", "name"].map(key => value(key, i))]);
  const startOf = name => anchor(["check", name, ""]);
  const link = id => "#" + encodeURIComponent(id).replace(/%2F/g, "/");

  function number(value) {
    const rounded = value === null || !Number.isFinite(value) ? value : Number(value.toPrecision(3));
    return rounded === null || Number.isNaN(rounded) ? ""
      : rounded === Infinity ? "inf" : rounded !== 0 && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : String(rounded);
  }

  /** The error as people read it: ulp, or what it is where ulp say nothing. */
  function error(off) {
    const abs = off && numeric(off.abs);
    return !off ? "" : abs === null ? number(numeric(off.ulp)) : abs === Infinity ? "not finite" : number(abs) + " abs";
  }

  function element(tag, text, attributes) {
    const made = document.createElement(tag);
    made.textContent = text;
    Object.entries(attributes || {}).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  }

  function row(i, rest) {
    const tr = document.createElement("tr");
    const id = idOf(i);
    tr.id = id;
    if (i === chosen) {
      tr.className = "chosen";
    }
    const head = element("th", "", { scope: "row" });
    head.append(element("a", value("caseName", i), { href: link(id) + rest }));
    const verdict = value("verdict", i);
    const mark = verdict === "disagree" ? "✗ " : verdict === "vacuous" ? "∅ " : "";
    const cell = element("td", mark + verdict);
    const off = value("deviation", i);
    const mismatched = value("mismatched", i);
    const wrong = mismatched ? mismatched + " of " + value("elements", i) + " elements. " : "";
    const reason = wrong + (value("reason", i) || "");
    if (reason) {
      cell.append(element("small", reason));
    }
    tr.append(head, element("td", value("engine", i)), element("td", value("against", i)), element("td", value("dtype", i)),
      element("td", KINDS[value("quantity", i)] + " of " + value("name", i)), cell);
    tr.append(element("td", error(off)), element("td", number(off && numeric(off.ofAllowed))),
      element("td", number(numeric(value("sharpness", i)))));
    return tr;
  }

  function show(upTo) {
    const rows = document.createDocumentFragment();
    const rest = state();
    for (; shown < Math.min(upTo, found.length); shown++) {
      rows.append(row(found[shown], rest));
    }
    body.append(rows);
    status.textContent = shown + " shown of " + found.length + " found, " + count + " in all";
    more.hidden = shown >= found.length;
  }

  function filter() {
    const values = Object.fromEntries(new FormData(form));
    const words = values.q.toLowerCase().split(/\s+/).filter(Boolean);
    const inOne = (name, test) => [[column(name).at, column(name).values.map(test)]];
    const holds = (text, word) => (text || "").toLowerCase().includes(word);
    // Every test is a list of columns with the values that pass it; one of the columns is enough.
    const tests = [
      ...FILTERS.filter(key => values[key]).map(key => inOne(key, given => given === values[key])),
      ...(values.flag ? [inOne("caseName", (name, i) => flagsOf[i].includes(values.flag))] : []),
      ...(values.op ? [inOne("caseName", (name, i) => opsOf[i].includes(values.op))] : []),
      ...words.map(word => [
        ...inOne("caseName", (name, i) => haystack[i].includes(word)),
        ...inOne("name", name => holds(name, word)),
        ...inOne("reason", reason => holds(reason, word)),
      ]),
    ];
    const passes = i => tests.every(test => test.some(([at, good]) => good[at[i]]));
    found = tests.length ? order.filter(passes) : order;
    body.replaceChildren();
    shown = 0;
    show(PAGE);
  }

  /** For each value of a column its rank; where nothing is known last, up or down. */
  function ranks(name, of, sign) {
    const keys = column(name).values.map(given => of ? of(given) : given);
    const sorted = [...new Set(keys)].sort((x, y) => x === null ? 1 : y === null ? -1 : (x < y ? -1 : 1) * sign);
    const rank = new Map(sorted.map((key, i) => [key, i]));
    return [column(name).at, keys.map(key => rank.get(key))];
  }

  /** By a column, "-" before it for the greatest first; ties in the report's order. */
  function setSort(wanted) {
    sort = wanted;
    const down = sort.startsWith("-");
    const key = down ? sort.slice(1) : sort;
    heads.forEach(button => button.parentElement.setAttribute("aria-sort",
      button.dataset.sort !== key ? "none" : down ? "descending" : "ascending"));
    order = Uint32Array.from({ length: count }, (_, i) => i);
    const by = (Object.hasOwn(SORTS, key) ? SORTS[key] : []).map(([name, of]) => ranks(name, of, down ? -1 : 1));
    if (by.length) {
      order.sort((a, b) => {
        for (const [at, rank] of by) {
          if (at[a] !== at[b] && rank[at[a]] !== rank[at[b]]) {
            return rank[at[a]] - rank[at[b]];
          }
        }
        return a - b;
      });
    }
  }

  /** What is searched, filtered and sorted by, as the end of an address. */
  function state() {
    const state = new URLSearchParams();
    new FormData(form).forEach((value, key) => value && state.set(key, value));
    if (sort) {
      state.set("sort", sort);
    }
    return String(state) ? "?" + state : "";
  }

  function setState(text) {
    const state = new URLSearchParams(text);
    [...form.elements].filter(field => field.name).forEach(field => { field.value = state.get(field.name) || ""; });
    setSort(state.get("sort") || "");
    filter();
  }

  /** The address says what is shown, and which check if that is among it. */
  function save() {
    const check = found.includes(chosen) ? link(idOf(chosen)) : "";
    const rest = state();
    history.replaceState(null, "", check ? check + rest : rest ? "#" + rest : "#list");
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // A fragment that is not ours.
    }
  }

  function load() {
    const hash = location.hash.slice(1);
    const end = hash.indexOf("?");
    const id = decoded(end < 0 ? hash : hash.slice(0, end));
    if (end === 0) {
      chosen = -1;
      setState(hash);
      document.getElementById("list").scrollIntoView();
    } else if (id.startsWith("check/")) {
      choose(id, end < 0 ? "" : hash.slice(end));
    } else {
      const target = document.getElementById(decoded(hash));
      if (target && target.tagName === "DETAILS") {
        target.open = true;
        target.scrollIntoView();
      }
    }
  }

  /** Shows a check, marked, among those that the state finds, or those of its case. The address stays. */
  function choose(id, state) {
    const ofCase = column("caseName").values.map(name => id.startsWith(startOf(name)));
    chosen = order.find(i => ofCase[checks.caseName.at[i]] && idOf(i) === id) ?? -1;
    if (chosen < 0) {
      return;
    }
    setState(state || "?" + new URLSearchParams({ q: value("caseName", chosen) }));
    if (!found.includes(chosen)) {
      setState("");
    }
    show(found.indexOf(chosen) + 1);
    document.getElementById(id).scrollIntoView({ block: "center" });
  }

  /** A closed box gets its content when it is opened. */
  async function fill(box) {
    const place = box.querySelector("[data-packed]");
    if (box.open && place) {
      place.innerHTML = await unpacked(place.dataset.packed).text();
      place.removeAttribute("data-packed");
    }
  }

  document.querySelectorAll("[data-packed]").forEach(place =>
    place.parentElement.addEventListener("toggle", () => fill(place.parentElement).catch(() => {
      place.textContent = MISSING;
    })));
  unpackAll().then(() => {
    form.addEventListener("input", () => { filter(); save(); });
    form.addEventListener("submit", event => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { chosen = -1; setSort(""); filter(); save(); }));
    more.addEventListener("click", () => show(shown + PAGE));
    heads.forEach(button => button.addEventListener("click", () => {
      const key = button.dataset.sort;
      setSort(sort === key ? "-" + key : key);
      filter();
      save();
    }));
    addEventListener("hashchange", load);
    // Once all is laid out, and after the browser's own jump to the fragment.
    addEventListener("load", () => setTimeout(load));
    setSort("");
    filter();
    document.documentElement.classList.add("scripted");
    load();
  }).catch(() => { status.textContent = MISSING; });
})();
