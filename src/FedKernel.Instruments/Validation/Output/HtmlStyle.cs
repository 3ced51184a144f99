// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Validation.Output;

/// <summary>How the report looks: on a screen, on paper, and to somebody who does not see red.</summary>
internal static class HtmlStyle
{
    public const string Text = """
        :root{--ink:#1c2430;--dim:#667085;--line:#e3e8ef;--paper:#fff;--wash:#f6f8fb;--good:#0f7b4d;--bad:#b42318;--warn:#a15c07;--skip:#98a2b3;--bar:#2f6fde}
        *{box-sizing:border-box}body{margin:0;background:var(--wash);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
        main{max-width:1080px;margin:24px auto;padding:0 24px 40px;background:var(--paper);border:1px solid var(--line);border-radius:12px}
        header{display:flex;gap:24px;align-items:center;margin:0 -24px 8px;padding:24px;border-radius:12px 12px 0 0;color:#fff;background:var(--warn)}
        header.PASS{background:var(--good)}header.FAIL,header.TIMEOUT,header.ERROR{background:var(--bad)}header.SKIP{background:var(--skip)}
        header h1{margin:0;font-size:20px}header p{margin:4px 0 0;opacity:.93}.verdict{font-size:34px;font-weight:700;letter-spacing:.04em}
        h2{margin:28px 0 8px;font-size:16px;border-bottom:1px solid var(--line);padding-bottom:4px}
        table{border-collapse:collapse;width:100%;font-size:13.5px}th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--line);vertical-align:top}
        th{color:var(--dim);font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
        code,.hex{font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}.hex{white-space:pre-wrap;word-break:break-all}
        .tag{display:inline-block;min-width:64px;padding:1px 8px;border-radius:9px;font-size:12px;font-weight:600;text-align:center;color:#fff;background:var(--warn)}
        .tag.PASS{background:var(--good)}.tag.FAIL,.tag.TIMEOUT,.tag.ERROR{background:var(--bad)}.tag.SKIP{background:var(--skip)}
        .finding{border:1px solid var(--bad);border-left-width:6px;border-radius:8px;padding:10px 14px;margin:10px 0;background:#fff8f7}
        .finding.PERF,.finding.INCONCLUSIVE{border-color:var(--warn);background:#fffaf2}.finding p{margin:4px 0}
        .flip{background:#ffd9d5;color:var(--bad);font-weight:700}.note{background:#fff4d6;border-radius:8px;padding:8px 12px}
        .units{display:flex;flex-wrap:wrap;gap:4px}.unit{width:30px;height:26px;border-radius:5px;font-size:11px;display:flex;align-items:center;justify-content:center;background:var(--good);color:#fff}
        .unit.out{background:#fff;color:var(--skip);border:1px dashed var(--skip)}
        .bar{position:relative;height:20px;background:var(--line);border-radius:5px;overflow:hidden;min-width:260px}.bar i{position:absolute;inset:0 auto 0 0;background:var(--bar)}
        .bar b{position:absolute;left:8px;line-height:20px;font-size:12px;color:#fff;text-shadow:0 0 3px #0008}.bar b.low{color:var(--ink);text-shadow:none}.dim{color:var(--dim)}
        details summary{cursor:pointer;margin:28px 0 8px;font-weight:600}footer{margin-top:28px;color:var(--dim);font-size:12.5px}
        @media print{body{background:#fff}main{border:0;margin:0;max-width:none}details{display:none}}
        """;
}
