// SPDX-License-Identifier: Apache-2.0
// Random-k · S. U. Stich, J.-B. Cordonnier, M. Jaggi, "Sparsified SGD with memory", NeurIPS 2018, definition 2.1; J. Konečný et al.,
// "Federated learning: strategies for improving communication efficiency", 2016 (random mask).
// Parameters: a share in (0, 1) or a number of elements; whether values are scaled by d/k.
// Different here: without replacement, so k values are k values. The indices follow from the seed of the context.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Updates;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>
/// k indices, every set as likely as every other. Scaled by d/k it is unbiased with E‖C(x) − x‖² = (d/k − 1)‖x‖²; unscaled, as error
/// feedback needs it, biased with E‖C(x) − x‖² = (1 − k/d)‖x‖².
/// </summary>
public sealed class RandomKSparsifier : Sparsifier
{
    private readonly KeptShare _kept;
    private readonly bool _scaled;
    private readonly bool _shared;

    /// <summary>Chooses at random.</summary>
    /// <param name="share">How many.</param>
    /// <param name="isShared">True if both ends draw the indices from a seed in the frame; false if the indices travel.</param>
    /// <param name="isScaled">True for values times d/k.</param>
    public RandomKSparsifier(KeptShare share, bool isShared, bool isScaled = true) =>
        (_kept, _shared, _scaled) = (share, isShared, isScaled);

    /// <inheritdoc/>
    public override SparsifierKind Kind => _shared ? SparsifierKind.SharedRandomK : SparsifierKind.RandomK;

    /// <inheritdoc/>
    public override string Name => $"{(_shared ? "sharedrandom" : "random")}:{_kept}{(_scaled ? "" : ",unscaled")}";

    /// <inheritdoc/>
    public override bool SharesIndices => _shared;

    /// <inheritdoc/>
    public override StageTraits Describe(long length)
    {
        double k = _kept.CountOf(length);
        return new(_scaled, _scaled ? (length / k) - 1 : 1 - (k / length), false);
    }

    /// <inheritdoc/>
    public override long MaximumCount(ParameterLayout layout) => _kept.CountOf(Selection.LengthOf(layout));

    /// <inheritdoc/>
    public override SparseVector Select(DeviceBuffer<float> source, EncodingContext context)
    {
        Selection.Check(source, context);
        FiniteValues.Require(source);
        SparseVector kept = Selection.At(source, Draw(context.Layout, context.Seed));
        if (_scaled)
        {
            double factor = (double)kept.Length / kept.Count;
            source.Device.Map(kept.Values, kept.Values, new Scale((float)factor));
            if (double.IsInfinity(source.Device.Reduce(kept.Values, default(FiniteMaxAbs))))
            {
                kept.Dispose();
                throw new ProtocolException($"A value of the update times d/k = {factor:G4} is beyond float32, at most {float.MaxValue}.");
            }
        }

        return kept;
    }

    /// <inheritdoc/>
    public override uint[] SharedIndices(ParameterLayout layout, SharedSeed seed) =>
        _shared ? Draw(layout, seed) : base.SharedIndices(layout, seed);

    private uint[] Draw(ParameterLayout layout, SharedSeed seed)
    {
        ArgumentNullException.ThrowIfNull(seed);
        return RandomIndices.Draw(seed, layout.Length, MaximumCount(layout));
    }
}
