/// How a report looks: light, dark as the reader's system has it, and on paper.
enum ReportStyle {
    static let css = """
        :root{color-scheme:light dark;--paper:#fff;--card:#fff;--ink:#1b2430;--soft:#5c6875;--rule:#e1e6ec;--grid:#eef1f5;\
        --ok:#2f7ebc;--wait:#8a6bbf;--gone:#9aa5b1;--deny:#e0a030;--fail:#cc4b3c;--p50:#2f7ebc;--p99:#cc4b3c;--track:#eef2f6}
        @media (prefers-color-scheme:dark){:root{--paper:#12171d;--card:#1a2129;--ink:#e6ebf0;--soft:#98a4b0;--rule:#2c3641;--grid:#242d37;\
        --ok:#58a6e0;--wait:#ab8fe0;--gone:#76828e;--deny:#e6b04f;--fail:#e8695b;--p50:#58a6e0;--p99:#e8695b;--track:#27313b}}
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;\
        -webkit-text-size-adjust:100%}
        body{max-width:1060px;margin:0 auto;padding:32px 24px 48px}
        header{border-bottom:2px solid var(--ink);padding-bottom:14px;margin-bottom:22px}
        h1{font-size:27px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}
        h2{font-size:17px;margin:0 0 10px}
        section{margin:0 0 30px}
        p{margin:0 0 8px}.soft{color:var(--soft)}.mono{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
        .period{font-size:16px}figure + .soft{margin-top:8px;font-size:13px}
        .seal{display:inline-block;margin-top:8px;padding:3px 10px;border-radius:4px;border:1px solid var(--rule);font-size:13px}
        .seal.good{border-color:var(--ok)}.seal.bad{border-color:var(--fail);color:var(--fail);font-weight:600}
        .tiles{display:grid;grid-template-columns:repeat(5,1fr);gap:1px;background:var(--rule);border:1px solid var(--rule);\
        border-radius:8px;overflow:hidden}
        .tile{background:var(--card);padding:14px 16px}
        .tile b{display:block;font-size:25px;line-height:1.2;font-weight:650;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
        .tile span{color:var(--soft);font-size:13px}
        .tile.alarm b{color:var(--fail)}
        .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(340px,1fr));gap:30px}
        svg{display:block;width:100%;height:auto}
        svg text{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}svg text.small{font-size:11px}
        .mid{text-anchor:middle}.end{text-anchor:end}
        .axis{stroke:var(--soft);stroke-width:1}.grid{stroke:var(--grid);stroke-width:1}
        rect.ok,.key.ok{fill:var(--ok);background:var(--ok)}rect.wait,.key.wait{fill:var(--wait);background:var(--wait)}
        rect.gone,.key.gone{fill:var(--gone);background:var(--gone)}rect.deny,.key.deny{fill:var(--deny);background:var(--deny)}
        rect.fail,.key.fail{fill:var(--fail);background:var(--fail)}rect.p50,.key.p50{fill:var(--p50);background:var(--p50)}
        .key.p99{background:var(--p99)}
        .line{fill:none;stroke-width:2;stroke-linejoin:round}.line.p50{stroke:var(--p50)}.line.p99{stroke:var(--p99)}
        .dot.p50{fill:var(--p50)}.dot.p99{fill:var(--p99)}.touch{fill:transparent}
        svg.strip{height:18px;border-radius:4px;overflow:hidden}svg.trend{width:96px;height:16px}
        .legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:8px 0 0;padding:0;list-style:none;font-size:13px;color:var(--soft)}
        .legend b{color:var(--ink);font-weight:600;font-variant-numeric:tabular-nums}
        .key{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
        .scroll{overflow-x:auto}
        table{width:100%;border-collapse:collapse;font-size:14px}
        th{font-weight:600;font-size:12px;color:var(--soft);text-align:left;padding:4px 10px 6px 0;border-bottom:1px solid var(--rule);white-space:nowrap}
        td{padding:6px 10px 6px 0;border-bottom:1px solid var(--grid);vertical-align:middle}
        th:last-child,td:last-child{padding-right:0}
        .num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td.name{max-width:340px;overflow-wrap:anywhere}
        td.bar{width:24%;min-width:70px}td.bar span{display:block;height:10px;border-radius:2px;background:var(--track)}
        td.bar i{display:block;height:10px;border-radius:2px;background:var(--ok);min-width:2px}
        .alarm{color:var(--fail)}.warn{color:var(--deny)}tr.others td{color:var(--soft)}
        footer{border-top:1px solid var(--rule);padding-top:12px;color:var(--soft);font-size:13px}
        @media (max-width:760px){.tiles{grid-template-columns:repeat(2,1fr)}}
        @media (max-width:640px){body{padding:20px 14px}.trends{display:none}td.bar{display:none}th.bar{display:none}}
        @page{size:A4;margin:14mm}
        @media print{
        :root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#bbb;--grid:#ddd;--ok:#2f7ebc;--wait:#8a6bbf;--gone:#8b96a2;\
        --deny:#d08f1c;--fail:#b93a2b;--p50:#2f7ebc;--p99:#b93a2b;--track:#eee}
        html{font-size:11.5px}body{max-width:none;padding:0}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        h1{font-size:22px}.tile b{font-size:18px}.tile{padding:8px 10px}.tiles{grid-template-columns:repeat(5,1fr)}
        table{font-size:11px}td{padding-top:3px;padding-bottom:3px}td.bar{display:table-cell}
        section{margin-bottom:18px}.chart,.tiles,.two>div,tr,figure,.whole{break-inside:avoid}h2{break-after:avoid}thead{display:table-header-group}
        .two{grid-template-columns:1fr 1fr;gap:20px}.scroll{overflow:visible}
        }
        """
}
