// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Benchmarks.Limits;

/// <summary>The loops of <c>limits.c</c>, in the order of its table.</summary>
internal enum LimitLoop
{
    /// <summary>destination = row 0, by memcpy.</summary>
    CopyMemcpy,

    /// <summary>destination = row 0, by stores past the caches.</summary>
    CopyStreaming,

    /// <summary>Reads row 0.</summary>
    Read,

    /// <summary>destination ·= factor.</summary>
    ScaleInPlace,

    /// <summary>destination = factor, by stores past the caches.</summary>
    FillStreaming,

    /// <summary>destination = Σ rows, by stores past the caches.</summary>
    AddRowsStreaming,

    /// <summary>destination = Σ weights · rows, a row after the other.</summary>
    WeightedSumRowByRow,

    /// <summary>destination = Σ weights · rows in one pass.</summary>
    WeightedSumOnePass,

    /// <summary>Σ x² in float64, one accumulator.</summary>
    SquaredNormNaive,

    /// <summary>Σ x² in float64, thirty-two accumulators.</summary>
    SquaredNormColumns,

    /// <summary>destination = the key stream of ChaCha20, sixteen blocks at a time.</summary>
    ChaCha20Words,

    /// <summary>destination += factor · normal, by libm.</summary>
    GaussianNoiseLibm,

    /// <summary>Bytes of destination = codes of row 0, stochastic rounding with block scales.</summary>
    QuantizeStochastic,
}
