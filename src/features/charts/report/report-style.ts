/** A report reads like a paper, in either scheme; the colours come from the app's own tokens. */
export const REPORT_STYLE = `
*{box-sizing:border-box}
html{color-scheme:light dark;background:var(--ground);color:var(--text)}
body{margin:0 auto;max-width:80rem;padding:1.5rem;font:14px/1.5 var(--sans);font-variant-numeric:tabular-nums}
h1{margin:0;font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}
h2{margin:2rem 0 .5rem;font-size:1.125rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{margin:0;font-size:1rem;overflow-wrap:anywhere}
p{margin:.25rem 0}
ul{margin:.25rem 0;padding-inline-start:1.25rem}
.quiet,figcaption p,caption{color:var(--text-muted);font-size:.8125rem}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,34rem),1fr));gap:1rem;align-items:start}
figure{margin:0;padding:.75rem;border:1px solid var(--line);border-radius:4px;background:var(--surface);min-width:0;break-inside:avoid}
svg{display:block;max-width:100%;height:auto}
.swatch{display:inline-block;width:20px;height:10px;margin-inline-end:.375rem;vertical-align:baseline}
.legend{display:flex;flex-wrap:wrap;gap:.125rem 1rem;list-style:none;margin:.5rem 0;padding:0;font-size:.8125rem;overflow-wrap:anywhere}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.8125rem}
caption{text-align:start;padding:.25rem 0;caption-side:bottom}
th,td{padding:.125rem .625rem;border-bottom:1px solid var(--line);text-align:end;vertical-align:top;font-weight:400;white-space:nowrap}
th:first-child,.text{text-align:start}
td.text,th[scope=row]{white-space:normal;overflow-wrap:anywhere;max-width:32rem}
thead th{color:var(--text-muted)}
details{margin-top:.5rem}
summary{cursor:pointer;color:var(--text-muted);font-size:.8125rem}
footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.5rem}
@media print{body{max-width:none;padding:0}.charts{grid-template-columns:1fr 1fr}}
`;
