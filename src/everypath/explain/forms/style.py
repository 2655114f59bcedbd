"""The style sheet of the page, for light and dark."""

STYLE = """
:root { --ink: #1c2430; --dim: #667085; --page: #fbfaf7; --card: #ffffff; --line: #e4e0d8; --plus: #2f6f9f; --minus: #b4552d;
  --input: #e7f0e4; --value: #eef1f6; --result: #f7e8d8; --good: #2f7d4f; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e4de; --dim: #9aa3b2; --page: #15181d; --card: #1c2027; --line: #313743;
  --plus: #78b4e0; --minus: #e0946b; --input: #24352a; --value: #252b36; --result: #3d2f22; --good: #7cc79a; --bad: #f2887f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font: 600 1.9rem/1.2 ui-monospace, "DejaVu Sans Mono", monospace; margin: 0; }
h2 { font-size: 1.12rem; font-weight: 600; margin: 0 0 .9rem; }
.at { color: var(--dim); margin: .3rem 0 1.6rem; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem; margin: 0 0 1.25rem; }
.answers { display: flex; flex-wrap: wrap; gap: .4rem 2.6rem; align-items: center; font-size: 1.35rem; }
.answers p { margin: .2rem 0; }
.answers span { font-size: 1rem; color: var(--dim); }
.graph { margin: 0; overflow-x: auto; }
.graph svg { display: block; margin: 0 auto; max-width: 100%; height: auto; }
.note { color: var(--dim); font-size: .88rem; margin: .9rem 0 0; }
table { border-collapse: collapse; width: 100%; }
td, th { padding: .32rem .8rem .32rem 0; text-align: left; vertical-align: middle; }
th { color: var(--dim); font-weight: 500; font-size: .85rem; }
tr + tr td { border-top: 1px solid var(--line); }
.scroll { overflow-x: auto; }
.v { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.n { color: var(--dim); width: 3rem; }
.source td { border: 0; padding-top: .05rem; padding-bottom: .05rem; }
.source .v { color: var(--plus); text-align: left; white-space: pre-wrap; }
.source .n { font-size: .85rem; text-align: right; }
code { font: .92rem ui-monospace, "DejaVu Sans Mono", monospace; white-space: pre; }
.paths td { white-space: nowrap; }
.sum td { font-weight: 600; border-top: 2px solid var(--ink) !important; }
.share { width: 18%; padding-right: 0; }
.bar { display: block; height: .7rem; border-radius: 4px; background: var(--plus); min-width: 2px; }
.bar.minus { background: var(--minus); }
.rule { font-size: 1.12rem; margin: 0 0 1rem; overflow-x: auto; }
math { font-size: 1.06em; }
details summary { color: var(--dim); cursor: pointer; font-size: .9rem; margin-bottom: .4rem; }
.warning { color: var(--bad); font-size: 1rem; }
.good { color: var(--good); font-weight: 700; }
.bad { color: var(--bad); font-weight: 700; }
footer { color: var(--dim); font-size: .85rem; text-align: center; padding-top: 1rem; }
svg .edge { fill: none; stroke: var(--plus); stroke-opacity: .62; }
svg .edge.minus { stroke: var(--minus); stroke-dasharray: 7 4; }
svg .edge.carried { stroke: var(--dim); }
svg .edge:hover { stroke-opacity: 1; }
svg .tip { fill: var(--dim); }
svg .node rect { stroke: var(--line); stroke-width: 1.2; fill: var(--value); }
svg .input rect { fill: var(--input); }
svg .result rect { fill: var(--result); }
svg text { fill: var(--ink); text-anchor: middle; font: 13.5px ui-monospace, "DejaVu Sans Mono", monospace; }
svg .name { font-weight: 600; }
svg .adjoint { fill: var(--dim); font-size: 11.5px; }
svg .label rect { fill: var(--card); fill-opacity: .92; }
svg .label text { font-size: 12.5px; }
@media print { section { break-inside: avoid; } }
"""
