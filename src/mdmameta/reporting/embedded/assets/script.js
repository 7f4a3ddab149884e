(function () {
  "use strict";
  var root = document.documentElement;

  document.querySelector(".theme").addEventListener("click", function () {
    var dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch (e) { /* file: may refuse */ }
  });

  function reveal() {
    var id = decodeURIComponent(location.hash.slice(1));
    var target = id && document.getElementById(id);
    if (!target) return;
    for (var el = target; el; el = el.parentElement) {
      if (el.tagName === "DETAILS") el.open = true;
      if (el.classList.contains("tab-panel")) {
        el.previousElementSibling.previousElementSibling.checked = true;
      }
    }
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();

  addEventListener("beforeprint", function () {
    document.querySelectorAll("main details").forEach(function (el) { el.open = true; });
  });

  var toc = document.querySelector(".toc details");
  var wide = matchMedia("(min-width: 80rem)");
  if (toc) {
    toc.open = wide.matches;
    wide.addEventListener("change", function () { toc.open = wide.matches; });
  }

  var links = new Map();
  document.querySelectorAll(".toc a").forEach(function (link) {
    var heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  });
  if (!links.size || !("IntersectionObserver" in window)) return;
  var watcher = new IntersectionObserver(function () {
    var current = null;
    links.forEach(function (link, heading) {
      if (heading.getBoundingClientRect().top < 140) current = link;
    });
    links.forEach(function (link) {
      if (link === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
  }, { rootMargin: "-130px 0px -40% 0px", threshold: [0, 1] });
  links.forEach(function (link, heading) { watcher.observe(heading); });
})();
