// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Validation;

/// <summary>One question about a device.</summary>
/// <param name="id">Stable name.</param>
/// <param name="level">The least level that asks it.</param>
/// <param name="seconds">What it usually takes: the watchdog waits ten times as long.</param>
internal abstract class Check(string id, ValidationLevel level, double seconds)
{
    public string Id { get; } = id;

    public ValidationLevel Level { get; } = level;

    public double ExpectedSeconds { get; } = seconds;

    /// <summary>Asks. A driver's error may leave as an exception: it becomes the verdict ERROR.</summary>
    public abstract CheckResult Run(CheckContext context);
}
