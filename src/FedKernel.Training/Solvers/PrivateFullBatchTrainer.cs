// SPDX-License-Identifier: Apache-2.0
// Differentially private gradient descent · M. Abadi et al., "Deep learning with differential privacy", CCS 2016, algorithm 1,
// with sampling rate 1.
// Parameters: C, z, T (see PrivateTrainingOptions). Step: w −= (rate / n)·(Σᵢ clip(gᵢ, C) + N(0, z²C²·I)).
// Different here: the gradient of one example is r·x, its norm |r|·‖x‖, so that clipping it to C is clamping the residual r to
// ± C/‖x‖. That bound is a constant of the patient: clipping is exact and costs one pass over n numbers. Without sampling T
// Gaussian releases compose exactly to one with z/√T (J. Dong, A. Roth, W. Su, "Gaussian differential privacy", 2022).
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Models;
using FedKernel.Updates;

namespace FedKernel.Training.Solvers;

/// <summary>Full-batch training of logistic regression whose every step is noised by the client itself.</summary>
/// <remarks>
/// <para><b>Guarantee.</b> Everything that leaves the trainer is, after T steps, as private as one Gaussian release with noise
/// multiplier z/√T, against the server and everybody else. Unit: a patient. Neighbours: add or remove one patient; the number
/// n of patients is public. A patient is in one hospital only, so hospitals compose in parallel.</para>
/// <para><b>Assumptions.</b> One row a patient (checked); features scaled by public constants; a secret key used by this
/// trainer alone; hyperparameters not tuned on the data. Arithmetic of real numbers: sums and noise are float32, whose low bits
/// are not covered (I. Mironov, CCS 2012).</para>
/// <para><b>Edge cases.</b> A global model with NaN or infinity cannot break the bound: the residual is clamped whatever it is.
/// Step T + 1 is refused with <see cref="PrivacyBudgetException"/> before anything is computed.</para>
/// </remarks>
public sealed class PrivateFullBatchTrainer : IPrivateTrainer
{
    private readonly Device _device;
    private readonly LogisticRegression _model;
    private readonly PrivateTrainingOptions _options;
    private readonly SecretKey256 _key;
    private readonly AugmentedTable _rows;
    private readonly DeviceBuffer<float> _bounds, _residuals, _gradient;
    private readonly float _deviation;
    private uint _released;

    /// <summary>A trainer of one client.</summary>
    /// <param name="device">Where it computes.</param>
    /// <param name="model">The formulas.</param>
    /// <param name="train">The client's patients, one row each.</param>
    /// <param name="options">What is promised.</param>
    /// <param name="key">The client's own key, not used by anything else; the caller disposes of it.</param>
    /// <exception cref="ArgumentException">A patient has two rows.</exception>
    public PrivateFullBatchTrainer(
        Device device, LogisticRegression model, TabularDataset train, PrivateTrainingOptions options, SecretKey256 key)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(train);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(key);
        Throw.IfLengthsDiffer(model.FeatureCount, train.FeatureCount, nameof(model), nameof(train));
        Throw.IfNotInRange(options.ClippingBound, 1e-6, 1e6);
        Throw.IfNotInRange(options.NoiseMultiplier, 1e-6, 1e6);
        Throw.IfNotInRange(options.LearningRate, float.Epsilon, float.MaxValue);
        Throw.IfNotInRange(options.StepsPerRound, 1, int.MaxValue);
        Throw.IfNotInRange(options.MaximumSteps, options.StepsPerRound, int.MaxValue);
        if (!train.HasOneRowPerPatient)
        {
            throw new ArgumentException("A patient has more than one row; the unit of privacy here is one row.", nameof(train));
        }

        StepCharges.Check(options.Ledger, PrivacyUnit.Patient, NeighbouringRelation.AddOrRemoveOne);
        (_device, _model, _options, _key) = (device, model, options, key);
        _deviation = RoundUp(options.NoiseMultiplier * options.ClippingBound);
        _rows = AugmentedTable.Upload(device, train);
        _residuals = device.Allocate<float>(train.RowCount);
        _gradient = device.Allocate<float>(model.Layout.Length);
        _bounds = ResidualBounds();
    }

    /// <inheritdoc/>
    public double ExampleCount => _rows.Features.Rows;

    /// <inheritdoc/>
    public PrivacyUnit Unit => PrivacyUnit.Patient;

    /// <inheritdoc/>
    public PrivacyEvent? Released => _released == 0
        ? null
        : Step.Compose(_released);

    private GaussianEvent Step => new(_options.NoiseMultiplier, NeighbouringRelation.AddOrRemoveOne);

    /// <inheritdoc/>
    public ModelUpdate Train(DeviceBuffer<float> globalModel)
    {
        if (_released + (long)_options.StepsPerRound > _options.MaximumSteps)
        {
            throw new PrivacyBudgetException(
                $"{_released} of {_options.MaximumSteps} planned steps are taken; a round of {_options.StepsPerRound} more would exceed the budget.");
        }

        var charges = new StepCharges(_options.Ledger, [.. Enumerable.Repeat(Step, _options.StepsPerRound)], _released + 1L);
        DeviceBuffer<float> weights = _device.Allocate<float>(_model.Layout.Length);
        _device.Map(globalModel, weights, default(Copy));
        var step = new Axpy((float)(-_options.LearningRate / _rows.Features.Rows));
        for (int i = 0; i < _options.StepsPerRound; i++)
        {
            NoisyGradientSum(weights, charges);
            _device.Map(_gradient, weights, weights, step);
        }

        _device.Map(globalModel, weights, weights, new Axpy(-1));
        return new ModelUpdate(_model.Layout, weights);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rows.Dispose();
        _bounds.Dispose();
        _residuals.Dispose();
        _gradient.Dispose();
    }

    /// <summary>The clamped residuals of all patients at the given weights, for tests of the bound.</summary>
    internal float[] ClippedResiduals(DeviceBuffer<float> weights)
    {
        ComputeClippedResiduals(weights);
        return _residuals.ToArray();
    }

    private void ComputeClippedResiduals(DeviceBuffer<float> weights)
    {
        LogisticRegression.Margins(_rows.Features, weights, _residuals);
        _device.Map(_residuals, _rows.Labels, _residuals, new LogisticResidual(1));
        _device.Map(_residuals, _bounds, _residuals, default(ClampToBound));
    }

    private void NoisyGradientSum(DeviceBuffer<float> weights, StepCharges charges)
    {
        ComputeClippedResiduals(weights);
        _device.RowCombine(_rows.Features, _residuals, _gradient, default(WeightedSum));
        charges.Take(Step);
        // Counted before it is drawn: no failure later can lead to the same stream for another sum.
        ChaCha20Stream stream = _key.CreateStream(new StreamId(_released++, StreamPurpose.PrivacyNoise));
        _device.Sample(_gradient, _gradient, new GaussianNoise<ChaCha20Stream>(stream, _deviation));
    }

    /// <summary>C/‖x‖ of each patient, lowered by 2⁻²², which covers the rounding of the norm and of the products r·x.</summary>
    private DeviceBuffer<float> ResidualBounds()
    {
        using DeviceBuffer<float> squaredNorms = _device.Allocate<float>(_rows.Features.Rows);
        _device.ReduceRows(_rows.Features, _gradient, squaredNorms, default(RowSquaredNorm));
        float[] bounds = squaredNorms.ToArray();
        for (int i = 0; i < bounds.Length; i++)
        {
            double exact = _options.ClippingBound / Math.Sqrt(bounds[i]) * (1 - (1.0 / 4194304));
            float rounded = (float)exact;
            bounds[i] = rounded > exact ? MathF.BitDecrement(rounded) : rounded;
        }

        return _device.Upload<float>(bounds);
    }

    private static float RoundUp(double deviation)
    {
        float rounded = (float)deviation;
        return rounded < deviation ? MathF.BitIncrement(rounded) : rounded;
    }
}
