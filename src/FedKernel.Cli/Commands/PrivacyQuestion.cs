// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Schedules;

namespace FedKernel.Cli.Commands;

/// <summary>T releases with Gaussian noise about Poisson batches, and what is asked of them.</summary>
/// <param name="NoiseMultiplier">z.</param>
/// <param name="SamplingProbability">q.</param>
/// <param name="Steps">T.</param>
/// <param name="Delta">δ.</param>
/// <param name="Relation">Which data sets are neighbours.</param>
/// <param name="Unit">What a record is, in words.</param>
internal sealed record PrivacyQuestion(
    double NoiseMultiplier, double SamplingProbability, long Steps, double Delta, NeighbouringRelation Relation, string Unit)
{
    /// <summary>z of each round, where rounds differ; z above is then what all of them amount to without sampling.</summary>
    public NoiseSchedule? Schedule { get; init; }

    /// <summary>What every method says, the slow ones too.</summary>
    public PrivacyAnswer Answer() => Answer(slowToo: true);

    /// <summary>The bracket alone, after fewer or more steps.</summary>
    public PrivacyBracket BracketAfter(long steps) => (this with { Steps = steps }).Answer(slowToo: false).Bracket;

    private PrivacyAnswer Answer(bool slowToo)
    {
        PrivacyEvent history = Schedule is null
            ? PrivacyOptions.History(NoiseMultiplier, SamplingProbability, Steps, Relation)
            : NoiseSchedule.Of([.. Schedule.NoiseMultipliers.Take((int)Steps)]).Event(Relation, SamplingProbability);
        IReadOnlyList<MethodAnswer> methods = PrivacyAccountant.EpsilonByMethod(history, Delta, slowToo);
        return new PrivacyAnswer(PrivacyAccountant.Bracket("ε", methods), methods);
    }
}

/// <summary>The tightest on each side, and what each method says.</summary>
internal sealed record PrivacyAnswer(PrivacyBracket Bracket, IReadOnlyList<MethodAnswer> Methods)
{
    /// <summary>What a method says; null if it does not know the history.</summary>
    public MethodAnswer? By(string method) => Methods.FirstOrDefault(m => m.Method == method);
}
