// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>One kernel at every length and offset of the level against its plain reference, canaries on both sides.</summary>
/// <param name="kernel">The kernel.</param>
internal sealed class KernelCheck(KernelCase kernel) : Check($"kernels.{kernel.Name}", ValidationLevel.Quick, 0.5)
{
    public override CheckResult Run(CheckContext context)
    {
        // A few lengths that nobody chose; with the seed they are the same again.
        ulong random = context.Seed * 0x9E3779B97F4A7C15;
        int[] drawn = [.. Enumerable.Range(1, 4).Select(i => (int)((random >> (8 * i)) % 5000))];
        IReadOnlyList<int> lengths = context.Lengths ?? [.. context.Level.Lengths(), .. drawn];
        var options = new KernelValidationOptions
        {
            Cases = [kernel],
            Lengths = lengths,
            Seed = context.Seed,
            Offsets = context.Offsets ?? [],
        };
        KernelReport report = KernelValidator.Run(context.Device, options)[0];
        if (report.FirstFailure is null && context.Level != ValidationLevel.Quick && context.Lengths is null)
        {
            // Every place in a register, for lengths that end within one.
            KernelReport shifted = KernelValidator.Run(
                context.Device, options with { Lengths = [1, 67, 300], Offsets = [.. Enumerable.Range(0, 16)] })[0];
            report = shifted with { Cases = report.Cases + shifted.Cases, Values = report.Values + shifted.Values };
        }

        string shape = Shape(report.FirstFailure);
        return (context.Result(this, report.FirstFailure is null ? Verdict.Pass : Verdict.Fail, report.FirstFailure) with
        {
            WorkDone = report.Values,
            MinWork = LeastWork.Of(kernel, lengths),
            WorstUlp = report.WorstUlp,
            AllowedUlp = report.DeclaredUlp,
            Class = "device",
            Replay = context.Replay(Id, shape),
            Facts = new Dictionary<string, string>
            {
                ["shape"] = report.Shape,
                ["launches"] = report.Cases.ToString(CultureInfo.InvariantCulture),
                ["drawn_lengths"] = string.Join(' ', drawn),
            },
        }).WithBitsOf(report.FirstFailure);
    }

    private static string Shape(string? failure)
    {
        if (failure is null || !failure.StartsWith("length ", StringComparison.Ordinal))
        {
            return "";
        }

        string[] words = failure.Split(' ', ',', ':');
        int offset = Array.IndexOf(words, "offset");
        return $" --lengths {words[1]}" + (offset > 0 ? $" --offsets {words[offset + 1]}" : "");
    }
}
