// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy.Auditing;
using FedKernel.Training.Auditing;
using Spectre.Console;

namespace FedKernel.Cli.Reports;

/// <summary>The table, the verdict and the JSON records of an audit.</summary>
internal static class AuditOutput
{
    public static void Write(VerbContext context, AuditReport report, string device)
    {
        CultureInfo plain = CultureInfo.InvariantCulture;
        int canaries = report.Attacks[0].Scores.Count, included = report.Attacks[0].Scores.IncludedCount;
        double percent = 100 * report.Confidence;
        context.Console.WriteLine(string.Create(
            plain, $"{canaries} canaries, {included} of them in; two rounds of noisy sums on {device}; δ = {report.Delta:0.###e+0}."));
        Table table = new Table().Border(TableBorder.Rounded).AddColumns(
            "attack", "method", string.Create(plain, $"ε ≥, alone {percent:0.###} %"), string.Create(plain, $"ε ≥, all together {percent:0.###} %"), "right", "guesses");
        foreach (AttackResult attack in report.Attacks)
        {
            for (int i = 0; i < attack.Bounds.Count; i++)
            {
                (AuditedBound alone, AuditedBound joint) = (attack.Bounds[i], attack.JointBounds[i]);
                table.AddRow(
                    i == 0 ? attack.Adversary.Replace('_', ' ') : "",
                    Words(alone.Method),
                    alone.Epsilon.ToString("0.000", plain),
                    joint.Epsilon.ToString("0.000", plain),
                    alone.Epsilon > 0 ? alone.Correct.ToString(plain) : "",
                    alone.Epsilon > 0 ? alone.Guesses.ToString(plain) : "");
                string name = $"privacy.audit.{attack.Adversary}_{Name(alone.Method)}";
                context.Json.Add($"{name}.epsilon_lower", alone.Epsilon, "1", report.Accounted.Upper, "lower", alone.Epsilon <= report.Accounted.Upper);
                context.Json.Add($"{name}.epsilon_lower_joint", joint.Epsilon, "1", report.Accounted.Upper, "lower", joint.Epsilon <= report.Accounted.Upper);
            }

            if (attack.RefutesCurve)
            {
                table.AddRow("", "trade-off curve of the claim", "", "refuted", "", "");
            }

            context.Json.Add($"privacy.audit.{attack.Adversary}_curve.refuted", attack.RefutesCurve ? 1 : 0, "1", 0, "lower", !attack.RefutesCurve);
            context.Json.Add($"privacy.audit.{attack.Adversary}.area_under_roc", attack.Scores.AreaUnderRocHull(), "1");
        }

        context.Console.Write(table);
        context.Console.WriteLine(string.Create(
            plain, $"Accounted: ε ≤ {report.Accounted.Upper:0.000} ({report.Accounted.UpperMethod}). Audited: ε ≥ {report.LargestLowerBound:0.000}."));
        context.Console.WriteLine(report.IsConsistent
            ? "PASS: no attack proves more than is accounted. That is no proof that none could."
            : "FAIL: the mechanism loses more privacy than it claims.");
        foreach (AuditMethod method in report.Attacks[0].Bounds.Select(b => b.Method))
        {
            double best = report.Attacks.SelectMany(a => a.Bounds).Where(b => b.Method == method).Max(b => b.Epsilon);
            context.Json.Add($"privacy.audit.{Name(method)}.epsilon_lower", best, "1");
        }

        context.Json.Add("privacy.audit.accounted.epsilon_upper", report.Accounted.Upper, "1");
        context.Json.Add(
            "privacy.audit.verdict.epsilon_lower", report.LargestLowerBound, "1", report.Accounted.Upper, "lower", report.IsConsistent);
    }

    private static string Words(AuditMethod method) => method switch
    {
        AuditMethod.OneRun => "one run",
        AuditMethod.OneRunTradeOff => "one run, f-DP of a Gaussian",
        AuditMethod.ClopperPearson => "Clopper–Pearson",
        _ => "Gaussian trade-off",
    };

    private static string Name(AuditMethod method) => method switch
    {
        AuditMethod.OneRun => "one_run",
        AuditMethod.OneRunTradeOff => "one_run_f_dp",
        AuditMethod.ClopperPearson => "clopper_pearson",
        _ => "gaussian",
    };
}
