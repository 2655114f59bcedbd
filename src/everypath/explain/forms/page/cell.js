(function () {
  /*PAGE*/
  function show(host) {
    const template = host.querySelector("template");
    let root = host.shadowRoot;
    if (!root && template) {
      root = host.attachShadow({ mode: "open" });
      root.append(template.content.cloneNode(true));
    }
    if (!root) return;
    host.dataset.shown = "yes";
    // The notebook's own background decides between light and dark, not the system's theme.
    let colour = [255, 255, 255];
    for (let x = host; x; x = x.parentElement) {
      const parts = (getComputedStyle(x).backgroundColor.match(/[\d.]+/g) || []).map(Number);
      if (parts.length === 3 || parts[3] > 0.5) { colour = parts; break; }
    }
    const dark = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] < 128;
    const page = root.querySelector(".everypath");
    page.classList.add(dark ? "dark" : "light");
    everypath(page, root);
  }
  // A notebook may run this before or after it has put the cell in its place, and some do not say which script is running.
  const waiting = () => document.querySelectorAll(".everypath-cell:not([data-shown])").forEach(show);
  waiting();
  setTimeout(waiting, 0);
})();
