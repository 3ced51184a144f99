// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Kernels;

/// <summary>What a block's scale is and what its values are multiplied by: in one place, so that every device agrees.</summary>
internal static class BlockCode
{
    /// <summary>The norm of a block from its largest magnitude or its sum.</summary>
    /// <param name="raw">max |x|, Σ x² or Σ |x|; NaN or infinity if a value is not finite.</param>
    /// <param name="count">Elements of the block.</param>
    public static double Norm<TOp>(double raw, int count)
        where TOp : unmanaged, IEncode
    {
        if (TOp.Norm == BlockNorm.Euclidean)
        {
            return Math.Sqrt(raw);
        }

        return TOp.Norm == BlockNorm.MeanMagnitude ? raw / count : raw;
    }

    /// <summary>0 for a block that counts as zero, +∞ for one that cannot be encoded.</summary>
    public static float Scale<TOp>(TOp op, double norm)
        where TOp : unmanaged, IEncode
    {
        // Written so that NaN fails.
        if (!(norm <= float.MaxValue))
        {
            return float.PositiveInfinity;
        }

        return norm < BlockScale.Smallest ? 0f : op.Scale(norm);
    }

    /// <summary>0 where every code of the block is that of 0.</summary>
    public static float Inverse<TOp>(TOp op, float scale)
        where TOp : unmanaged, IEncode => scale > 0 && scale <= float.MaxValue ? op.Inverse(scale) : 0f;
}
