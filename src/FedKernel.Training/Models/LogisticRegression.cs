// SPDX-License-Identifier: Apache-2.0
// Logistic regression · D. Cox, "The regression analysis of binary sequences", 1958.
// P(y = 1 | x) = σ(w·x + b). Mean loss of n examples: (1/n) Σ ln(1 + e^m) − y·m; its gradient: (1/n) Xᵀ(σ(m) − y), with the
// rows of X augmented by a 1 for b. Margins are summed in float64, gradients in float32 in the order of the rows.
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Random;
using FedKernel.Updates;

namespace FedKernel.Training.Models;

/// <summary>The formulas of logistic regression, run on a device. Holds no weights: they are a flat vector of the caller's.</summary>
public sealed class LogisticRegression
{
    /// <summary>A model of the given number of features.</summary>
    /// <param name="featureCount">d, 1 to 2²⁰.</param>
    public LogisticRegression(int featureCount)
    {
        Throw.IfNotInRange(featureCount, 1, 1 << 20);
        FeatureCount = featureCount;
        Layout = new ParameterLayout([("weight", [1, featureCount]), ("bias", [1])]);
    }

    /// <summary>d.</summary>
    public int FeatureCount { get; }

    /// <summary>weight[1, d], bias[1].</summary>
    public ParameterLayout Layout { get; }

    /// <summary>All weights 0: every patient has probability ½.</summary>
    public float[] CreateZero() => new float[Layout.Length];

    /// <summary>Weights and bias uniform in ±1/√d, as PyTorch starts a linear layer.</summary>
    /// <param name="seed">Which simulation.</param>
    public float[] CreateUniform(SimulationSeed seed)
    {
        SimulationRandom random = SimulationDraws.InitialModel(seed);
        double bound = 1 / Math.Sqrt(FeatureCount);
        var weights = new float[Layout.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(((2 * random.NextUniform()) - 1) * bound);
        }

        return weights;
    }

    /// <summary>margins = X·weights</summary>
    public static void Margins(DeviceMatrix features, DeviceBuffer<float> weights, DeviceBuffer<float> margins) =>
        Owner(weights).ReduceRows(features, weights, margins, default(Dot));

    /// <summary>gradient = factor · Xᵀ(σ(X·weights) − labels)</summary>
    /// <param name="features">n augmented rows.</param>
    /// <param name="labels">n labels.</param>
    /// <param name="weights">d + 1 weights.</param>
    /// <param name="residuals">Room for n values.</param>
    /// <param name="gradient">Receives d + 1 values.</param>
    /// <param name="factor">1/n for the gradient of the mean loss.</param>
    public static void Gradient(
        DeviceMatrix features,
        DeviceBuffer<float> labels,
        DeviceBuffer<float> weights,
        DeviceBuffer<float> residuals,
        DeviceBuffer<float> gradient,
        float factor)
    {
        Device device = Owner(weights);
        Margins(features, weights, residuals);
        device.Map(residuals, labels, residuals, new LogisticResidual(factor));
        device.RowCombine(features, residuals, gradient, default(WeightedSum));
    }

    private static Device Owner(DeviceBuffer<float> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return weights.Device;
    }
}
