// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation;
using FedKernel.Instruments.Validation.Checks;

namespace FedKernel.Instruments.Validation;

/// <summary>Which checks a level asks, in which order: what is cheap and finds most comes first.</summary>
internal static class CheckPlan
{
    /// <summary>The checks of a level.</summary>
    /// <param name="kernels">The registry.</param>
    /// <param name="level">How much.</param>
    /// <param name="only">Beginning of the ids that are wanted; all if null.</param>
    public static IReadOnlyList<Check> For(IReadOnlyList<KernelCase> kernels, ValidationLevel level, string? only)
    {
        IEnumerable<Check> all =
        [
            .. kernels.Select(k => new KnownAnswerCheck(k)),
            new SumBoundCheck(),
            new ClippingBoundCheck(),
            .. kernels.Select(k => new KernelCheck(k)),
            new ElementaryCheck(),
            new RepeatCheck(),
            new ThreadCountCheck(),
            new LaunchShapeCheck(),
            new LoadCheck(),
            new ConcurrencyCheck(),
            new RandomStreamCheck("philox"),
            new RandomStreamCheck("chacha20"),
            new LifecycleCheck(),
            new ExhaustionCheck(),
            new SpeedCheck(),
            new CorruptionHuntCheck(),
            new PulseCheck(),
            new LargeBufferCheck(),
        ];
        return [.. all.Where(c => c.Level <= level && (only is null || c.Id.StartsWith(only, StringComparison.Ordinal)))];
    }
}
