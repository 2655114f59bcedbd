(function () {
  /*PAGE*/
  const host = document.currentScript.previousElementSibling;
  let root = host.shadowRoot;
  const template = host.querySelector("template");
  if (!root && template) {
    root = host.attachShadow({ mode: "open" });
    root.append(template.content.cloneNode(true));
    template.remove();
  }
  if (!root) return;
  const page = root.querySelector(".everypath");
  // The notebook's own background decides between light and dark, not the system's theme.
  let colour = [255, 255, 255];
  for (let x = host; x; x = x.parentElement) {
    const parts = (getComputedStyle(x).backgroundColor.match(/[\d.]+/g) || []).map(Number);
    if (parts.length === 3 || parts[3] > 0.5) { colour = parts; break; }
  }
  const dark = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] < 128;
  page.classList.add(dark ? "dark" : "light");
  everypath(page, root);
})();
