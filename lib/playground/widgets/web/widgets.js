// Draws the widgets of package widgets in every element of class course-widget; its data-widget says which. All numbers come
// from Go (widgets-wasm.js, fetched when the first widget is there); here are only settings, lines and colours.
(function () {
  "use strict";
  const script = document.currentScript.src;
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const svgns = "http://www.w3.org/2000/svg";

  // el makes an element: attributes by name, children.
  function el(name, attributes, ...children) {
    const e = name.startsWith("svg:") ? document.createElementNS(svgns, name.slice(4)) : document.createElement(name);
    for (const [k, v] of Object.entries(attributes || {})) e.setAttribute(k, v);
    e.append(...children);
    return e;
  }
  const range = (key, label, min, max, step, value, show) => ({ key, label, type: "range", min, max, step, value, show });
  const choice = (key, label, options, value) => ({ key, label, type: "select", options, value });
  const fixed = n => v => (+v).toFixed(n).replace("-", "−");

  const KERNELS = {
    edges: ["Edges (Laplace)", [0, 1, 0, 1, -4, 1, 0, 1, 0]], blur: ["Blur (mean)", [1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 9, 1 / 9]],
    upright: ["Upright edges (Sobel)", [-1, 0, 1, -2, 0, 2, -1, 0, 1]], level: ["Level edges (Sobel)", [-1, -2, -1, 0, 0, 0, 1, 2, 1]],
    sharpen: ["Sharpen", [0, -1, 0, -1, 5, -1, 0, -1, 0]], nothing: ["Nothing (identity)", [0, 0, 0, 0, 1, 0, 0, 0, 0]],
  };

  const WIDGETS = {
    softmax: {
      title: "Softmax and its temperature",
      controls: [range("T", "Temperature T (logarithmic)", -1.5, 1.5, 0.05, 0, v => (10 ** v).toPrecision(2)),
        ...["a", "b", "c", "d"].map((n, i) => range("z" + i, "Score of class " + n, -3, 3, 0.1, [1, 2, 0, -1][i], fixed(1)))],
      settings: v => ({ Temperature: 10 ** v.T, Scores: [v.z0, v.z1, v.z2, v.z3] }),
      draw(figure, a) {
        const svg = el("svg:svg", { viewBox: "0 0 320 200" });
        a.P.forEach((p, i) => {
          const x = 25 + i * 74, h = 150 * p;
          svg.append(el("svg:rect", { x, y: 170 - h, width: 54, height: Math.max(h, 0.5), class: "cw-fill" }),
            el("svg:text", { x: x + 27, y: 164 - h, "text-anchor": "middle" }, (100 * p).toFixed(1) + " %"), el("svg:text", { x: x + 27, y: 188, "text-anchor": "middle" }, "abcd"[i]));
        });
        svg.append(el("svg:line", { x1: 15, x2: 310, y1: 170, y2: 170, class: "cw-axis" }));
        figure.replaceChildren(svg);
      },
    },
    kernel: {
      title: "A kernel on a picture",
      controls: [choice("picture", "Picture", { shapes: "Shapes", stripes: "Stripes", noise: "A noisy disc" }, "shapes"),
        choice("preset", "Kernel", Object.fromEntries([...Object.entries(KERNELS).map(([k, v]) => [k, v[0]]), ["own", "My own"]]), "edges"),
        { key: "kernel", label: "The kernel's numbers", type: "grid", value: KERNELS.edges[1] }],
      settings: v => ({ Picture: v.picture, Kernel: v.kernel }),
      changed(key, state) {
        if (key === "preset" && state.values.preset !== "own") state.set("kernel", KERNELS[state.values.preset][1]);
        if (key === "kernel") state.set("preset", "own");
      },
      draw(figure, a) {
        const side = Math.sqrt(a.In.length), most = Math.max(Math.abs(a.Low), Math.abs(a.High), 1e-12);
        const grey = a.Low < -1e-9 * most ? v => 0.5 + v / most / 2 : v => v / most;
        const one = (values, tone, words) => {
          const c = el("canvas", { width: side, height: side }), g = c.getContext("2d"), p = g.createImageData(side, side);
          values.forEach((v, i) => { const t = Math.round(255 * tone(v)); p.data.set([t, t, t, 255], 4 * i); });
          g.putImageData(p, 0, 0);
          return el("div", { class: "cw-picture" }, c, el("div", {}, words));
        };
        figure.replaceChildren(one(a.In, v => v, "picture"), one(a.Out, grey, a.Low < -1e-9 * most ? "output (grey is 0)" : "output (black is 0)"));
      },
    },
    descent: {
      title: "Momentum in a narrow valley",
      controls: [choice("method", "Method", { gd: "Gradient descent", heavyball: "Heavy ball", nesterov: "Nesterov" }, "heavyball"),
        range("condition", "Condition κ (logarithmic)", 0, 2.5, 0.05, 1.3, v => (10 ** v).toPrecision(2)),
        range("rate", "Rate, as a part of its limit", 0.02, 1.1, 0.01, 0.3, fixed(2)), range("momentum", "Momentum ρ", 0, 0.98, 0.01, 0.7, fixed(2)),
        range("steps", "Steps", 0, 150, 1, 60, fixed(0)), { key: "play", label: "Play the steps", type: "button" }],
      settings: v => ({ Method: v.method, Condition: 10 ** v.condition, Rate: v.rate, Momentum: v.momentum, Steps: v.steps }),
      changed(key, state) {
        if (key !== "play") { if (key !== "steps") clearInterval(state.timer); return; }
        clearInterval(state.timer);
        if (still()) { state.set("steps", 150); return; } // no motion: the end at once
        let k = 0;
        state.timer = setInterval(() => { state.set("steps", ++k); state.update(); if (k >= 150) clearInterval(state.timer); }, 50);
      },
      draw(figure, a, v) {
        // Across the valley the picture is stretched: at κ = 100 it would be a line.
        const svg = el("svg:svg", { viewBox: "-2.6 -1.5 5.2 3" }), k = 10 ** v.condition, up = 1.2;
        for (const level of [0.1, 0.5, 1, 2, 4, 8, 16, 32, 64, 128]) svg.append(el("svg:ellipse", { cx: 0, cy: 0, rx: Math.sqrt(2 * level), ry: up * Math.sqrt(2 * level / k), class: "cw-contour" }));
        const clamp = c => Math.max(-9, Math.min(9, c)), points = a.X.map(([x, y]) => [clamp(x), clamp(-up * y)]);
        svg.append(el("svg:polyline", { points: points.map(p => p.join(",")).join(" "), class: "cw-path" }));
        points.forEach(([x, y], i) => svg.append(el("svg:circle", { cx: x, cy: y, r: i ? 0.025 : 0.05, class: "cw-dot" })));
        const last = points[points.length - 1];
        svg.append(el("svg:circle", { cx: last[0], cy: last[1], r: 0.07, class: "cw-end" }));
        figure.replaceChildren(svg);
      },
    },
    nearest: {
      title: "The nearest point on the other side",
      controls: [range("angle", "Direction of w, in degrees", 0, 360, 1, 35, fixed(0)), range("offset", "Offset b", -1.5, 1.5, 0.05, -0.3, fixed(2)),
        range("x", "Point x₀, to the right", -2, 2, 0.05, 1, fixed(2)), range("y", "Point x₀, upwards", -2, 2, 0.05, 1, fixed(2))],
      settings: v => ({ Angle: v.angle, Offset: v.offset, X: v.x, Y: v.y }),
      draw(figure, a, v, state) {
        const svg = el("svg:svg", { viewBox: "-2.2 -2.2 4.4 4.4" }), [w0, w1] = a.W, b = v.offset;
        const foot = [-b * w0, b * w1], along = [-w1 * 9, -w0 * 9]; // y points up in the plane, down in the picture
        const p = (x, y) => [x, -y], line = (f, t, c) => el("svg:line", { x1: f[0], y1: f[1], x2: t[0], y2: t[1], class: c });
        // The side of class 1 is filled.
        const far = [foot[0] + w0 * 9, foot[1] - w1 * 9];
        svg.append(el("svg:polygon", { points: [[foot[0] + along[0], foot[1] + along[1]], [foot[0] - along[0], foot[1] - along[1]], [far[0] - along[0], far[1] - along[1]], [far[0] + along[0], far[1] + along[1]]].map(q => q.join(",")).join(" "), class: "cw-half" }));
        svg.append(line([foot[0] + along[0], foot[1] + along[1]], [foot[0] - along[0], foot[1] - along[1]], "cw-border"));
        const x0 = p(v.x, v.y), to = p(...a.To);
        svg.append(el("svg:circle", { cx: x0[0], cy: x0[1], r: Math.max(a.Distance, 1e-6), class: "cw-ring" }), line(x0, to, "cw-way"),
          el("svg:circle", { cx: to[0], cy: to[1], r: 0.07, class: "cw-end" }), el("svg:circle", { cx: x0[0], cy: x0[1], r: 0.09, class: "cw-dot" }),
          el("svg:text", { x: x0[0] + 0.12, y: x0[1] - 0.1, "font-size": 0.22 }, "x₀"), line(foot, [foot[0] + 0.5 * w0, foot[1] - 0.5 * w1], "cw-axis"), el("svg:text", { x: foot[0] + 0.6 * w0, y: foot[1] - 0.6 * w1, "font-size": 0.22 }, "w"));
        svg.addEventListener("click", e => {
          const m = new DOMPoint(e.clientX, e.clientY).matrixTransform(svg.getScreenCTM().inverse());
          state.set("x", Math.max(-2, Math.min(2, m.x))); state.set("y", Math.max(-2, Math.min(2, -m.y))); state.update();
        });
        figure.replaceChildren(svg);
      },
    },
  };

  let number = 0;
  function build(box) {
    const kind = WIDGETS[box.dataset.widget], id = "cw" + ++number;
    if (!kind) return;
    const controls = el("div", { class: "cw-controls" }), figure = el("div", { class: "cw-figure", role: "img" }), words = el("p", { class: "cw-words", role: "status" });
    const state = { values: {}, inputs: {} };
    state.update = () => {
      const v = state.values;
      for (const c of kind.controls) if (c.type === "range") {
        const text = c.show(v[c.key]);
        state.inputs[c.key].nextSibling.textContent = text;
        state.inputs[c.key].setAttribute("aria-valuetext", text);
      }
      const a = JSON.parse(window.courseWidget(box.dataset.widget, JSON.stringify(kind.settings(v))));
      if (a.Error) { words.textContent = a.Error; return; }
      kind.draw(figure, a, v, state);
      figure.setAttribute("aria-label", kind.title + ". " + a.Words);
      words.dataset.now = a.Words;
      // A screen reader hears the end of a movement, not each place of it.
      clearTimeout(state.saying);
      state.saying = setTimeout(() => { words.textContent = words.dataset.now; }, words.textContent ? 300 : 0);
    };
    state.set = (key, value) => {
      state.values[key] = value;
      const input = state.inputs[key];
      if (Array.isArray(input)) input.forEach((e, i) => { e.value = +value[i].toFixed(3); });
      else input.value = value;
    };
    const changed = (key, value) => {
      if (value !== undefined) state.values[key] = value;
      if (kind.changed) kind.changed(key, state);
      state.update();
    };
    kind.controls.forEach((c, i) => {
      const name = id + "-" + c.key;
      let row, input;
      if (c.type === "range") {
        input = el("input", { type: "range", id: name, min: c.min, max: c.max, step: c.step, value: c.value });
        input.addEventListener("input", () => changed(c.key, +input.value));
        row = el("div", { class: "cw-row" }, el("label", { for: name }, c.label), input, el("output", { for: name }));
      } else if (c.type === "select") {
        input = el("select", { id: name }, ...Object.entries(c.options).map(([k, v]) => el("option", { value: k }, v)));
        input.value = c.value;
        input.addEventListener("change", () => changed(c.key, input.value));
        row = el("div", { class: "cw-row" }, el("label", { for: name }, c.label), input);
      } else if (c.type === "grid") {
        input = c.value.map((v, j) => el("input", { type: "number", step: "any", value: +v.toFixed(3), "aria-label": `Row ${Math.floor(j / 3) + 1}, column ${j % 3 + 1}` }));
        input.forEach(e => e.addEventListener("input", () => changed(c.key, input.map(f => +f.value || 0))));
        row = el("fieldset", { class: "cw-grid" }, el("legend", {}, c.label), ...input);
      } else {
        input = el("button", { type: "button" }, c.label);
        input.addEventListener("click", () => changed(c.key));
        row = input;
      }
      state.inputs[c.key] = input;
      if (c.value !== undefined) state.values[c.key] = c.value;
      controls.append(row);
    });
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", kind.title);
    box.replaceChildren(controls, el("div", { class: "cw-result" }, figure, words));
    state.update();
    box.dataset.ready = "1";
  }

  const boxes = [...document.querySelectorAll(".course-widget")];
  if (boxes.length === 0) return;
  window.courseWidgetsReady = () => boxes.forEach(build);
  const fail = e => boxes.forEach(b => { b.textContent = "This does not start here: " + e; });
  window.courseWidgetsStart = (Go, packed) => {
    const stream = new Response(Uint8Array.from(atob(packed), c => c.charCodeAt(0))).body.pipeThrough(new DecompressionStream("gzip"));
    const go = new Go();
    new Response(stream).arrayBuffer().then(b => WebAssembly.instantiate(b, go.importObject)).then(r => go.run(r.instance)).catch(fail);
  };
  // A script, not a fetch: so it works from a disk too.
  const program = el("script", { src: new URL("widgets-wasm.js", script).href });
  program.addEventListener("error", () => fail("widgets-wasm.js is not there"));
  document.head.append(program);
})();
