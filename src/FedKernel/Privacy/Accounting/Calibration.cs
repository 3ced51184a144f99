// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting.Renyi;

namespace FedKernel.Privacy.Accounting;

/// <summary>The noise, the steps or the sampling probability with which a history meets (ε, δ).</summary>
/// <remarks>
/// <para><b>Guarantee.</b> The history of what is returned was accounted for, and the upper end of its bracket is at most ε.</para>
/// <para><b>Assumptions.</b> ε falls with the noise and rises with steps and sampling probability. The history is a function of the one
/// number and of nothing else.</para>
/// <para><b>Not promised.</b> That no better one exists: within 10⁻⁶ of the best by the methods that know the history.</para>
/// </remarks>
public static class Calibration
{
    private const double Tolerance = 1e-6;
    private const double LeastNoise = 1e-3, MostNoise = 1e7;
    private const double LeastProbability = 1e-12;
    private const long MostSteps = 1L << 40;

    /// <summary>The least noise multiplier, 10⁻³ to 10⁷, that meets (ε, δ).</summary>
    /// <param name="history">All that will be released, by noise multiplier.</param>
    /// <param name="epsilon">ε &gt; 0.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <exception cref="ArgumentException">No noise in the range meets it, or no method knows the history.</exception>
    public static double NoiseMultiplier(Func<double, PrivacyEvent> history, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(history);
        Check(epsilon, delta);
        // The quick bound says where to look; the tightest one decides.
        double start = RenyiAccountant.Knows(history(1)) ? NoiseMultiplier(history, epsilon, delta, RenyiAccountant.Epsilon, 0.01, 1) : 1;
        return NoiseMultiplier(history, epsilon, delta, Tightest, Tolerance, start);
    }

    /// <summary>The greatest number of steps, at most 2⁴⁰, that meets (ε, δ).</summary>
    /// <param name="history">All that will be released, by number of steps.</param>
    /// <param name="epsilon">ε &gt; 0.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <exception cref="ArgumentException">One step is too much already, or no method knows the history.</exception>
    public static long Steps(Func<long, PrivacyEvent> history, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(history);
        Check(epsilon, delta);
        long start = RenyiAccountant.Knows(history(1)) ? Steps(history, epsilon, delta, RenyiAccountant.Epsilon, 1) ?? 1 : 1;
        return Steps(history, epsilon, delta, Tightest, start) ?? throw new ArgumentException(
            $"One step already costs ε = {Tightest(history(1), delta):G6} at δ = {delta}, more than {epsilon}.", nameof(history));
    }

    /// <summary>The greatest sampling probability, 10⁻¹² to 1, that meets (ε, δ).</summary>
    /// <param name="history">All that will be released, by sampling probability.</param>
    /// <param name="epsilon">ε &gt; 0.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <exception cref="ArgumentException">No probability in the range meets it, or no method knows the history.</exception>
    public static double SamplingProbability(Func<double, PrivacyEvent> history, double epsilon, double delta)
    {
        ArgumentNullException.ThrowIfNull(history);
        Check(epsilon, delta);
        double? start = RenyiAccountant.Knows(history(0.5))
            ? SamplingProbability(history, epsilon, delta, RenyiAccountant.Epsilon, 0.01, 0.01)
            : null;
        return SamplingProbability(history, epsilon, delta, Tightest, Tolerance, start ?? 0.01) ?? throw new ArgumentException(
            $"No sampling probability in [{LeastProbability}, 1] meets ε = {epsilon} at δ = {delta}.", nameof(history));
    }

    /// <summary>The noise multiplier by one upper bound.</summary>
    internal static double NoiseMultiplier(
        Func<double, PrivacyEvent> history,
        double epsilon,
        double delta,
        Func<PrivacyEvent, double, double> upper,
        double tolerance,
        double start)
    {
        double? found = MonotoneSearch.LeastGood(
            x => Excess(upper(history(Math.Exp(x)), delta), epsilon),
            Math.Log(start),
            Math.Log(LeastNoise),
            Math.Log(MostNoise),
            (good, bad) => good - bad <= tolerance);
        return found is double x ? Math.Exp(x) : throw new ArgumentException(
            $"No noise multiplier in [{LeastNoise}, {MostNoise}] meets ε = {epsilon} at δ = {delta}.", nameof(history));
    }

    /// <summary>The steps by one upper bound; null if one is too much.</summary>
    internal static long? Steps(
        Func<long, PrivacyEvent> history, double epsilon, double delta, Func<PrivacyEvent, double, double> upper, long start)
    {
        double? found = MonotoneSearch.LeastGood(
            x => Excess(upper(history(Whole(x)), delta), epsilon),
            -Math.Log(start),
            -Math.Log(MostSteps),
            0,
            (good, bad) => Whole(bad) - Whole(good) <= 1);
        return found is double x ? Whole(x) : null;

        // A whole number is the same after its logarithm and back.
        static long Whole(double x) => (long)Math.Clamp(Math.Floor(Math.Exp(-x) * (1 + 1e-13)), 1, MostSteps);
    }

    private static double? SamplingProbability(
        Func<double, PrivacyEvent> history,
        double epsilon,
        double delta,
        Func<PrivacyEvent, double, double> upper,
        double tolerance,
        double start)
    {
        double? found = MonotoneSearch.LeastGood(
            x => Excess(upper(history(Math.Exp(-x)), delta), epsilon),
            -Math.Log(start),
            0,
            -Math.Log(LeastProbability),
            (good, bad) => good - bad <= tolerance);
        return found is double x ? Math.Exp(-x) : null;
    }

    private static double Tightest(PrivacyEvent history, double delta) => PrivacyAccountant.Epsilon(history, delta).Upper;

    /// <summary>ln(ε / ε asked for): nearly straight in the logarithms of noise, steps and probability.</summary>
    private static double Excess(double upper, double epsilon) => Math.Log(upper) - Math.Log(epsilon);

    private static void Check(double epsilon, double delta)
    {
        EventParameter.Positive(epsilon, nameof(epsilon));
        EventParameter.Delta(delta);
    }
}
