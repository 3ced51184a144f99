// SPDX-License-Identifier: Apache-2.0
// Top-k · A. F. Aji, K. Heafield, "Sparse communication for distributed gradient descent", EMNLP 2017; the contraction is lemma A.1 of
// S. U. Stich, J.-B. Cordonnier, M. Jaggi, "Sparsified SGD with memory", NeurIPS 2018.
// Parameters: a share in (0, 1) or a number of elements.
// Different here: exact, and of equal magnitudes the one of the lowest index stays, so that every device keeps the same ones.
using FedKernel.Devices;
using FedKernel.Updates;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>The k largest magnitudes of the whole vector: one budget for all tensors. Biased; ‖C(x) − x‖² ≤ (1 − k/d)‖x‖².</summary>
/// <param name="share">How many.</param>
public sealed class TopKSparsifier(KeptShare share) : Sparsifier
{
    /// <inheritdoc/>
    public override SparsifierKind Kind => SparsifierKind.TopK;

    /// <inheritdoc/>
    public override string Name => $"topk:{share}";

    /// <inheritdoc/>
    public override StageTraits Describe(long length) => new(false, 1 - ((double)share.CountOf(length) / length), false);

    /// <inheritdoc/>
    public override long MaximumCount(ParameterLayout layout) => share.CountOf(Selection.LengthOf(layout));

    /// <inheritdoc/>
    public override SparseVector Select(DeviceBuffer<float> source, EncodingContext context)
    {
        Selection.Check(source, context);
        return Selection.Largest(source, share.CountOf(source.Length));
    }
}
