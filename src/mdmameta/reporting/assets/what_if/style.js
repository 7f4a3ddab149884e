// How the page looks; colours follow the page around it, where that has them.

export const CSS = `
.what-if { --accent: var(--link, #0b5f86); --faint: var(--line, #b8c0c8); --soft: var(--quiet, #59626d); font-size: .95rem; line-height: 1.45; }
.what-if .controls { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 1rem 1.6rem; margin: 0 0 1rem; }
.what-if fieldset { border: 1px solid var(--faint); border-radius: 8px; padding: .5rem .9rem .7rem; margin: 0; min-width: 0; }
.what-if legend { font-weight: 650; padding: 0 .3rem; font-size: inherit; float: none; width: auto; }
.what-if .trials label { display: flex; gap: .45rem; align-items: baseline; padding: .16rem 0; overflow-wrap: anywhere; cursor: pointer; }
.what-if .assumed { grid-column: 1 / -1; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); gap: 0 2rem; }
.what-if .assumed legend { padding-left: 0; } .what-if .assumed .why { grid-column: 1 / -1; }
.what-if input { accent-color: var(--accent); }
.what-if .choice, .what-if .slide { margin: .35rem 0 .6rem; }
.what-if .choice label { display: block; }
.what-if select { width: 100%; font: inherit; padding: .3rem; color: inherit; background: var(--bg, Canvas); border: 1px solid var(--faint); border-radius: 6px; }
.what-if option { background: var(--bg, Canvas); color: var(--text, CanvasText); }
.what-if .slide { display: grid; grid-template-columns: 1fr auto; gap: 0 .8rem; align-items: end; }
.what-if .slide input { grid-column: 1 / -1; width: 100%; margin: .2rem 0 0; }
.what-if output { font-variant-numeric: tabular-nums; white-space: nowrap; font-weight: 600; }
.what-if .headline { position: sticky; bottom: 0; z-index: 2; display: block; white-space: normal; font-size: 1.08rem; background: var(--bg, Canvas); border-top: 2px solid var(--accent); border-bottom: 1px solid var(--faint); padding: .7rem 0; margin: 0 0 .6rem; }
.what-if dl { display: flex; flex-wrap: wrap; gap: .2rem 1.6rem; margin: 0 0 .8rem; }
.what-if dl div { display: flex; gap: .4rem; }
.what-if dt { color: var(--soft); font-weight: 400; } .what-if dd { margin: 0; font-variant-numeric: tabular-nums; }
.what-if .cautions { margin: 0 0 .8rem; padding-left: 1.1rem; }
.what-if .why { color: var(--soft); margin: .3rem 0 0; }
.what-if button { font: inherit; padding: .35rem .9rem; border: 1px solid var(--faint); border-radius: 6px; background: none; color: inherit; cursor: pointer; }
.what-if button:hover { border-color: currentColor; }
.what-if svg { display: block; max-width: 100%; overflow: visible; font-size: 13px; font-variant-numeric: tabular-nums; }
.what-if svg text { fill: currentColor; } .what-if svg .quiet { fill: var(--soft); }
.what-if svg .label { unicode-bidi: isolate; } .what-if svg .strong { font-weight: 650; }
.what-if svg .axis, .what-if svg .zero { stroke: var(--soft); } .what-if svg .zero { stroke-dasharray: 3 3; }
.what-if svg .interval { stroke: currentColor; stroke-width: 1.5; } .what-if svg .mark { color: inherit; fill: currentColor; }
.what-if svg .arrow { fill: none; stroke-width: 1.5; opacity: 1; }
.what-if svg .reported { fill: none; stroke: var(--soft); stroke-width: 1.5; }
.what-if svg .diamond { fill: var(--accent); } .what-if svg .prediction { stroke: var(--accent); stroke-width: 4; opacity: .55; }
.what-if svg .out { opacity: .6; } .what-if svg .out .mark { fill: none; stroke: currentColor; } .what-if svg .out .interval { stroke-dasharray: 3 3; }
.what-if .numbers { overflow-x: auto; } .what-if details { margin-top: .8rem; } .what-if summary { cursor: pointer; }
.what-if table { border-collapse: collapse; font-size: .88rem; margin: .6rem 0; } .what-if caption { text-align: left; color: var(--soft); }
.what-if th, .what-if td { text-align: left; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--faint); font-variant-numeric: tabular-nums; vertical-align: top; }
@media print { .what-if .controls, .what-if button { display: none; } .what-if .headline { position: static; } }
`;
