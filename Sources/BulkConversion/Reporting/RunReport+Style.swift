extension RunReport {
    /// The page's style: for screens of any width, light or dark, and for paper.
    static let style = """
        :root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --ink: #1b1f24; --soft: #57606a; --line: #d8dee4;
          --good: #2a7d4f; --fair: #8f5a00; --bad: #b3261e; --none: #7d8590; --code: #eef1f4; }
        @media (prefers-color-scheme: dark) { :root { --page: #0f1318; --card: #171c23; --ink: #e6eaef; --soft: #9aa5b1;
          --line: #2c343d; --good: #4cb17a; --fair: #e0a33a; --bad: #f0776c; --none: #6e7781; --code: #222932; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 56rem; background: var(--page); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
          overflow-wrap: anywhere; }
        h1 { margin: 0 0 .75rem; font-size: clamp(1.5rem, 1.1rem + 2vw, 2.1rem); line-height: 1.2; letter-spacing: -.01em; }
        h2 { margin: 0 0 .75rem; font-size: 1.2rem; line-height: 1.3; }
        h3 { margin: 0 0 .5rem; font-size: 1rem; line-height: 1.4; }
        p { margin: 0 0 .75rem; }
        .kind { margin: 0 0 .25rem; color: var(--soft); font-size: .875rem; }
        .verdict { margin: 0 0 1.5rem; padding: .75rem 1rem; border-left: .35rem solid var(--none); border-radius: .25rem;
          background: var(--card); font-size: 1.125rem; font-weight: 600; }
        .verdict p { margin: 0; } .verdict .reason { margin-top: .4rem; font-size: 1rem; font-weight: 400; }
        .verdict.good { border-color: var(--good); } .verdict.fair { border-color: var(--fair); }
        .verdict.bad { border-color: var(--bad); }
        section { margin: 0 0 1.25rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
        code { padding: .1em .3em; border-radius: .25em; background: var(--code);
          font: .9em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
        .chart { display: block; width: 100%; height: 2.5rem; margin: 0 0 1rem; border-radius: .35rem; }
        .bar { display: block; width: 100%; height: .375rem; margin: 0 0 .6rem; border-radius: .2rem; background: var(--code); }
        rect.good { fill: var(--good); } rect.fair { fill: var(--fair); } rect.bad { fill: var(--bad); } rect.none { fill: var(--none); }
        .key { display: inline-block; width: .8rem; height: .8rem; margin: 0 .6rem 0 -1.4rem; border-radius: .2rem; }
        .key.good { background: var(--good); } .key.fair { background: var(--fair); } .key.bad { background: var(--bad); }
        .key.none { background: var(--none); }
        table { width: 100%; border-collapse: collapse; }
        caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        th, td { padding: .45rem .5rem .45rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
        thead th { border-top: 0; color: var(--soft); font-size: .875rem; }
        tfoot th, tfoot td { font-weight: 600; }
        .number { padding-right: 0; padding-left: 1rem; text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .meaning { display: block; color: var(--soft); font-size: .875rem; }
        .totals tbody th { padding-left: 1.4rem; font-weight: 600; } .totals .meaning { font-weight: 400; }
        .steps { margin: 0; padding-left: 1.4rem; } .steps li { margin: 0 0 .5rem; }
        .finding { padding: 1rem 0 0; border-top: 1px solid var(--line); } .finding + .finding { margin-top: 1rem; }
        h2 + p { color: var(--soft); }
        .finding h3 { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; align-items: baseline; gap: .2rem .6rem; } .finding p { margin: 0 0 .4rem; }
        .count { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .badge { padding: .1em .5em; border: 1px solid currentColor; border-radius: 1em; font-size: .8rem; font-weight: 600; }
        .badge.bad { color: var(--bad); } .badge.fair { color: var(--fair); }
        dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem .9rem; margin: 0; }
        dt { color: var(--soft); } dd { margin: 0; }
        .names { margin: 0; padding: 0; columns: 16rem auto; column-gap: 2rem; list-style: none; }
        .names li { display: flex; gap: .5rem; padding: .3rem 0; border-top: 1px solid var(--line); break-inside: avoid; }
        .names bdi { min-width: 0; } .names .number { margin-left: auto; }
        .archives th[scope=row] { width: 45%; }
        .pair { display: flex; flex-wrap: wrap; gap: 1rem; }
        figure { flex: 6 1 min(18rem, 100%); min-width: 0; margin: 0; } figure:first-child { flex: 7 1 min(22rem, 100%); } figcaption { color: var(--soft); font-size: .875rem; }
        pre { margin: .25rem 0 0; padding: .75rem; border-radius: .25rem; background: var(--code); white-space: pre-wrap;
          font: .78em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
        table + .meaning { margin: .75rem 0 0; }
        .notes { margin: 0; padding-left: 1.2rem; } .notes li { margin: 0 0 .4rem; }
        footer { color: var(--soft); font-size: .875rem; } .signature { display: none; }
        @media (max-width: 40rem) { .archives thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          .archives tr { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr)); padding: .4rem 0; border-top: 1px solid var(--line); }
          .archives th[scope=row] { grid-column: 1 / -1; width: auto; font-weight: 600; } .archives th, .archives td { padding: .1rem 0; border: 0; text-align: left; }
          .archives td::before { content: attr(data-name); display: block; color: var(--soft); font-size: .8rem; } }
        @media (max-width: 30rem) { section { padding: 1rem; } dl { grid-template-columns: minmax(0, 1fr); } dd { margin: 0 0 .35rem; } }
        @media print { :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --good: #2a7d4f;
          --fair: #8f5a00; --bad: #b3261e; --none: #7d8590; --code: #fff; }
          body { max-width: none; padding: 0; font-size: 10pt; } section { padding: 0; border: 0; margin: 0 0 1.5rem; }
          .verdict { padding: .25rem 0 .25rem .75rem; } code { padding: 0; }
          pre { padding: 0; } .chart, .bar, .key, .verdict { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
          h2, h2 + p, h3, thead { break-after: avoid; } th, td { padding-top: .2rem; padding-bottom: .2rem; } .finding, tr, .steps li, .pair, footer { break-inside: avoid; }
          .signature { display: flex; gap: 2rem; margin-top: 3rem; } .signature span { flex: 1; padding-top: .25rem; border-top: 1px solid #000; } }
        """
}
