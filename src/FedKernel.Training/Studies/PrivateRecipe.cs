// SPDX-License-Identifier: Apache-2.0
// How a study's options become noise: the shape is calibrated to ε, or lifted to the noise multiplier asked for, and accounted.
// With sampling probability q a round takes 1/q times the steps at q times the rate: as many passes over the patients, and as far.
using FedKernel.Devices;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Clipping;
using FedKernel.Privacy.Ledger;
using FedKernel.Privacy.Schedules;
using FedKernel.Random;
using FedKernel.Rounds;
using FedKernel.Training.Data;
using FedKernel.Training.Federation;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;

namespace FedKernel.Training.Studies;

/// <summary>The private training of a study: its noise, its promise, its trainers.</summary>
internal sealed class PrivateRecipe
{
    private const NeighbouringRelation Relation = NeighbouringRelation.AddOrRemoveOne;

    private readonly StudyPlan _plan;
    private readonly StudyOptions _options;
    private readonly double[] _multipliers;
    private readonly double _probability, _learningRate;
    private readonly int _stepsPerRound;

    public PrivateRecipe(StudyPlan plan, StudyOptions options)
    {
        (_plan, _options) = (plan, options);
        Central = options.PrivateTraining == PrivateTrainingMode.Client;
        if (Central != (options.Unit == PrivacyUnit.Client) || (options.AdaptiveClipping && !Central))
        {
            throw new ArgumentException(
                $"Training '{options.PrivateTraining}' does not go with the unit {options.Unit}{(options.AdaptiveClipping ? " and adaptive clipping" : "")}.", nameof(options));
        }

        bool sampled = options.PrivateTraining == PrivateTrainingMode.Sgd || Central;
        if (sampled)
        {
            Throw.IfNotInRange(options.SamplingProbability, 1e-3, 1);
        }

        _probability = sampled ? options.SamplingProbability : 1;
        _stepsPerRound = Central ? 1 : (int)Math.Ceiling(plan.PrivateStepsPerRound / _probability);
        _learningRate = plan.PrivateLearningRate * plan.PrivateStepsPerRound / _stepsPerRound;
        NoiseSchedule steps = Steps();
        _multipliers = [.. steps.NoiseMultipliers];
        PrivacyBracket epsilon = PrivacyAccountant.Epsilon(steps.Event(Relation, _probability), options.Delta);
        Statement = new PrivacyStatement(
            options.NoiseMultiplier is null ? options.Epsilon : epsilon.Upper, options.Delta, _multipliers[0], ClippingBound, steps.RoundCount)
        {
            Accounted = epsilon,
            Unit = options.Unit,
        };
    }

    /// <summary>Whether the server adds the noise, to hide whole clients.</summary>
    public bool Central { get; }

    private double ClippingBound => Central ? _plan.ClientClippingBound : _plan.ClippingBound;

    /// <summary>What the study spends, for the ledger: ε as asked for, or what follows from z, rounded up to a millionth.</summary>
    public PrivacyBudget Budget => new(
        _options.NoiseMultiplier is null ? _options.Epsilon : Math.Ceiling((Statement.Epsilon + 1e-9) * 1e6) / 1e6, _options.Delta, _options.Unit, Relation);

    /// <summary>What is promised.</summary>
    public PrivacyStatement Statement { get; }

    /// <summary>How, for people.</summary>
    public string Text => Central
        ? FormattableString.Invariant(
            $"{_plan.PrivateRoundCount} rounds of {_plan.UpdatesPerRound} SGD steps, {(_probability < 1 ? $"each client with probability {_probability}" : "every client")}, updates clipped {(_options.AdaptiveClipping ? "to their median norm, from" : "at")} {ClippingBound}, the server's {Noise}")
        : FormattableString.Invariant(
            $"{_plan.PrivateRoundCount} rounds of {_stepsPerRound} {(_probability < 1 ? $"Poisson steps of probability {_probability}" : "full-batch steps")}, rate {_learningRate:0.####}, clipping {(_options.Clipping == GradientClipping.AutoS ? "AUTO-S" : "flat")} at {ClippingBound}, {Noise}");

    private string Noise => FormattableString.Invariant(
        $"noise multiplier {_multipliers[0]:0.####}{(_options.NoiseShape == NoiseShape.Constant ? "" : $" falling ({_options.NoiseShape}) to {_multipliers[^1]:0.####}")}");

    /// <summary>The server's part. Every client weighs the same: what it holds stays its own.</summary>
    public CentralPrivacyOptions CreateServer(int clientCount, PrivacyLedger ledger, SecretKey256 key)
    {
        double expected = _probability * clientCount;
        // At three tenths of the count's multiplier the updates' noise grows by a twentieth; the paper's m/20 where that is more.
        double count = Math.Max(expected / 20, _multipliers[0] / (2 * 0.3));
        var noise = new CentralPrivacy(_multipliers[0], CappedWeights.Uniform(expected), _probability, Relation)
        {
            CountDeviation = _options.AdaptiveClipping ? count : null,
        };
        return new CentralPrivacyOptions(noise, ClippingBound, ledger, key) { NoiseMultipliers = _multipliers };
    }

    /// <summary>A trainer of one client. The full batch with flat clipping runs on the device, everything else on the host.</summary>
    public IPrivateTrainer CreateTrainer(Device device, LogisticRegression model, TabularDataset train, SecretKey256 key, PrivacyLedger? ledger)
    {
        if (_probability == 1 && _options is { Clipping: GradientClipping.Flat, NoiseShape: NoiseShape.Constant, Unit: PrivacyUnit.Patient }
            && train.HasOneRowPerPatient)
        {
            return new PrivateFullBatchTrainer(device, model, train, new PrivateTrainingOptions(
                _plan.ClippingBound, _multipliers[0], _learningRate, _stepsPerRound, _multipliers.Length)
            {
                Ledger = ledger,
            }, key);
        }

        RecordGroups records = RecordGroups.For(train, _options.Unit);
        var options = new DpSgdOptions(_plan.ClippingBound, _multipliers, _learningRate, _stepsPerRound) { Clipping = _options.Clipping, Ledger = ledger };
        return new DpSgdTrainer(
            device, new DensePerceptron([train.FeatureCount, 1]), train, records, new PoissonBatches(records.Count, _probability, key), options, key);
    }

    private NoiseSchedule Steps()
    {
        int rounds = _plan.PrivateRoundCount;
        NoiseSchedule shape = _options.NoiseShape switch
        {
            NoiseShape.Constant => NoiseSchedule.Constant(1, rounds),
            NoiseShape.Step => NoiseSchedule.Step(1, 0.8, Math.Max(1, rounds / 4), rounds),
            NoiseShape.Exponential => NoiseSchedule.Exponential(1, Math.Log(2) / Math.Max(1, rounds - 1), rounds),
            NoiseShape.Linear => NoiseSchedule.Linear(1, 0.5, rounds),
            _ => throw new ArgumentOutOfRangeException(nameof(StudyOptions.NoiseShape), _options.NoiseShape, "Unknown shape."),
        };
        NoiseSchedule steps = NoiseSchedule.Of([.. shape.NoiseMultipliers.SelectMany(z => Enumerable.Repeat(z, _stepsPerRound))]);
        return _options.NoiseMultiplier is { } z
            ? steps.Scaled(z)
            // A ledger adds the same steps up in another order: the last digits must not cost the last round.
            : steps.CalibratedTo(_options.Epsilon, _options.Delta, Relation, _probability).Scaled(1 + 1e-7);
    }
}
