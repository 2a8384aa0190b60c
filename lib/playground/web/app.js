"use strict";
// The page of the playground. All numbers come from the Go program (main.go), which is the global object "playground";
// here they are drawn, and what is clicked becomes a link, for a link is the whole state.

const $ = id => document.getElementById(id);
const RANGE = 1.5;
const SETS = { circles: "circles", xor: "XOR", blobs: "blobs", spirals: "spirals", moons: "moons", none: "mine only" };
const INPUTS = { x: "x", y: "y", xx: "x²", yy: "y²", xy: "xy", sinx: "sin πx", siny: "sin πy" };
const ACTS = { relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid", linear: "linear" };
const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const STRENGTHS = [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1];
const GRID = 40, FINE = 120; // pixels of a surface while it plays, and of the large one when it rests

let state = {};          // the link's pairs
let playing = false;
let history_ = [];       // [epoch, training loss, test loss]
let points = new Float32Array(0);
let surfaces = [];       // per neuron, GRID × GRID
let shown = null;        // index of the neuron on the plane, null: the output
let cross = { x: 0, y: 0, on: false };
let colours = {};
let lastLink = 0;

// --- the state and its link ---------------------------------------------------------------------------------------

function parse(fragment) {
  const s = {};
  for (const pair of fragment.replace(/^#/, "").split("&")) {
    const [k, ...v] = pair.split("=");
    if (k) s[k] = v.join("=");
  }
  return s;
}
const unparse = s => Object.entries(s).map(([k, v]) => k + "=" + v).join("&");
const inputs = () => state.in.split("-");
const hidden = () => state.net ? state.net.split("-").map(Number) : [];
const own = () => state.own ? state.own.split("*") : [];

// load begins a state; keep says that the weights and the epoch go on.
function load(fragment, keep) {
  const error = playground.load(fragment);
  $("message").hidden = !error;
  if (error) {
    $("message").textContent = error + " — the default state is shown instead.";
    if (playground.load("")) throw new Error("the default state does not load");
  }
  state = parse(playground.link(true));
  if (!keep) history_ = [];
  if (shown !== null && shown >= neurons()) shown = null;
  points = playground.points();
  build();
  record();
  draw(true);
  remember(true);
}

// change sets pairs of the link. Those that change what is learnt begin anew.
function change(pairs, keep) {
  state = parse(playground.link(true));
  Object.assign(state, pairs);
  for (const k in pairs) if (pairs[k] === null) delete state[k];
  if (!keep) { delete state.w; delete state.epoch; }
  load(unparse(state), keep);
}

// remember writes the state into the address, at most twice a second: browsers refuse more.
function remember(now) {
  const t = performance.now();
  if (!now && t - lastLink < 500) return;
  lastLink = t;
  const link = "#" + playground.link(true);
  try { history.replaceState(null, "", link); } catch (e) { location.replace(link); }
}

// --- drawing ------------------------------------------------------------------------------------------------------

function readColours() {
  const css = getComputedStyle(document.documentElement);
  for (const n of ["zero", "one", "middle", "mark", "halo", "line", "ink", "faint", "accent", "paper"]) {
    const text = css.getPropertyValue("--" + n).trim();
    colours[n] = text;
    if (/^#\w{6}$/.test(text)) colours[n + "RGB"] = [1, 3, 5].map(i => parseInt(text.slice(i, i + 2), 16));
  }
}

// paint draws a surface of values in [−1, 1] with the colours of the classes at its ends.
function paint(canvas, values, n, flat) {
  const image = new ImageData(n, n);
  const { zeroRGB: a, middleRGB: m, oneRGB: b } = colours;
  for (let i = 0; i < n * n; i++) {
    const v = Math.max(-1, Math.min(1, values[i])), end = v < 0 ? a : b, t = Math.abs(v) * 0.85;
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = m[c] + t * (end[c] - m[c]);
    image.data[4 * i + 3] = 255;
  }
  const small = paint.canvas || (paint.canvas = document.createElement("canvas"));
  small.width = small.height = n;
  small.getContext("2d").putImageData(image, 0, 0);
  const g = canvas.getContext("2d");
  g.imageSmoothingEnabled = !flat;
  g.drawImage(small, 0, 0, canvas.width, canvas.height);
}

const toX = x => (x / RANGE + 1) / 2 * $("plane").width;
const toY = y => (1 - y / RANGE) / 2 * $("plane").height;

function dot(g, x, y, cls, hollow, r) {
  g.beginPath();
  if (cls === 0) g.arc(x, y, r, 0, 7); else g.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  g.lineWidth = 4; g.strokeStyle = colours.halo; g.stroke();
  g.fillStyle = hollow ? colours.halo : cls === 0 ? colours.zero : colours.one;
  g.fill();
  g.lineWidth = 1.6; g.strokeStyle = hollow ? (cls === 0 ? colours.zero : colours.one) : colours.mark; g.stroke();
}

function drawPlane(fine) {
  const canvas = $("plane"), g = canvas.getContext("2d");
  const which = shown === null ? neurons() - 1 : shown;
  if (fine) {
    const all = playground.surfaces(FINE);
    paint(canvas, all.subarray(which * FINE * FINE, (which + 1) * FINE * FINE), FINE);
  } else paint(canvas, surfaces[which], GRID);
  const lines = $("regions").checked && !$("regions").disabled ? playground.regions() : null;
  if (lines) {
    g.strokeStyle = colours.mark; g.lineWidth = 1.5; g.lineJoin = "round"; g.beginPath();
    let count = 0;
    for (let i = 0; i < lines.length;) {
      const k = lines[i++];
      for (let j = 0; j < k; j++, i += 2) g[j ? "lineTo" : "moveTo"](toX(lines[i]), toY(lines[i + 1]));
      g.closePath();
      count++;
    }
    g.stroke();
    $("region-count").textContent = "· " + count;
  } else $("region-count").textContent = $("regions").disabled ? "· for ReLU on x and y" : "";
  for (let i = 0; i < points.length; i += 4) dot(g, toX(points[i]), toY(points[i + 1]), points[i + 2], points[i + 3] === 1, 6);
  if (cross.on) {
    const x = toX(cross.x), y = toY(cross.y);
    for (const [w, c] of [[5, colours.halo], [2, colours.mark]]) {
      g.strokeStyle = c; g.lineWidth = w; g.beginPath();
      g.moveTo(x - 14, y); g.lineTo(x + 14, y); g.moveTo(x, y - 14); g.lineTo(x, y + 14); g.stroke();
    }
  }
}

function drawCurve() {
  const c = $("curve"), g = c.getContext("2d");
  g.fillStyle = colours.paper; g.fillRect(0, 0, c.width, c.height);
  const last = Math.max(10, history_.length ? history_[history_.length - 1][0] : 0);
  const top = Math.max(0.1, ...history_.map(h => Math.max(h[1] || 0, h[2] || 0)));
  g.strokeStyle = colours.line; g.lineWidth = 1; g.beginPath();
  g.moveTo(0, c.height - 4.5); g.lineTo(c.width, c.height - 4.5); g.stroke();
  for (const [k, colour, dash] of [[2, "faint", [8, 5]], [1, "ink", []]]) {
    g.strokeStyle = colours[colour]; g.lineWidth = 2.5; g.setLineDash(dash); g.beginPath();
    history_.forEach((h, i) => { if (h[k] !== null) g[i ? "lineTo" : "moveTo"](h[0] / last * (c.width - 6) + 3, (c.height - 9) * (1 - h[k] / top) + 4); });
    g.stroke();
  }
  g.setLineDash([]);
}

function drawEdges() {
  const svg = $("edges"), box = $("columns").getBoundingClientRect();
  const w = playground.weights();
  const spots = [...document.querySelectorAll(".column")].map(col => [...col.querySelectorAll(".cell[data-neuron]")].map(cell => {
    const r = cell.getBoundingClientRect();
    return { l: r.left - box.left, r: r.right - box.left, y: (r.top + r.bottom) / 2 - box.top };
  }));
  let out = "", at = 0;
  for (let l = 1; l < spots.length; l++) {
    const from = spots[l - 1], to = spots[l];
    for (const b of to) for (const a of from) {
      const v = w[at++], mid = (a.r + b.l) / 2;
      out += `<path d="M${a.r} ${a.y}C${mid} ${a.y} ${mid} ${b.y} ${b.l} ${b.y}" fill="none" stroke="${v < 0 ? colours.zero : colours.one}"` +
        ` stroke-width="${Math.min(7, 0.6 + 1.8 * Math.abs(v)).toFixed(2)}"${v < 0 ? ' stroke-dasharray="5 4"' : ""} stroke-opacity=".85"/>`;
    }
    at += to.length; // biases
  }
  svg.innerHTML = out;
}

function neurons() { return inputs().length + hidden().reduce((a, b) => a + b, 0) + 1; }

function draw(fine) {
  const all = playground.surfaces(GRID), n = GRID * GRID;
  surfaces = [];
  for (let i = 0; i < all.length; i += n) surfaces.push(all.subarray(i, i + n));
  document.querySelectorAll(".cell[data-neuron] canvas").forEach((c, i) => paint(c, surfaces[+c.parentNode.dataset.neuron], GRID));
  drawPlane(fine);
  drawCurve();
  drawEdges();
  const [train, test] = playground.loss();
  const text = v => Number.isNaN(v) ? "–" : v.toFixed(3);
  $("loss-train").textContent = text(train);
  $("loss-test").textContent = text(test);
  $("epoch").textContent = playground.epoch();
  $("shown").textContent = shown === null ? "Shown: the output." : "Shown: " + nameOf(shown) + ".";
}

function nameOf(i) {
  const ins = inputs();
  if (i < ins.length) return "feature " + INPUTS[ins[i]];
  i -= ins.length;
  const h = hidden();
  for (let l = 0; l < h.length; l++) {
    if (i < h[l]) return `layer ${l + 1}, neuron ${i + 1}`;
    i -= h[l];
  }
  return "the output";
}

// --- the controls -------------------------------------------------------------------------------------------------

function build() {
  for (const b of $("sets").children) {
    const on = b.dataset.set === state.data;
    b.setAttribute("aria-checked", on);
    b.tabIndex = on ? 0 : -1;
  }
  for (const k of ["noise", "train", "n", "batch"]) {
    $(k).value = state[k];
    $(k + "-value").textContent = k === "train" ? Math.round(100 * state[k]) + " %" : state[k];
  }
  const choose = (id, value) => {
    if (![...$(id).options].some(o => o.value === String(value))) $(id).add(new Option(value, value));
    $(id).value = value;
  };
  choose("act", state.act);
  choose("rate", +state.rate);
  const penalty = +state.l1 > 0 ? "l1" : +state.l2 > 0 ? "l2" : "";
  $("penalty").value = penalty;
  if (penalty) choose("strength", +state[penalty]);
  $("strength").disabled = !penalty;
  const plain = state.act === "relu" && inputs().every(f => f === "x" || f === "y");
  $("regions").disabled = !plain;
  $("clear").disabled = !own().length;

  const h = hidden(), active = inputs();
  $("layers").textContent = h.length === 1 ? "1 hidden layer" : h.length + " hidden layers";
  $("less").disabled = h.length === 0;
  $("more").disabled = h.length === 6;
  const focus = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.key : null;
  const columns = $("columns");
  columns.replaceChildren();
  let neuron = 0;
  const cell = (key, title, index) => {
    const b = document.createElement("button");
    b.className = "cell";
    b.dataset.key = key;
    if (index !== null) b.dataset.neuron = index;
    b.setAttribute("aria-label", title);
    b.title = title;
    const c = document.createElement("canvas");
    c.width = c.height = 34;
    b.append(c);
    if (index !== null) {
      b.addEventListener("mouseenter", () => { shown = index; draw(!playing); });
      b.addEventListener("focus", () => { shown = index; draw(!playing); });
      for (const e of ["mouseleave", "blur"]) b.addEventListener(e, () => { shown = null; draw(!playing); });
    }
    return b;
  };
  const column = (...head) => {
    const c = document.createElement("div"), top = document.createElement("div");
    c.className = "column";
    top.className = "head";
    top.append(...head);
    c.append(top);
    columns.append(c);
    return c;
  };
  const first = column("features");
  for (const f in INPUTS) {
    const on = active.includes(f), b = cell("f-" + f, "Feature " + INPUTS[f], on ? neuron++ : null);
    b.setAttribute("aria-pressed", on);
    if (!on) {
      const g = b.firstChild.getContext("2d");
      g.fillStyle = colours.ink;
      g.fillRect(16, 8, 2, 18);
      g.fillRect(8, 16, 18, 2);
    }
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = INPUTS[f];
    b.append(name);
    b.addEventListener("click", () => {
      const next = Object.keys(INPUTS).filter(k => (k === f) !== active.includes(k));
      if (next.length) change({ in: next.join("-") });
    });
    first.append(b);
  }
  const small = (text, title, key, off, f) => {
    const b = document.createElement("button");
    b.textContent = text;
    b.setAttribute("aria-label", title);
    b.dataset.key = key;
    b.disabled = off;
    b.addEventListener("click", f);
    return b;
  };
  h.forEach((width, l) => {
    const set = w => change({ net: h.map((v, i) => i === l ? w : v).join("-") });
    const c = column(
      small("−", `Remove a neuron from layer ${l + 1}`, `less-${l}`, width === 1, () => set(width - 1)), String(width),
      small("+", `Add a neuron to layer ${l + 1}`, `more-${l}`, width === 8, () => set(width + 1)));
    for (let i = 0; i < width; i++) c.append(cell(`n-${l}-${i}`, `Layer ${l + 1}, neuron ${i + 1}`, neuron++));
  });
  column("output").append(cell("out", "The output", neuron));
  if (focus) { const again = document.querySelector(`[data-key="${focus}"]`); if (again) again.focus(); }
}

function play(on) {
  playing = on;
  $("play").textContent = on ? "❚❚ Pause" : "▶ Play";
  $("play").setAttribute("aria-pressed", on);
  if (on) requestAnimationFrame(frame);
  else { draw(true); remember(true); say(); }
}

// record notes the losses of this epoch, and thins the curve where it grows long.
function record() {
  const [train, test] = playground.loss(), e = playground.epoch();
  const clean = v => Number.isFinite(v) ? v : null;
  if (history_.length && history_[history_.length - 1][0] === e) return;
  history_.push([e, clean(train), clean(test)]);
  if (history_.length > 1200) history_ = history_.filter((_, i) => i % 2 === 0 || i === history_.length - 1);
}

function step(k) {
  playground.step(k);
  record();
}

function frame() {
  if (!playing) return;
  step(+$("speed").value);
  draw(false);
  remember(false);
  requestAnimationFrame(frame);
}

function say() {
  $("live").textContent = `Epoch ${playground.epoch()}, training loss ${$("loss-train").textContent}, test loss ${$("loss-test").textContent}.`;
}

function reset() {
  play(false);
  change({});
}

// place puts a point, or removes the nearest drawn by hand; the network goes on with what it has learnt.
function place(x, y, pen) {
  const list = own();
  if (pen >= 0) {
    if (list.length >= 500) return;
    list.push([x.toFixed(2), y.toFixed(2), pen].join("_"));
  } else {
    let best = -1, near = 0.15 ** 2;
    list.forEach((item, i) => {
      const [a, b] = item.split("_").map(Number), d = (a - x) ** 2 + (b - y) ** 2;
      if (d < near) [best, near] = [i, d];
    });
    if (best < 0) return;
    list.splice(best, 1);
  }
  change({ own: list.length ? list.join("*") : null }, true);
}

function wire() {
  for (const [k, name] of Object.entries(SETS)) {
    const b = document.createElement("button");
    b.setAttribute("role", "radio");
    b.dataset.set = k;
    const c = document.createElement("canvas");
    c.width = c.height = 64;
    b.append(c, name);
    b.addEventListener("click", () => change({ data: k }));
    b.addEventListener("keydown", e => {
      const d = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      if (!d) return;
      e.preventDefault();
      const all = [...$("sets").children], next = all[(all.indexOf(b) + d + all.length) % all.length];
      next.click();
      next.focus();
    });
    $("sets").append(b);
  }
  for (const [k, name] of Object.entries(ACTS)) $("act").add(new Option(name, k));
  for (const r of RATES) $("rate").add(new Option(r, r));
  for (const r of STRENGTHS) $("strength").add(new Option(r, r));
  $("strength").value = 0.001;
  $("play").addEventListener("click", () => play(!playing));
  $("step").addEventListener("click", () => { play(false); step(1); draw(true); remember(true); say(); });
  $("reset").addEventListener("click", reset);
  $("act").addEventListener("change", e => change({ act: e.target.value }));
  $("rate").addEventListener("change", e => change({ rate: e.target.value }, true));
  const penal = () => {
    const p = $("penalty").value, v = $("strength").value;
    change({ l1: p === "l1" ? v : 0, l2: p === "l2" ? v : 0 }, true);
  };
  $("penalty").addEventListener("change", penal);
  $("strength").addEventListener("change", penal);
  for (const k of ["noise", "train", "n", "batch"])
    $(k).addEventListener("input", e => change({ [k]: e.target.value }, k === "batch"));
  $("again").addEventListener("click", () => change({ seed: 1 + Math.floor(Math.random() * 1e6) }));
  $("less").addEventListener("click", () => change({ net: hidden().slice(0, -1).join("-") }));
  $("more").addEventListener("click", () => { const h = hidden(); change({ net: [...h, h.length ? h[h.length - 1] : 4].join("-") }); });
  $("regions").addEventListener("change", () => draw(!playing));
  $("clear").addEventListener("click", () => change({ own: null }, true));
  $("copy").addEventListener("click", async () => {
    remember(true);
    try { await navigator.clipboard.writeText(location.href); $("copied").textContent = "copied"; }
    catch (e) { $("copied").textContent = "the address of this page is the link"; }
  });
  const plane = $("plane");
  const pen = () => +document.querySelector("input[name=pen]:checked").value;
  plane.addEventListener("click", e => {
    const r = plane.getBoundingClientRect();
    cross = { x: ((e.clientX - r.left) / r.width * 2 - 1) * RANGE, y: (1 - (e.clientY - r.top) / r.height * 2) * RANGE, on: false };
    place(cross.x, cross.y, pen());
  });
  plane.addEventListener("keydown", e => {
    const d = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[e.key];
    const clamp = v => Math.max(-RANGE, Math.min(RANGE, v)), size = e.shiftKey ? 0.25 : 0.05;
    if (d) { cross = { x: clamp(cross.x + size * d[0]), y: clamp(cross.y + size * d[1]), on: true }; draw(!playing); $("live").textContent = `cross at ${cross.x.toFixed(2)}, ${cross.y.toFixed(2)}`; }
    else if (e.key === "Enter" || e.key === " ") place(cross.x, cross.y, pen());
    else if (e.key === "Delete" || e.key === "Backspace") place(cross.x, cross.y, -1);
    else return;
    e.preventDefault();
  });
  plane.addEventListener("focus", () => { cross.on = plane.matches(":focus-visible"); draw(!playing); });
  plane.addEventListener("blur", () => { cross.on = false; draw(!playing); });
  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
    const f = { p: () => play(!playing), s: () => $("step").click(), r: reset }[e.key];
    if (f) f();
  });
  window.addEventListener("hashchange", () => { if (location.hash.slice(1) !== playground.link(true)) { play(false); load(location.hash, false); } });
  window.addEventListener("resize", () => draw(!playing));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); thumbnails(); build(); draw(true); });
}

// thumbnails draws each set of points small, as the Go program makes it.
function thumbnails() {
  const link = playground.link(true);
  for (const b of $("sets").children) {
    const g = b.firstChild.getContext("2d");
    g.fillStyle = colours.middle;
    g.fillRect(0, 0, 64, 64);
    if (b.dataset.set === "none") { g.fillStyle = colours.mark; g.font = "34px sans-serif"; g.textAlign = "center"; g.fillText("✎", 32, 44); continue; }
    if (playground.load("n=120&noise=0.05&data=" + b.dataset.set)) continue;
    const p = playground.points();
    for (let i = 0; i < p.length; i += 4) {
      g.fillStyle = p[i + 2] ? colours.one : colours.zero;
      const x = (p[i] / RANGE + 1) * 32, y = (1 - p[i + 1] / RANGE) * 32;
      if (p[i + 2]) g.fillRect(x - 1.6, y - 1.6, 3.2, 3.2); else { g.beginPath(); g.arc(x, y, 1.8, 0, 7); g.fill(); }
    }
  }
  playground.load(link);
}

function playgroundReady() {
  if (new URLSearchParams(location.search).has("embed") || window !== window.top) document.body.classList.add("embed");
  readColours();
  wire();
  playground.load("");
  thumbnails();
  load(location.hash, false);
  document.body.dataset.ready = "1";
}
window.playgroundReady = playgroundReady;

(async function () {
  const go = new Go();
  const packed = Uint8Array.from(atob(WASM), c => c.charCodeAt(0));
  const stream = new Response(packed).body.pipeThrough(new DecompressionStream("gzip"));
  const { instance } = await WebAssembly.instantiate(await new Response(stream).arrayBuffer(), go.importObject);
  go.run(instance);
})().catch(e => {
  $("message").hidden = false;
  $("message").textContent = "The playground does not start here: " + e;
});
