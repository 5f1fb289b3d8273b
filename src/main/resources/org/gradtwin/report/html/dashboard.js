"use strict";
(() => {
  const PAGE = 100;
  const data = JSON.parse(document.getElementById("data").textContent);
  const col = data.columns;
  const count = (col.case || []).length;
  const form = document.getElementById("filter");
  const body = document.querySelector("#checks tbody");
  const heads = [...document.querySelectorAll("#checks thead button")];
  const status = document.getElementById("shown");
  const more = document.getElementById("more");
  const FILTERS = ["engine", "against", "dtype", "verdict"];
  const KINDS = ["value", "gradient"];
  const haystack = data.cases.map(([name, flags, ops]) => [name, ...flags, ...ops].join(" ").toLowerCase());
  const names = data.name.map(name => name.toLowerCase());
  const reasons = data.reason.map(reason => reason.toLowerCase());
  let order = Uint32Array.from({ length: count }, (_, i) => i);
  let sort = "";
  let found = [];
  let shown = 0;
  let chosen = -1;

  document.documentElement.classList.add("scripted");

  const idOf = i => ["check", data.cases[col.case[i]][0], data.engine[col.engine[i]], data.against[col.against[i]],
    data.dtype[col.dtype[i]], col.quantity[i] ? "grad" : "value", data.name[col.name[i]]].join("/").replace(/[ \t\n\v\f\r]/g, "_");
  const link = id => "#" + encodeURIComponent(id).replace(/%2F/g, "/");

  function textOf(key, i) {
    switch (key) {
      case "case": return data.cases[col.case[i]][0];
      case "quantity": return KINDS[col.quantity[i]] + " of " + data.name[col.name[i]];
      case "engine": case "against": case "dtype": case "verdict": return data[key][col[key][i]];
      default: return col[key][i];
    }
  }

  function number(value) {
    if (value === null) {
      return "";
    }
    return value === Infinity ? "inf" : value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);
  }

  /** The error as people read it: ulp, or what it is where ulp say nothing. */
  function error(i) {
    return col.abs[i] === null ? number(col.ulp[i])
      : col.abs[i] === Infinity ? "not finite" : number(col.abs[i]) + " abs";
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
    head.append(element("a", textOf("case", i), { href: link(id) + rest }));
    const verdict = textOf("verdict", i);
    const mark = verdict === "disagree" ? "✗ " : verdict === "vacuous" ? "∅ " : "";
    const cell = element("td", mark + verdict);
    const wrong = col.mismatched[i] ? col.mismatched[i] + " of " + col.elements[i] + " elements. " : "";
    const reason = wrong + data.reason[col.reason[i]];
    if (reason) {
      cell.append(element("small", reason));
    }
    tr.append(head, element("td", textOf("engine", i)), element("td", textOf("against", i)),
      element("td", textOf("dtype", i)), element("td", textOf("quantity", i)), cell);
    tr.append(element("td", error(i)), element("td", number(col.headroom[i])), element("td", number(col.sharpness[i])));
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
    const wanted = FILTERS.filter(key => values[key]).map(key => [col[key], data[key].indexOf(values[key])]);
    const cases = data.cases.map(([, flags, ops]) =>
      (!values.flag || flags.includes(values.flag)) && (!values.op || ops.includes(values.op)));
    const hits = words.map(word => ({
      cases: haystack.map(text => text.includes(word)),
      names: names.map(text => text.includes(word)),
      reasons: reasons.map(text => text.includes(word)),
    }));
    found = [];
    for (const i of order) {
      if (cases[col.case[i]] && wanted.every(([column, value]) => column[i] === value)
          && hits.every(hit => hit.cases[col.case[i]] || hit.names[col.name[i]] || hit.reasons[col.reason[i]])) {
        found.push(i);
      }
    }
    body.replaceChildren();
    shown = 0;
    show(PAGE);
  }

  /** By a column, "-" before it for the greatest first; where nothing is known last, ties in the report's order. */
  function setSort(wanted) {
    sort = wanted;
    const down = sort.startsWith("-");
    const key = down ? sort.slice(1) : sort;
    heads.forEach(button => button.parentElement.setAttribute("aria-sort",
      button.dataset.sort !== key ? "none" : down ? "descending" : "ascending"));
    order = Uint32Array.from({ length: count }, (_, i) => i);
    if (heads.some(button => button.dataset.sort === key)) {
      const sign = down ? -1 : 1;
      const values = Array.from({ length: count }, (_, i) => textOf(key, i));
      order.sort((a, b) => {
        const x = values[a];
        const y = values[b];
        if (x === y) {
          return a - b;
        }
        return x === null ? 1 : y === null ? -1 : (x < y ? -1 : 1) * sign;
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
    chosen = order.find(i => idOf(i) === id) ?? -1;
    if (chosen < 0) {
      return;
    }
    setState(state || "?" + new URLSearchParams({ q: textOf("case", chosen) }));
    if (!found.includes(chosen)) {
      setState("");
    }
    show(found.indexOf(chosen) + 1);
    document.getElementById(id).scrollIntoView({ block: "center" });
  }

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
  filter();
  load();
})();
