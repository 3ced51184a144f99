// SPDX-License-Identifier: Apache-2.0
// DP-SGD · M. Abadi et al., "Deep learning with differential privacy", CCS 2016, algorithm 1.
// Step t: w −= rate / E|B| · (Σ_{i in B} clip(gᵢ, C) + N(0, z_t²Δ²·I)), Δ = C or 2C by the neighbours of the batches.
// Parameters: see DpSgdOptions.
// Different here: norms of whole records (patients) come from ghost norms, so no gradient of an example is materialised; the
// denominator is the expected batch size, for the drawn one tells of records; a record with a non-finite gradient counts nothing.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using FedKernel.Training.Sampling;
using FedKernel.Updates;

namespace FedKernel.Training.Solvers;

/// <summary>Training of a dense network whose every step is noised by the client itself.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> Everything that leaves the trainer is as private as <see cref="Released"/>, against the server and
/// everybody else, for the unit <see cref="Unit"/> and the neighbours of the batch source. The number of records is public.</para>
/// <para><b>Assumptions.</b> Features scaled by public constants; a secret key used for the noise of this trainer alone; a batch
/// source used by this trainer alone; hyperparameters not tuned on the data. Arithmetic of real numbers: noise is float32, whose
/// low bits are not covered (I. Mironov, CCS 2012).</para>
/// <para><b>Edge cases.</b> An empty batch releases noise. A record whose gradient is not finite, because of a global model with
/// NaN say, adds nothing to the sum and to <see cref="DroppedCount"/> one. A step beyond the plan is refused with
/// <see cref="PrivacyBudgetException"/> before anything is computed.</para>
/// </remarks>
public sealed class DpSgdTrainer : IPrivateTrainer
{
    private readonly Device _device;
    private readonly DensePerceptron _model;
    private readonly TabularDataset _train;
    private readonly RecordGroups _records;
    private readonly IPrivateBatchSource _batches;
    private readonly DpSgdOptions _options;
    private readonly SecretKey256 _key;
    private readonly double[] _multipliers;
    private readonly List<GaussianEvent> _released = [];

    /// <summary>A trainer of one client.</summary>
    /// <param name="device">Where noise is drawn and weights lie; gradients are computed on the host.</param>
    /// <param name="model">The network.</param>
    /// <param name="train">The client's rows.</param>
    /// <param name="records">Which rows are one record.</param>
    /// <param name="batches">Of as many records; not used by anything else.</param>
    /// <param name="options">What is promised.</param>
    /// <param name="key">The client's key; its noise streams are used by nothing else. The caller disposes of it.</param>
    public DpSgdTrainer(
        Device device,
        DensePerceptron model,
        TabularDataset train,
        RecordGroups records,
        IPrivateBatchSource batches,
        DpSgdOptions options,
        SecretKey256 key)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(key);
        Throw.IfLengthsDiffer(model.Widths[0], train.FeatureCount, nameof(model), nameof(train));
        Throw.IfLengthsDiffer(train.RowCount, records.RowCount, nameof(train), nameof(records));
        Throw.IfLengthsDiffer(records.Count, batches.RecordCount, nameof(records), nameof(batches));
        Check(options);
        model.CheckLabels(train.Labels);
        StepCharges.Check(options.Ledger, records.Unit, batches.Relation);
        if (options.Ledger is not null && batches is ReshufflingBatches)
        {
            throw new ArgumentException("The ledger pays step by step; reshuffled batches are accounted by whole passes.", nameof(batches));
        }

        (_device, _model, _train, _records, _batches, _options, _key) = (device, model, train, records, batches, options, key);
        _multipliers = [.. options.NoiseMultipliers];
    }

    /// <inheritdoc/>
    public double ExampleCount => _train.RowCount;

    /// <inheritdoc/>
    public PrivacyUnit Unit => _records.Unit;

    /// <inheritdoc/>
    public PrivacyEvent? Released => _released.Count == 0 ? null : _batches.Account(_released);

    /// <summary>Records left out because their gradient was not finite, summed over the steps. Not private: it stays with the client.</summary>
    public long DroppedCount { get; private set; }

    /// <inheritdoc/>
    public ModelUpdate Train(DeviceBuffer<float> globalModel)
    {
        if (_released.Count + (long)_options.StepsPerRound > _multipliers.Length)
        {
            throw new PrivacyBudgetException(
                $"{_released.Count} of {_multipliers.Length} planned steps are taken; a round of {_options.StepsPerRound} more would exceed the budget.");
        }

        var charges = new StepCharges(
            _options.Ledger,
            [.. Enumerable.Range(_released.Count, _options.StepsPerRound).Select(t => _batches.Account([Release(t)]))],
            _released.Count + 1L);
        DeviceBuffer<float> weights = _device.Allocate<float>(_model.Layout.Length);
        using DeviceBuffer<float> sum = _device.Allocate<float>(_model.Layout.Length);
        _device.Map(globalModel, weights, default(Copy));
        var step = new Axpy((float)(-_options.LearningRate / _batches.ExpectedBatchSize));
        for (int i = 0; i < _options.StepsPerRound; i++)
        {
            sum.CopyFrom(ClippedSum(weights.ToArray(), _batches.Next()));
            AddNoise(sum, charges);
            _device.Map(sum, weights, weights, step);
        }

        _device.Map(globalModel, weights, weights, new Axpy(-1));
        return new ModelUpdate(_model.Layout, weights);
    }

    /// <summary>Nothing to free: buffers live as long as a round.</summary>
    public void Dispose()
    {
    }

    /// <summary>Σ of the clipped gradients of the given records, without noise. Not private.</summary>
    internal float[] ClippedSum(ReadOnlySpan<float> weights, ReadOnlySpan<int> batch)
    {
        var rows = new List<int>(batch.Length);
        foreach (int record in batch)
        {
            rows.AddRange(_records.Rows(record));
        }

        var gradient = new GhostGradient(_model, weights, _train, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows));
        var sum = new double[_model.Layout.Length];
        int first = 0;
        foreach (int record in batch)
        {
            int count = _records.Rows(record).Length;
            double norm = gradient.Norm(first, count);
            if (double.IsFinite(norm))
            {
                gradient.AddTo(sum, first, count, Factor(norm));
            }
            else
            {
                DroppedCount++;
            }

            first += count;
        }

        return [.. sum.Select(x => (float)x)];
    }

    private double Factor(double norm) => _options.Clipping == GradientClipping.AutoS
        ? _options.ClippingBound / (norm + AutoSConstant)
        : norm <= _options.ClippingBound ? 1 : _options.ClippingBound / norm;

    private const double AutoSConstant = 0.01;

    private void AddNoise(DeviceBuffer<float> sum, StepCharges charges)
    {
        double sensitivity = _batches.Relation == NeighbouringRelation.AddOrRemoveOne ? _options.ClippingBound : 2 * _options.ClippingBound;
        uint number = (uint)_released.Count;
        GaussianEvent release = Release(_released.Count);
        charges.Take(_batches.Account([release]));
        // Counted before it is drawn: no failure later can lead to the same stream for another sum.
        _released.Add(release);
        float deviation = (float)(release.NoiseMultiplier * sensitivity);
        deviation = deviation < release.NoiseMultiplier * sensitivity ? MathF.BitIncrement(deviation) : deviation;
        ChaCha20Stream stream = _key.CreateStream(new StreamId(number, StreamPurpose.PrivacyNoise));
        _device.Sample(sum, sum, new GaussianNoise<ChaCha20Stream>(stream, deviation));
    }

    private GaussianEvent Release(int step) => new(_multipliers[step], _batches.Relation);

    private static void Check(DpSgdOptions options)
    {
        Throw.IfNotInRange(options.ClippingBound, 1e-6, 1e6);
        Throw.IfNotInRange(options.LearningRate, float.Epsilon, float.MaxValue);
        Throw.IfNotInRange(options.StepsPerRound, 1, int.MaxValue);
        ArgumentNullException.ThrowIfNull(options.NoiseMultipliers);
        Throw.IfNotInRange(options.NoiseMultipliers.Count, options.StepsPerRound, int.MaxValue, "number of noise multipliers");
        foreach (double z in options.NoiseMultipliers)
        {
            Throw.IfNotInRange(z, 1e-6, 1e6, "noise multiplier");
        }

        if (!Enum.IsDefined(options.Clipping))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Clipping, "Unknown clipping.");
        }
    }
}
