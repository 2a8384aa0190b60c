(function () {
  "use strict";
  // Each output of this kind is made live once; several of them share one score.
  document.querySelectorAll(".course-selftest:not(.st-live)").forEach(function (root) {
    root.classList.add("st-live");
    var key = "course-selftest";
    var find = function (s) { return root.querySelector(s); };
    var items = Array.prototype.slice.call(root.querySelectorAll("li[data-id]"));
    var list = find("ol"), bar = find(".st-bar"), score = find(".st-score"), seed = find(".st-seed"), which = find(".st-class");
    var order = [], at = 0, memory = {};

    // The score is {id: 1 or 0}, by the first answer to each question. Where the browser keeps nothing it lives as long as the page.
    function read() {
      try { return JSON.parse(window.localStorage.getItem(key)) || {}; } catch (e) { return memory; }
    }
    function write(s) {
      memory = s;
      try { window.localStorage.setItem(key, JSON.stringify(s)); } catch (e) { /* kept in memory */ }
    }
    function tell() {
      var s = read(), right = 0, done = 0;
      order.forEach(function (li) {
        if (li.dataset.id in s) { done++; right += s[li.dataset.id]; }
      });
      score.textContent = "Score: " + right + " right of " + done + " answered, " + order.length + " questions";
    }
    // mulberry32: a small generator, so that a seed gives the same order everywhere.
    function generator(a) {
      return function () {
        a = (a + 0x6D2B79F5) | 0;
        var t = Math.imul(a ^ (a >>> 15), 1 | a);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
      };
    }
    function shuffle() {
      var random = generator(parseInt(seed.value, 10) || 0);
      order = items.filter(function (li) { return which.value === "0" || li.dataset.class === which.value; });
      for (var i = order.length - 1; i > 0; i--) {
        var j = Math.floor(random() * (i + 1)), t = order[i];
        order[i] = order[j];
        order[j] = t;
      }
      at = 0;
      show(false);
    }
    function show(focus) {
      items.forEach(function (li) { li.hidden = true; });
      tell();
      var li = order[at];
      if (!li) { return; }
      li.hidden = false;
      list.appendChild(li);
      li.querySelector("details").open = false;
      li.querySelector(".st-verdict").textContent = "";
      li.querySelectorAll("input").forEach(function (i) { if (i.type === "radio") { i.checked = false; } else { i.value = ""; } });
      li.querySelector("legend small").textContent = "Class " + li.dataset.class + " · question " + (at + 1) + " of " + order.length;
      if (focus) { li.querySelector("input").focus(); }
    }
    function judge(li) {
      var verdict = li.querySelector(".st-verdict"), right;
      if (li.dataset.value !== undefined) {
        var text = li.querySelector("input").value.trim().replace(",", ".").replace("−", "-");
        var v = Number(text);
        if (text === "" || !isFinite(v)) { verdict.textContent = "Write a number."; return; }
        right = Math.abs(v - Number(li.dataset.value)) <= Number(li.dataset.within);
      } else {
        var chosen = li.querySelector("input:checked");
        if (!chosen) { verdict.textContent = "Choose an answer."; return; }
        right = chosen.dataset.right === "1";
      }
      verdict.textContent = right ? "✓ Right." : "✗ Not right. The answer is below.";
      li.querySelector("details").open = true;
      var s = read();
      if (!(li.dataset.id in s)) { s[li.dataset.id] = right ? 1 : 0; write(s); }
      tell();
    }

    items.map(function (li) { return li.dataset.class; }).filter(function (c, i, a) { return a.indexOf(c) === i; }).forEach(function (c) {
      var o = document.createElement("option");
      o.value = o.textContent = c;
      which.appendChild(o);
    });
    items.forEach(function (li) {
      li.querySelector(".st-act").hidden = false;
      li.querySelector(".st-check").addEventListener("click", function () { judge(li); });
      li.querySelector(".st-next").addEventListener("click", function () { at = (at + 1) % order.length; show(true); });
      li.addEventListener("keydown", function (e) {
        if (e.key === "Enter" && e.target.tagName === "INPUT") { e.preventDefault(); judge(li); }
      });
    });
    seed.value = root.dataset.seed;
    bar.hidden = false;
    find(".st-shuffle").addEventListener("click", shuffle);
    which.addEventListener("change", shuffle);
    find(".st-reset").addEventListener("click", function () { write({}); tell(); });
    shuffle();
  });
})();
