// SPDX-License-Identifier: Apache-2.0
// The experiment of T. Steinke, M. Nasr, M. Jagielski (arXiv 2305.08846), algorithm 1: fair coins, one release, guesses.
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Auditing;
using FedKernel.Random;

namespace FedKernel.Training.Auditing;

/// <summary>Tosses the coins, lets the mechanism release and the adversaries score, and sets the bounds beside the accounted ε.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> A mechanism that is as private as it claims is found inconsistent with probability at most α, counted over
/// all adversaries and methods together.</para>
/// <para><b>Assumptions.</b> Coins are drawn apart from whatever the mechanism draws, and adversaries see nothing but its bytes.</para>
/// <para><b>What is not promised.</b> A mechanism that passes may still be wrong: nobody tried what would have shown it.</para>
/// </remarks>
public static class PrivacyAudit
{
    /// <summary>Runs the mechanism once and judges it.</summary>
    /// <param name="release">The mechanism; it sees the coins.</param>
    /// <param name="adversaries">At least one; they see the bytes.</param>
    /// <param name="options">How it is judged.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the claim is not for add-or-remove-one neighbours.</exception>
    public static AuditReport Run(IAuditedRelease release, IReadOnlyList<IAuditAdversary> adversaries, AuditOptions options)
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(adversaries);
        ArgumentNullException.ThrowIfNull(options);
        Throw.IfNotInRange(adversaries.Count, 1, 1000);
        if (release.Claim.Relation != NeighbouringRelation.AddOrRemoveOne)
        {
            throw new ArgumentException(
                $"Canaries are in or out: the claim must be for {NeighbouringRelation.AddOrRemoveOne}; got {release.Claim.Relation}.", nameof(release));
        }

        // Before anything is released: a claim without an ε, or an option out of range, costs nobody a release.
        double alpha = 1 - options.Confidence;
        if (!(alpha > 0 && alpha < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Confidence, "Confidence must lie in (0.5, 1).");
        }

        IReadOnlyList<AuditMethod> methods = Methods(release, options);
        PrivacyBracket accounted = PrivacyAccountant.Epsilon(release.Claim, options.Delta);
        var curve = new AccountedTradeOff(release.Claim);
        bool[] included = Coins(options.Seed, release.CanaryCount);
        byte[] released = release.Release(included);
        double joint = alpha / (adversaries.Count * (methods.Count + 1));
        AttackResult[] attacks = [.. adversaries.Select(a => Judge(a.Name, CanaryScores.Join(a.Score(released), included)))];
        return new AuditReport(release.Claim, curve, options.Delta, options.Confidence, accounted, attacks);

        AttackResult Judge(string name, CanaryScores scores) => new(
            name, scores, Bounds(scores, alpha), Bounds(scores, joint), CanaryAudit.Refutes(scores, curve, joint, release.CanariesApart));

        AuditedBound[] Bounds(CanaryScores scores, double level) =>
            [.. methods.Select(m => CanaryAudit.Bound(scores, m, level, options.Delta, options.Thresholds))];
    }

    private static IReadOnlyList<AuditMethod> Methods(IAuditedRelease release, AuditOptions options)
    {
        IReadOnlyList<AuditMethod> fitting = CanaryAudit.MethodsFor(release.Claim, release.CanariesApart);
        IReadOnlyList<AuditMethod> chosen = options.Methods ?? fitting;
        Throw.IfNotInRange(chosen.Count, 1, 1000, nameof(options.Methods));
        foreach (AuditMethod method in chosen)
        {
            if (!fitting.Contains(method))
            {
                throw new ArgumentException(
                    $"'{method}' assumes what the claim '{release.Claim.GetType().Name}' does not say; it fits {string.Join(", ", fitting)}.",
                    nameof(options));
            }
        }

        return chosen;
    }

    private static bool[] Coins(SimulationSeed seed, int count)
    {
        SimulationRandom random = SimulationDraws.AuditCoins(seed);
        var coins = new bool[count];
        for (int i = 0; i < count; i++)
        {
            coins[i] = random.NextWord() >> 31 == 1;
        }

        return coins;
    }
}
