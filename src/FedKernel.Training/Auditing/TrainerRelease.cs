// SPDX-License-Identifier: Apache-2.0
// A whole DP-SGD training under audit · canaries as in M. Nasr et al., "Tight auditing of differentially private machine learning",
// 2023 (arXiv 2302.07956): examples whose gradient is as long as the clipping bound lets it be, each along a feature of its own.
using FedKernel.Devices;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Training.Solvers;
using FedKernel.Updates;

namespace FedKernel.Training.Auditing;

/// <summary>Trains logistic regression on the canaries that are in; the update is what becomes public.</summary>
/// <remarks>
/// Canary i is one patient with feature i alone, so large that its gradient is clipped in every step, and label 1. In the place of
/// one that is out is a patient without features: the number of patients is public, and its gradient moves the bias alone, which
/// is not released and which clipped gradients do not feel. The learning rate is chosen so that no canary is ever learnt, for a
/// learnt one has no gradient left.
/// </remarks>
public sealed class TrainerRelease : IAuditedRelease
{
    private const float Feature = 1000;

    private readonly Device _device;
    private readonly DpSgdOptions _options;
    private readonly double _probability;

    /// <summary>A training.</summary>
    /// <param name="device">Where it computes.</param>
    /// <param name="canaryCount">m, 16 to 4096; also the number of features and patients.</param>
    /// <param name="options">The training. Its noise multipliers are what is claimed; all steps are taken in one round, and the rate is another.</param>
    /// <param name="samplingProbability">q of the Poisson batches, 10⁻⁹ to 1.</param>
    public TrainerRelease(Device device, int canaryCount, DpSgdOptions options, double samplingProbability = 1)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        Throw.IfNotInRange(canaryCount, 16, 4096);
        Throw.IfNotInRange(samplingProbability, 1e-9, 1);
        (_device, CanaryCount, _probability) = (device, canaryCount, samplingProbability);
        int steps = options.NoiseMultipliers.Count;
        // Feature · weight, the margin, ends near ½ whatever the noise.
        double reach = options.ClippingBound * (steps + (Math.Sqrt(steps) * options.NoiseMultipliers.Max()));
        _options = options with { StepsPerRound = steps, LearningRate = 0.5 * samplingProbability * canaryCount / (Feature * reach) };
        using SecretKey256 key = SecretKey256.Create();
        Claim = new PoissonBatches(canaryCount, samplingProbability, key).Account(
            [.. options.NoiseMultipliers.Select(z => new GaussianEvent(z, NeighbouringRelation.AddOrRemoveOne))]);
    }

    /// <inheritdoc/>
    public int CanaryCount { get; }

    /// <inheritdoc/>
    public PrivacyEvent Claim { get; }

    /// <inheritdoc/>
    /// <remarks>Not claimed of a trained model, though here it comes close.</remarks>
    public bool CanariesApart => false;

    /// <summary>What the noise is multiplied by behind the claim's back; 1 for an honest trainer. For tests of the audit.</summary>
    internal double NoiseFactor { get; init; } = 1;

    /// <summary>Makes the key of each training.</summary>
    internal Func<SecretKey256> CreateKey { get; init; } = SecretKey256.Create;

    /// <inheritdoc/>
    public byte[] Release(ReadOnlySpan<bool> included)
    {
        Throw.IfLengthsDiffer(CanaryCount, included.Length, nameof(CanaryCount), nameof(included));
        var features = new float[CanaryCount * CanaryCount];
        for (int i = 0; i < included.Length; i++)
        {
            features[(i * CanaryCount) + i] = included[i] ? Feature : 0;
        }

        int[] ids = [.. Enumerable.Range(0, CanaryCount)];
        var table = new TabularDataset(
            [.. ids.Select(i => $"x{i}")], features, [.. Enumerable.Repeat(1f, CanaryCount)], ids);
        using SecretKey256 key = CreateKey();
        RecordGroups patients = RecordGroups.ByPatient(table);
        DpSgdOptions options = _options with { NoiseMultipliers = [.. _options.NoiseMultipliers.Select(z => z * NoiseFactor)] };
        var model = new DensePerceptron([CanaryCount, 1]);
        using var trainer = new DpSgdTrainer(
            _device, model, table, patients, new PoissonBatches(CanaryCount, _probability, key), options, key);
        using DeviceBuffer<float> zero = _device.Allocate<float>(model.Layout.Length);
        using ModelUpdate update = trainer.Train(zero);
        return ReleasedVectors.Write([update.Values.ToArray()[..CanaryCount]]);
    }
}

/// <summary>Reads the weight of each canary's own feature.</summary>
/// <param name="canaryCount">m.</param>
public sealed class WeightAdversary(int canaryCount) : IAuditAdversary
{
    /// <inheritdoc/>
    public string Name => "weight";

    /// <inheritdoc/>
    public double[] Score(ReadOnlySpan<byte> released) =>
        [.. ReleasedVectors.Read(released, 1, canaryCount)[0].Select(w => (double)w)];
}
