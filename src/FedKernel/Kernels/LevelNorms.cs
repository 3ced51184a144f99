// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Kernels;

/// <summary>What levels are counted over.</summary>
internal interface ILevelNorm
{
    /// <summary>Of a block; <see cref="BlockNorm.None"/> if one number of the kernel stands for the whole vector.</summary>
    static abstract BlockNorm Norm { get; }
}

/// <summary>√Σ x² of a block.</summary>
internal readonly struct OverEuclidean : ILevelNorm
{
    public static BlockNorm Norm => BlockNorm.Euclidean;
}

/// <summary>max |x| of a block.</summary>
internal readonly struct OverMaximum : ILevelNorm
{
    public static BlockNorm Norm => BlockNorm.Maximum;
}

/// <summary>A number that the kernel holds.</summary>
internal readonly struct OverWhole : ILevelNorm
{
    public static BlockNorm Norm => BlockNorm.None;
}

/// <summary>The mean magnitude of a block.</summary>
internal readonly struct OverMean : ILevelNorm
{
    public static BlockNorm Norm => BlockNorm.MeanMagnitude;
}
