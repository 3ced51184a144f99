// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Schedules;

/// <summary>Runs a <see cref="ProgressSchedule"/>: gives each round its noise, takes the noised scores, and spends a filter on both.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class ProgressController
{
    private readonly ProgressCourse _course;
    private int _round;
    private bool _scoreDue;

    /// <summary>Before the first round.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    public ProgressController(ProgressSchedule plan, NeighbouringRelation relation)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Plan = plan;
        _course = new ProgressCourse(plan);
        Filter = new GaussianFilter(plan.WorstCaseMultiplier, relation);
    }

    /// <summary>The plan.</summary>
    public ProgressSchedule Plan { get; }

    /// <summary>What was spent, of a budget that is the worst case.</summary>
    public GaussianFilter Filter { get; }

    /// <summary>Begins a round: its event, spent from the filter.</summary>
    /// <exception cref="ProtocolException">A score is due first, or all rounds are over.</exception>
    public GaussianEvent NextRound()
    {
        if (_scoreDue || _round == Plan.RoundCount)
        {
            throw new ProtocolException(_scoreDue
                ? $"After round {_round} a noised validation score is due before the next."
                : $"The plan has {Plan.RoundCount} rounds and all are over.");
        }

        GaussianEvent release = Filter.Spend(_course.NoiseMultiplier);
        _scoreDue = Plan.IsScored(_round++);
        return release;
    }

    /// <summary>Takes the score in that is due.</summary>
    /// <param name="score">With the multiplier of the plan, or more noise.</param>
    /// <exception cref="ProtocolException">No score is due, or it has too little noise or another relation.</exception>
    public void Observe(ValidationScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        Throw.IfNotInRange(score.Score, double.MinValue, double.MaxValue, nameof(score));
        if (!_scoreDue)
        {
            throw new ProtocolException($"After round {_round} no score is due: the plan has one every {Plan.ScoreInterval} rounds.");
        }

        if (score.Event.NoiseMultiplier < Plan.ScoreMultiplier || score.Event.Relation != Filter.Budget.Relation)
        {
            throw new ProtocolException(
                $"The score has noise multiplier {score.Event.NoiseMultiplier} for {score.Event.Relation}; the plan demands at least "
                + $"{Plan.ScoreMultiplier} for {Filter.Budget.Relation}.");
        }

        Filter.Spend(score.Event.NoiseMultiplier);
        _scoreDue = false;
        _course.Observe(score.Score);
    }
}
