// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>Every magnitude from a threshold on: any number of them, none too. Biased; ‖C(x) − x‖² ≤ ‖x‖².</summary>
public sealed class ThresholdSparsifier : Sparsifier
{
    private readonly float _threshold;

    /// <summary>Keeps |x| ≥ threshold.</summary>
    /// <param name="threshold">Finite and above 0.</param>
    public ThresholdSparsifier(float threshold)
    {
        Throw.IfNotInRange(threshold, float.Epsilon, float.MaxValue);
        _threshold = threshold;
    }

    /// <inheritdoc/>
    public override SparsifierKind Kind => SparsifierKind.Threshold;

    /// <inheritdoc/>
    public override string Name => $"threshold:{StageNumber.Text(_threshold)}";

    /// <inheritdoc/>
    public override StageTraits Describe(long length)
    {
        Throw.IfNotInRange(length, 1, SparseVector.MaximumLength);
        return new(false, 1, false);
    }

    /// <inheritdoc/>
    public override long MaximumCount(ParameterLayout layout) => Selection.LengthOf(layout);

    /// <inheritdoc/>
    public override SparseVector Select(DeviceBuffer<float> source, EncodingContext context)
    {
        Selection.Check(source, context);
        source.Device.SelectAtLeast(source, _threshold, out DeviceBuffer<uint> indices, out DeviceBuffer<float> values);
        return Selection.Finite(source, new SparseVector(source.Length, indices, values));
    }
}
