// SPDX-License-Identifier: Apache-2.0
// Multi-layer perceptron · D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors", 1986.
// Layer l: h = W·a + b, a' = φ(h); no φ after the last. Loss of one example: logistic, ln(1 + e^h) − y·h with one output, or
// softmax, ln Σ e^h − h_y with one output a class.
// Values are float32, everything computed from them is float64: the bound on a gradient's norm is proven, not hoped for.
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Training.Models;

/// <summary>φ, between dense layers.</summary>
public enum Activation
{
    /// <summary>φ(h) = h.</summary>
    None,

    /// <summary>φ(h) = max(h, 0).</summary>
    Relu,

    /// <summary>φ(h) = tanh h.</summary>
    Tanh,
}

/// <summary>The shape of a small dense network. Holds no weights: they are a flat vector of the caller's. Computes on the host.</summary>
/// <remarks>[d, 1] is logistic regression, with the layout and the values of <see cref="LogisticRegression"/>.</remarks>
public sealed class DensePerceptron
{
    private readonly int[] _widths;

    /// <summary>A network.</summary>
    /// <param name="widths">Features, hidden layers, outputs: at least two, each 1 to 2¹⁶. One output: labels 0 and 1, logistic loss. More: labels 0 to outputs − 1, softmax.</param>
    /// <param name="activation">φ of the hidden layers.</param>
    public DensePerceptron(IReadOnlyList<int> widths, Activation activation = Activation.None)
    {
        ArgumentNullException.ThrowIfNull(widths);
        Throw.IfNotInRange(widths.Count, 2, 64, "number of widths");
        foreach (int width in widths)
        {
            Throw.IfNotInRange(width, 1, 1 << 16, "width of a layer");
        }

        if (!Enum.IsDefined(activation))
        {
            throw new ArgumentOutOfRangeException(nameof(activation), activation, "Unknown activation.");
        }

        _widths = [.. widths];
        Activation = activation;
        Layout = new ParameterLayout([.. Enumerable.Range(0, LayerCount).SelectMany(ParametersOf)]);
    }

    /// <summary>Features, hidden layers, outputs.</summary>
    public IReadOnlyList<int> Widths => _widths;

    /// <summary>φ of the hidden layers.</summary>
    public Activation Activation { get; }

    /// <summary>weight[out, in], bias[out] of each layer, from the first on.</summary>
    public ParameterLayout Layout { get; }

    internal int LayerCount => _widths.Length - 1;

    internal int OutputCount => _widths[^1];

    /// <summary>Weights and biases of a layer uniform in ±1/√(its inputs), as PyTorch starts a linear layer.</summary>
    /// <param name="seed">Which simulation.</param>
    public float[] CreateUniform(SimulationSeed seed)
    {
        SimulationRandom random = SimulationDraws.InitialModel(seed);
        var weights = new float[Layout.Length];
        int next = 0;
        for (int l = 0; l < LayerCount; l++)
        {
            double bound = 1 / Math.Sqrt(_widths[l]);
            for (int i = 0; i < (_widths[l] + 1) * _widths[l + 1]; i++)
            {
                weights[next++] = (float)(((2 * random.NextUniform()) - 1) * bound);
            }
        }

        return weights;
    }

    /// <summary>The outputs h of the last layer.</summary>
    /// <param name="weights">As the layout says.</param>
    /// <param name="features">One example.</param>
    public double[] Outputs(ReadOnlySpan<float> weights, ReadOnlySpan<float> features)
    {
        Throw.IfLengthsDiffer(Layout.Length, weights.Length, "the layout", nameof(weights));
        Throw.IfLengthsDiffer(_widths[0], features.Length, "the first width", nameof(features));
        double[] a = new double[features.Length];
        for (int i = 0; i < a.Length; i++)
        {
            a[i] = features[i];
        }

        int offset = 0;
        for (int l = 0; l < LayerCount; l++)
        {
            var h = new double[_widths[l + 1]];
            DenseLayer.Forward(weights.Slice(offset, (_widths[l] + 1) * _widths[l + 1]), a, h);
            if (l < LayerCount - 1)
            {
                DenseLayer.Activate(Activation, h);
            }

            (a, offset) = (h, offset + ((_widths[l] + 1) * _widths[l + 1]));
        }

        return a;
    }

    /// <summary>The loss of outputs h at a label; ∂loss/∂h in place of h if asked for.</summary>
    internal double Loss(Span<double> h, float label, bool differentiate)
    {
        if (OutputCount == 1)
        {
            double m = h[0];
            if (differentiate)
            {
                double t = Math.Exp(-Math.Abs(m));
                h[0] = (m >= 0 ? 1 / (1 + t) : t / (1 + t)) - label;
            }

            return Math.Max(m, 0) - (m * label) + Math.Log(1 + Math.Exp(-Math.Abs(m)));
        }

        int target = (int)label;
        double greatest = double.NegativeInfinity, sum = 0, own = h[target];
        foreach (double x in h)
        {
            greatest = Math.Max(greatest, x);
        }

        foreach (double x in h)
        {
            sum += Math.Exp(x - greatest);
        }

        for (int k = 0; differentiate && k < h.Length; k++)
        {
            h[k] = (Math.Exp(h[k] - greatest) / sum) - (k == target ? 1 : 0);
        }

        return greatest + Math.Log(sum) - own;
    }

    /// <summary>Refuses labels that the loss does not know.</summary>
    internal void CheckLabels(ReadOnlySpan<float> labels)
    {
        int greatest = Math.Max(OutputCount, 2) - 1;
        for (int i = 0; i < labels.Length; i++)
        {
            if (!(labels[i] >= 0 && labels[i] <= greatest && labels[i] == Math.Floor(labels[i])))
            {
                throw new ArgumentException($"Row {i} has the label {labels[i]}; this network takes whole numbers from 0 to {greatest}.", nameof(labels));
            }
        }
    }

    private IEnumerable<(string Name, long[] Shape)> ParametersOf(int l)
    {
        string prefix = LayerCount == 1 ? "" : $"layers.{l}.";
        return [($"{prefix}weight", [_widths[l + 1], _widths[l]]), ($"{prefix}bias", [_widths[l + 1]])];
    }
}
