// Put into a page: what it measures of itself, and how it is used.
window.failures = [];
window.addEventListener("error", (event) => window.failures.push(event.message));
window.measure = () => {
  const seen = [...document.querySelectorAll("svg .node, svg path.edge, math, table")].filter((x) => x.getClientRects().length);
  const small = [...document.querySelectorAll("svg text")].filter((x) => x.getClientRects().length)
    .map((x) => parseFloat(getComputedStyle(x).fontSize) * x.closest("svg").getBoundingClientRect().width / x.closest("svg").viewBox.baseVal.width);
  const luminance = (c) => {
    const [r, g, b] = c.match(/[\d.]+/g).slice(0, 3).map((v) => v / 255).map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  // What a text stands on.
  const ground = (x) => { for (; x; x = x.parentElement) { const c = getComputedStyle(x).backgroundColor; if (!/, 0\)|transparent/.test(c)) return c; } return "rgb(255, 255, 255)"; };
  const contrast = (x) => { const [a, b] = [luminance(getComputedStyle(x).color), luminance(ground(x))].sort(); return (b + 0.05) / (a + 0.05); };
  const text = [...document.querySelectorAll("p, td, h1, h2, code, .note, .verdict, footer, summary")].filter((x) => x.textContent.trim());
  return { wide: document.documentElement.scrollWidth - document.documentElement.clientWidth, shown: seen.length,
    smallest: Math.min(99, ...small), contrast: Math.min(99, ...text.map(contrast)), failures: window.failures,
    steps: document.querySelectorAll(".steps input").length, sliders: document.querySelectorAll(".sliders input").length };
};
window.walk = () => {
  const [less, more] = document.querySelectorAll(".steps button");
  const said = new Set();
  if (more) for (let k = 0; k < +document.querySelector(".steps input").max + 1; k++) { more.click(); said.add(document.querySelector(".said").textContent); }
  document.querySelectorAll("[tabindex]").forEach((x) => { x.focus(); x.blur(); });
  return [...said];
};
window.zoom = () => [...document.querySelectorAll(".zoom input")].map((x) => {
  x.click();
  const seen = [...document.querySelectorAll(".level")].filter((level) => !level.hidden);
  const open = seen[0].querySelector(".said .open"), turn = seen[0].querySelector(".turns input");
  if (turn && turn.max) { turn.value = 37; turn.dispatchEvent(new Event("change")); }
  const which = seen[0].querySelector(".which"), boxes = [...seen[0].querySelectorAll(".opened:not([hidden]) .wide .name")].map((b) => b.textContent);
  return { level: x.parentElement.textContent, seen: seen.length, open: !!open, turn: which ? which.textContent : "", boxes, ...window.measure() };
});
window.slide = (k, to) => {
  const bar = document.querySelectorAll(".sliders input")[k];
  bar.min = -99; bar.max = 99; bar.step = "any"; bar.value = to;
  bar.dispatchEvent(new Event("input"));
  return { value: document.querySelector("[data-value]").textContent, left: !document.querySelector(".left").hidden,
    slopes: [...document.querySelectorAll("[data-derivative]")].map((x) => x.textContent) };
};
