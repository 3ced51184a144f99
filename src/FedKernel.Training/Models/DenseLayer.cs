// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Models;

/// <summary>One dense layer on one example. Parameters: out · in weights, row-major, then out biases.</summary>
internal static class DenseLayer
{
    /// <summary>h = W·a + b</summary>
    public static void Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<double> a, Span<double> h)
    {
        ReadOnlySpan<float> biases = parameters[(a.Length * h.Length)..];
        for (int o = 0; o < h.Length; o++)
        {
            ReadOnlySpan<float> row = parameters.Slice(o * a.Length, a.Length);
            double sum = biases[o];
            for (int i = 0; i < row.Length; i++)
            {
                sum += row[i] * a[i];
            }

            h[o] = sum;
        }
    }

    /// <summary>below = Wᵀ·delta: ∂loss/∂a.</summary>
    public static void Backward(ReadOnlySpan<float> parameters, ReadOnlySpan<double> delta, Span<double> below)
    {
        below.Clear();
        for (int o = 0; o < delta.Length; o++)
        {
            ReadOnlySpan<float> row = parameters.Slice(o * below.Length, below.Length);
            for (int i = 0; i < row.Length; i++)
            {
                below[i] += delta[o] * row[i];
            }
        }
    }

    /// <summary>gradient += factor · (delta·aᵀ, delta)</summary>
    public static void AddOuter(double factor, ReadOnlySpan<double> delta, ReadOnlySpan<double> a, Span<double> gradient)
    {
        Span<double> biases = gradient[(a.Length * delta.Length)..];
        for (int o = 0; o < delta.Length; o++)
        {
            double scaled = factor * delta[o];
            Span<double> row = gradient.Slice(o * a.Length, a.Length);
            for (int i = 0; i < row.Length; i++)
            {
                row[i] += scaled * a[i];
            }

            biases[o] += scaled;
        }
    }

    /// <summary>h = φ(h)</summary>
    public static void Activate(Activation activation, Span<double> h)
    {
        for (int i = 0; activation != Activation.None && i < h.Length; i++)
        {
            h[i] = activation == Activation.Tanh ? Math.Tanh(h[i]) : Math.Max(h[i], 0);
        }
    }

    /// <summary>delta *= φ'(h), told by a = φ(h).</summary>
    public static void Differentiate(Activation activation, ReadOnlySpan<double> a, Span<double> delta)
    {
        for (int i = 0; activation != Activation.None && i < a.Length; i++)
        {
            delta[i] *= activation == Activation.Tanh ? 1 - (a[i] * a[i]) : a[i] > 0 ? 1 : 0;
        }
    }

    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }
}
