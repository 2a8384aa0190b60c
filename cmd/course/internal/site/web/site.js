// What the course's site adds to its builder's pages.
(function () {
  const site = new URL("../", document.currentScript.src);

  // The playground, at the state that the lesson's cell shows, in place of that cell's picture.
  document.querySelectorAll(".course-playground").forEach(box => {
    const frame = document.createElement("iframe");
    frame.src = new URL("playground.html", site).href + "?embed#" + (box.dataset.link || "");
    frame.title = "Playground";
    frame.className = "playground-frame";
    frame.loading = "lazy";
    box.dataset.on = "1";
    box.replaceChildren(frame);
  });

  // Names for what the theme leaves without, or names otherwise than it shows.
  document.querySelectorAll(".bd-sidebar-primary li > details > summary").forEach(s => {
    const page = s.closest("li").querySelector("a");
    s.setAttribute("aria-label", "Pages below: " + (page ? page.textContent.trim() : ""));
  });
  document.querySelectorAll(".search-button-field").forEach(b => b.removeAttribute("aria-label"));

  // What can be scrolled can be reached with the keyboard.
  const reach = () => document.querySelectorAll("main pre, main mjx-container, main .output, main .cell_output, main .math, main table, main .pst-scrollable-table-container").forEach(e => {
    if (e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX)) e.tabIndex = 0;
  });
  addEventListener("load", () => {
    reach();
    document.fonts.ready.then(reach);
    if (window.MathJax && MathJax.startup) MathJax.startup.promise.then(reach).then(() => document.fonts.ready).then(reach);
  });
  addEventListener("resize", reach);
})();
