// SPDX-License-Identifier: Apache-2.0
// Ghost norms · I. Goodfellow, "Efficient per-example gradient computations", 2015 (arXiv 1510.01799); X. Li, F. Tramèr, P. Liang,
// T. Hashimoto, "Large language models can be strong differentially private learners", ICLR 2022, section 4, for several rows.
// The gradient of a dense layer at one row is δ·aᵀ with a 1 behind a for the bias, so over the rows j of a record
//   ‖Σ_j δ_j·a_jᵀ‖² = Σ_{j,k} (δ_j·δ_k)(a_j·a_k + 1),   for one row ‖δ‖²(‖a‖² + 1).
// The clipped sum is Σ_j f_j δ_j·a_jᵀ: one product over the δ and a that the first pass left behind (Z. Bu et al., "Differentially
// private optimization on large model at small cost", ICML 2023). No gradient of an example ever exists.
// Different here: an upper bound on the norm, not a rounded value. Rows that cancel leave little but rounding, of at most a part
// in 2⁴⁰ of (Σ_j ‖δ_j‖‖a_j‖)²; that much is added.
using FedKernel.Training.Data;

namespace FedKernel.Training.Models;

/// <summary>One pass over some rows: what each layer saw and how the loss changes with its outputs; norms and sums come from that.</summary>
internal sealed class GhostGradient
{
    private const double Rounding = 1.0 / (1L << 40);

    private readonly DensePerceptron _model;
    private readonly int _rowCount;
    private readonly double[][] _inputs, _deltas;

    /// <summary>Runs the rows forwards and backwards.</summary>
    /// <param name="model">The network.</param>
    /// <param name="weights">As its layout says; may hold NaN.</param>
    /// <param name="table">Labels are checked by the caller.</param>
    /// <param name="rows">Which rows.</param>
    public GhostGradient(DensePerceptron model, ReadOnlySpan<float> weights, TabularDataset table, ReadOnlySpan<int> rows)
    {
        (_model, _rowCount) = (model, rows.Length);
        _inputs = [.. model.Widths.SkipLast(1).Select(w => new double[w * _rowCount])];
        _deltas = [.. model.Widths.Skip(1).Select(w => new double[w * _rowCount])];
        for (int r = 0; r < rows.Length; r++)
        {
            ReadOnlySpan<float> features = table.Row(rows[r]);
            Span<double> a = Input(0, r);
            for (int i = 0; i < a.Length; i++)
            {
                a[i] = features[i];
            }

            Forward(weights, r);
            LossSum += model.Loss(Delta(model.LayerCount - 1, r), table.Labels[rows[r]], differentiate: true);
            Backward(weights, r);
        }
    }

    /// <summary>Σ loss of the rows.</summary>
    public double LossSum { get; }

    /// <summary>An upper bound on the L2 norm of the summed gradient of consecutive rows, above it by at most a part in 2⁴⁰ of the norms' sum; NaN or ∞ if the gradient is not finite.</summary>
    public double Norm(int firstRow, int rowCount)
    {
        double squared = 0;
        for (int l = 0; l < _model.LayerCount; l++)
        {
            double mass = 0;
            for (int j = firstRow; j < firstRow + rowCount; j++)
            {
                double own = Product(l, j, j);
                mass += Math.Sqrt(own);
                squared += own;
                for (int k = firstRow; k < j; k++)
                {
                    squared += 2 * Product(l, j, k);
                }
            }

            squared += Rounding * mass * mass;
        }

        return Math.Sqrt(squared);
    }

    /// <summary>sum += factor · gradient of consecutive rows, in their order.</summary>
    public void AddTo(Span<double> sum, int firstRow, int rowCount, double factor)
    {
        for (int r = firstRow; r < firstRow + rowCount; r++)
        {
            for (int l = 0, offset = 0; l < _model.LayerCount; offset += ParameterCount(l++))
            {
                DenseLayer.AddOuter(factor, Delta(l, r), Input(l, r), sum.Slice(offset, ParameterCount(l)));
            }
        }
    }

    private void Forward(ReadOnlySpan<float> weights, int r)
    {
        for (int l = 0, offset = 0; l < _model.LayerCount; offset += ParameterCount(l++))
        {
            DenseLayer.Forward(weights.Slice(offset, ParameterCount(l)), Input(l, r), Delta(l, r));
            if (l < _model.LayerCount - 1)
            {
                DenseLayer.Activate(_model.Activation, Delta(l, r));
                Delta(l, r).CopyTo(Input(l + 1, r));
            }
        }
    }

    private void Backward(ReadOnlySpan<float> weights, int r)
    {
        int offset = weights.Length;
        for (int l = _model.LayerCount - 1; l > 0; l--)
        {
            offset -= ParameterCount(l);
            DenseLayer.Backward(weights.Slice(offset, ParameterCount(l)), Delta(l, r), Delta(l - 1, r));
            DenseLayer.Differentiate(_model.Activation, Input(l, r), Delta(l - 1, r));
        }
    }

    private double Product(int l, int j, int k) =>
        DenseLayer.Dot(Delta(l, j), Delta(l, k)) * (DenseLayer.Dot(Input(l, j), Input(l, k)) + 1);

    private int ParameterCount(int l) => (_model.Widths[l] + 1) * _model.Widths[l + 1];

    private Span<double> Input(int l, int r) => _inputs[l].AsSpan(r * _model.Widths[l], _model.Widths[l]);

    private Span<double> Delta(int l, int r) => _deltas[l].AsSpan(r * _model.Widths[l + 1], _model.Widths[l + 1]);
}
