// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>One kernel against the hash of its results that stands in the book: made on another machine, from the references.</summary>
/// <param name="kernel">The kernel.</param>
internal sealed class KnownAnswerCheck(KernelCase kernel) : Check($"known_answers.{kernel.Name}", ValidationLevel.Quick, 0.5)
{
    public override CheckResult Run(CheckContext context)
    {
        if (!HashBook.Entries.TryGetValue(kernel.Name, out string? expected))
        {
            return context.Result(this, Verdict.Skip, "the book of hashes has no entry for this kernel");
        }

        KernelReport report = HashBook.Run(context.Device, kernel);
        bool same = report.Sha256 == expected;

        // A kernel that declares a distance may have other bits, as long as it keeps it.
        bool good = same || (kernel.MaxUlp > 0 && report.Pass);
        string? reason = good ? null : report.FirstFailure ?? "the results have another hash than the book has";
        return (context.Result(this, good ? Verdict.Pass : Verdict.Fail, reason) with
        {
            WorkDone = report.Values,
            MinWork = LeastWork.Of(kernel, HashBook.Lengths),
            Sha256 = report.Sha256,
            Class = "device",
            WorstUlp = report.WorstUlp,
            AllowedUlp = report.DeclaredUlp,
        }).WithBitsOf(report.FirstFailure);
    }
}
