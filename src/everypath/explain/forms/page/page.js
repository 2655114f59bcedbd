"use strict";
// The page's script: what is pointed at is lit and said; steps walk through the program and back; sliders move the inputs.
function everypath(page, root) {
  const told = JSON.parse(root.querySelector("script.facts").textContent);
  const parts = Array.from(page.querySelectorAll(".level")), zoom = page.querySelector(".zoom");
  function show(k) {
    levels.forEach((level, i) => { if (i !== k && !parts[i].hidden) level.restart(); });
    parts.forEach((part, i) => { part.hidden = i !== k; });
    if (zoom) zoom.querySelectorAll("input").forEach((x) => { x.checked = +x.value === k; });
    return levels[k];
  }
  const levels = parts.map((part, k) => everypathLevel(page, part, told[k], show));
  if (zoom) {
    zoom.hidden = false;
    zoom.addEventListener("change", (event) => show(+event.target.value));
  }
  return { levels, show };
}
// One level of a page.
function everypathLevel(page, part, facts, show) {
  const all = (selector) => Array.from(part.querySelectorAll(selector)), everywhere = (selector) => Array.from(page.querySelectorAll(selector));
  const said = part.querySelector(".said"), steps = part.querySelector(".steps"), sliders = part.querySelector(".sliders");
  const nodes = facts.nodes, edges = facts.edges;
  const say = (text) => { if (said) { said.hidden = false; said.textContent = text; } };

  // Numbers as the page writes them: six significant digits, ×10ⁿ, a real minus.
  const raised = (n) => String(n).replace(/[-0-9]/g, (c) => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[+c]);
  function number(x, digits = 6) {
    if (typeof x === "string") return x.replace("Infinity", "∞").replace("-", "−");
    if (x === null) return "";
    if (Number.isNaN(x)) return "NaN";
    if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
    let [m, e] = x.toExponential(digits - 1).split("e");
    e = +e;
    if (e < -4 - 0 || e >= digits) {
      m = m.includes(".") ? m.replace(/\.?0+$/, "") : m;
      return (m === "1" ? "10" + raised(e) : m + "×10" + raised(e)).replace("-", "−");
    }
    let t = x.toFixed(Math.max(0, digits - 1 - e));
    if (t.includes(".")) t = t.replace(/\.?0+$/, "");
    return (t === "-0" ? "0" : t).replace("-", "−");
  }

  // What is pointed at ------------------------------------------------------------------------------------------------
  function lit(paths, edgeSet, nodeSet) {
    all(".graph svg").forEach((svg) => svg.classList.toggle("lit", paths !== null));
    all(".graph svg .lit, .graph svg .hit").forEach((x) => x.classList.remove("lit", "hit"));
    if (paths === null) return;
    all(".graph svg [data-path]").forEach((x) => { if (paths.has(x.dataset.path)) x.classList.add("lit"); });
    all(".graph svg [data-edge]").forEach((x) => { if (edgeSet.has(+x.dataset.edge)) x.classList.add("lit"); });
    all(".graph svg [data-node]").forEach((x) => { if (nodeSet.has(+x.dataset.node)) x.classList.add("lit"); });
  }
  const ends = (set) => new Set(Array.from(set).flatMap((k) => edges[k] ? [edges[k].from, edges[k].to] : []));
  const rows = all("tr[data-path]");
  const edgesOf = (row) => new Set((row.dataset.edges || "").split(" ").filter(Boolean).map(Number));
  const dark = () => lit(null);
  function pathLit(row) { const set = edgesOf(row); lit(new Set([row.dataset.path]), set, ends(set)); }
  function edgeSaid(k) {
    const e = edges[k];
    if (!e) return;
    const parts = [e.formula, e.numbers, e.value === null ? e.label : number(e.value)].filter((t) => t !== null);
    say("∂" + nodes[e.to].name + "/∂" + nodes[e.from].name + " = " + parts.filter((t, i) => parts.indexOf(t) === i).join(" = "));
    const through = rows.filter((r) => edgesOf(r).has(k));
    lit(new Set(through.map((r) => r.dataset.path)), new Set([k]), ends([k]));
  }
  function nodeSaid(k) {
    const n = nodes[k];
    if (!n) return;
    const through = rows.filter((r) => ends(edgesOf(r)).has(k)), set = new Set(through.flatMap((r) => Array.from(edgesOf(r))));
    edges.forEach((e, i) => { if (e.from === k || e.to === k) set.add(i); });
    lit(new Set(through.map((r) => r.dataset.path)), set, ends(set));
    say((n.line ? "line " + n.line + ": " + n.text + "\n" : "an input\n") + backward(k));
    if (n.opens) {
      const open = document.createElement("button");
      Object.assign(open, { type: "button", className: "open", textContent: "open " + n.name });
      open.addEventListener("click", () => show(n.opens[0]).light(n.opens[1]));
      said.append(document.createElement("br"), open);
    }
  }
  function point(selector, over) {
    all(selector).forEach((x) => {
      if (!x.hasAttribute("tabindex") && x.closest("svg")) { x.setAttribute("tabindex", "0"); x.setAttribute("role", "button"); }
      const name = x.querySelector("title");
      if (name && x.closest("svg")) x.setAttribute("aria-label", name.textContent);
      ["mouseenter", "focus", "click"].forEach((event) => x.addEventListener(event, () => over(x)));
      ["mouseleave", "blur"].forEach((event) => x.addEventListener(event, dark));
      x.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); over(x); } });
    });
  }
  point("tr[data-path]", pathLit);
  point("tr[data-edge]", (x) => edgeSaid(+x.dataset.edge));
  if (nodes.length) {
    point(".graph svg .node", (x) => nodeSaid(+x.dataset.node));
    point(".graph svg path.edge", (x) => edgeSaid(+x.dataset.edge));
  }

  // Steps: forwards values appear, backwards adjoints, each the sum of what flows in -------------------------------------
  function backward(k) {
    const n = nodes[k];
    if (n.result) return "its adjoint is ∂" + facts.result + "/∂" + facts.result + " = 1";
    const out = edges.filter((e) => e.from === k);
    if (n.adjoint === null || out.some((e) => e.value === null || nodes[e.to].adjoint === null)) {
      const from = Array.from(new Set(out.map((e) => nodes[e.to].name)));
      return "its adjoint is the sum of what flows back from " + from.join(", ");
    }
    const terms = out.map((e) => "∂" + facts.result + "/∂" + nodes[e.to].name + "·∂" + nodes[e.to].name + "/∂" + n.name);
    const signed = (x) => x < 0 ? "(" + number(x) + ")" : number(x);
    const values = out.map((e) => signed(nodes[e.to].adjoint) + "·" + signed(e.value));
    const products = out.map((e) => signed(nodes[e.to].adjoint * e.value));
    const sum = out.length > 1 ? " = " + products.join(" + ") : "";
    return "its adjoint ∂" + facts.result + "/∂" + n.name + " = " + terms.join(" + ") + "\n= " + values.join(" + ") + sum + " = " + number(n.adjoint);
  }
  function forward(k) {
    const n = nodes[k];
    if (n.input) return "an input: " + n.first;
    return "line " + n.line + ": " + n.text + "\n" + n.name + (n.formula ? " = " + n.formula : "") + (n.value === null ? "" : " = " + number(n.value));
  }
  let step = 2 * nodes.length;
  function shown() {
    const done = Math.min(step, nodes.length), back = step - nodes.length;
    const now = step === 0 ? -1 : back > 0 ? nodes.length - back : step - 1;
    all(".graph svg .node").forEach((x) => {
      const k = +x.dataset.node, known = k < done, adjoint = back > 0 && k >= nodes.length - back;
      x.classList.toggle("later", !known);
      x.classList.toggle("now", k === now);
      x.querySelector(".name").textContent = known ? nodes[k].first : nodes[k].name;
      x.querySelector(".adjoint").textContent = adjoint || step === 2 * nodes.length ? nodes[k].second : "adjoint …";
    });
    all(".graph svg path.edge, .graph svg .label").forEach((x) => {
      const e = edges[+x.dataset.edge];
      if (e) x.classList.toggle("later", step < nodes.length && (e.to >= done || e.from >= done));
    });
    all(".graph svg .strand, .graph svg .addend, .graph svg .rest, .graph svg .total").forEach((x) => x.classList.toggle("later", step < 2 * nodes.length));
    all("tr[data-nodes]").forEach((x) => {
      const own = x.dataset.nodes.split(" ").map(Number);
      x.querySelector(".v").classList.toggle("later", !own.some((k) => k < done));
      x.classList.toggle("now", own.includes(now));
    });
    if (now >= 0) say((back > 0 ? "backwards: " + nodes[now].name + "\n" + backward(now) : "forwards, " + forward(now)));
    const bar = steps.querySelector("input");
    bar.value = step;
    bar.setAttribute("aria-valuetext", step <= nodes.length ? "forwards " + step + " of " + nodes.length : "backwards " + back + " of " + nodes.length);
  }
  if (steps && nodes.length > 1) {
    steps.hidden = false;
    steps.innerHTML = '<button type="button" aria-label="one step back">◀</button><input type="range" min="0" aria-label="steps through the program, then back">'
      + '<button type="button" aria-label="one step on">▶</button><span class="note" style="margin:0">forwards, then backwards</span>';
    const [less, more] = steps.querySelectorAll("button"), bar = steps.querySelector("input");
    bar.max = 2 * nodes.length;
    const go = (to) => { step = Math.max(0, Math.min(2 * nodes.length, to)); shown(); };
    bar.addEventListener("input", () => go(+bar.value));
    less.addEventListener("click", () => go(step - 1));
    more.addEventListener("click", () => go(step === 2 * nodes.length ? 0 : step + 1));
    bar.value = step;
  }

  // Any turn of a loop: its texts, put into the drawing of a turn that runs the same statements ------------------------------
  const turn = part.querySelector(".turn");
  if (turn && facts.turns && facts.turns.length) {
    const figures = Array.from(turn.querySelectorAll(".opened")), [field, bar] = turn.querySelectorAll(".turns input");
    const which = facts.turns.flatMap((own, k) => own.turns.map((t, i) => [t, k, i])).sort((a, b) => a[0] - b[0]);
    turn.querySelector(".turns").hidden = false;
    Object.assign(bar, { min: 0, max: which.length - 1, step: 1 });
    bar.setAttribute("aria-label", "the turn that is opened");
    const open = (at) => {
      const [t, k, i] = which[at], own = facts.turns[k];
      figures.forEach((figure, j) => { figure.hidden = j !== k; });
      figures[k].querySelectorAll(".node").forEach((x) => {
        x.querySelector(".name").textContent = own.nodes[i][2 * x.dataset.node];
        x.querySelector(".adjoint").textContent = own.nodes[i][2 * x.dataset.node + 1];
      });
      figures[k].querySelectorAll(".label").forEach((x) => { x.querySelector("text").textContent = own.edges[i][x.dataset.edge]; });
      turn.querySelector(".which").textContent = t + " of " + field.max;
      field.value = t;
      bar.value = at;
      bar.setAttribute("aria-valuetext", "turn " + t);
    };
    const nearest = (t) => which.reduce((best, x, at) => Math.abs(x[0] - t) < Math.abs(which[best][0] - t) ? at : best, 0);
    bar.addEventListener("input", () => open(+bar.value));
    field.addEventListener("change", () => open(nearest(+field.value)));
    open(Math.min(1, which.length - 1));
  }

  // Sliders: the same formulas, evaluated where the inputs are moved to ----------------------------------------------------
  const MEANING = {
    exp: Math.exp, exp2: (x) => 2 ** x, expm1: Math.expm1, log: Math.log, log2: Math.log2, log10: Math.log10, log1p: Math.log1p,
    sqrt: Math.sqrt, cbrt: Math.cbrt, sin: Math.sin, cos: Math.cos, tan: Math.tan, arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan,
    arctan2: Math.atan2, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh, arcsinh: Math.asinh, arccosh: Math.acosh, arctanh: Math.atanh,
    abs: Math.abs, hypot: Math.hypot, pow: Math.pow, maximum: Math.max, minimum: Math.min, larger: Math.max, smaller: Math.min,
    expit: (x) => 1 / (1 + Math.exp(-x)), sech2: (x) => 1 / Math.cosh(x) ** 2, one_minus_square: (x) => (1 - x) * (1 + x),
    expit_slope: (x) => 1 / (2 + Math.exp(x) + Math.exp(-x)), over_square: (x, y) => y / (x * x + y * y), sign: Math.sign,
    mod: (x, y) => x - y * Math.floor(x / y), floor: Math.floor,
  };
  const HELD = { lt: (a, b) => a < b, le: (a, b) => a <= b, gt: (a, b) => a > b, ge: (a, b) => a >= b, eq: (a, b) => a === b, ne: (a, b) => a !== b };
  function value(t, at) {
    if (typeof t === "number") return t;
    if (typeof t === "string") return Number(t);
    if (!Array.isArray(t)) return at[t.n];
    if (t[0] === "+") return t[1].reduce((sum, [term, c]) => sum + c * value(term, at), 0) + t[2];
    if (t[0] === "*") return t[2].reduce((p, [base, x]) => x === -1 ? p / value(base, at) : p * (x === 1 ? value(base, at) : Math.pow(value(base, at), x)), t[1]);
    return MEANING[t[0]](...t.slice(1).map((o) => value(o, at)));
  }
  function moved(inputs) {
    const at = [], adjoint = nodes.map((n) => n.result ? 1 : 0), partial = [];
    nodes.forEach((n, k) => { at[k] = n.input ? inputs[k] : value(facts.moves.values[k], at); });
    edges.forEach((e, k) => { partial[k] = value(facts.moves.partials[k], at); });
    for (let k = nodes.length - 1; k >= 0; k--)
      edges.forEach((e, i) => { if (e.from === k) adjoint[k] += adjoint[e.to] * partial[i]; });
    const left = facts.moves.guards.find((g) => HELD[g.op](value(g.left, at), value(g.right, at)) !== g.held);
    return { at, adjoint, partial, left };
  }
  function redraw(inputs) {
    const m = moved(inputs);
    nodes.forEach((n, k) => {
      n.value = m.at[k]; n.adjoint = m.adjoint[k];
      n.first = n.called + " = " + number(n.value, 5); n.second = "adjoint " + number(n.adjoint, 5);
    });
    edges.forEach((e, k) => { e.value = m.partial[k]; e.numbers = null; e.label = e.formula === null || /^[−0-9.×⁰-⁹]+$/.test(e.formula) ? number(e.value, 4) : e.formula + " = " + number(e.value, 4); });
    all(".graph svg .label").forEach((x) => { const e = edges[+x.dataset.edge]; if (e) x.querySelector("text").textContent = e.label.length > 26 ? number(e.value, 4) : e.label; });
    everywhere("[data-value]").forEach((x) => { x.textContent = number(nodes.find((n) => n.result).value, 12); });
    facts.inputs.forEach((k, i) => {
      everywhere('[data-derivative="' + i + '"]').forEach((x) => { x.textContent = number(nodes[k].adjoint, 12); });
      all('[data-sum="' + i + '"]').forEach((x) => { x.textContent = number(nodes[k].adjoint); });
    });
    const products = {};
    rows.forEach((r) => {
      const p = Array.from(edgesOf(r)).reduce((x, k) => x * m.partial[k], 1);
      products[r.dataset.path] = p;
      r.querySelector("[data-product]").textContent = number(p);
      const how = r.querySelectorAll(".eq");
      how.forEach((x, i) => { x.hidden = i === how.length - 1 && /[0-9]/.test(x.textContent) && moving; });
    });
    all(".graph svg text[data-path]").forEach((x) => {
      const before = x.textContent.includes("=") ? x.textContent.split("=")[0] + "= " : "";
      if (x.dataset.path in products) x.textContent = before + number(products[x.dataset.path]);
    });
    all(".graph svg .total .sum").forEach((x) => {
      const name = x.textContent.split(" = ")[0], k = facts.inputs.find((i) => name.endsWith("/∂" + nodes[i].name) || name.endsWith("/d" + nodes[i].name));
      if (k !== undefined) x.textContent = name + " = " + number(nodes[k].adjoint);
    });
    all("tr[data-nodes]").forEach((x) => {
      x.querySelector(".v").textContent = x.dataset.nodes.split(" ").map((k) => nodes[+k].called + " = " + number(nodes[+k].value)).slice(0, 3).join("   ");
    });
    return m.left;
  }
  let moving = false;
  const bars = [];
  if (sliders && facts.moves && facts.inputs.length <= 8) {
    sliders.hidden = false;
    const start = {}, inputs = {};
    facts.inputs.forEach((k) => { start[k] = inputs[k] = Number(nodes[k].value); });
    const warning = document.createElement("span");
    warning.className = "left";
    warning.hidden = true;
    facts.inputs.forEach((k) => {
      const label = document.createElement("label"), bar = document.createElement("input"), shownAt = document.createElement("output");
      const reach = Math.abs(start[k]) || 1;
      label.append(nodes[k].name + " ");
      Object.assign(bar, { type: "range", min: start[k] - 2 * reach, max: start[k] + 2 * reach, step: reach / 100, value: start[k] });
      bar.dataset.input = k;
      bar.setAttribute("aria-label", "move " + nodes[k].name);
      shownAt.textContent = number(start[k]);
      bar.addEventListener("input", () => {
        moving = true;
        inputs[k] = Math.abs(+bar.value - start[k]) < reach / 1000 ? start[k] : +bar.value;
        const left = redraw(inputs);
        shownAt.textContent = number(inputs[k]);
        warning.hidden = !left;
        if (left) warning.textContent = "Here line " + left.line + " decides otherwise: the numbers go on along the branch that was recorded.";
        if (steps && !steps.hidden) shown();
      });
      bars.push([bar, start[k]]);
      label.append(bar, shownAt);
      sliders.append(label);
    });
    sliders.append(warning);
  }
  // Another level is looked at: here everything is as it was recorded.
  function restart() {
    if (!moving) return;
    bars.forEach(([bar, from]) => { bar.value = from; bar.dispatchEvent(new Event("input")); });
    moving = false;
  }
  function light(positions) {
    const inside = new Set(positions);
    lit(new Set(), new Set(edges.flatMap((e, i) => inside.has(e.from) && inside.has(e.to) ? [i] : [])), inside);
    const first = all(".graph svg .node").find((x) => +x.dataset.node === positions[0] && x.getClientRects().length);
    if (first) first.focus({ preventScroll: true });
    lit(new Set(), new Set(edges.flatMap((e, i) => inside.has(e.from) && inside.has(e.to) ? [i] : [])), inside);
  }
  return { moved, facts, restart, light };
}
