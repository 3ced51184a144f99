// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation;
using FedKernel.Numerics;
using FedKernel.Training.Models;
using FedKernel.Training.Solvers;

namespace FedKernel.Training.Validation;

/// <summary>The registry: every kernel of FedKernel.Training with a plain reference. A new kernel is one more line.</summary>
/// <remarks>
/// The polynomials of the logistic function are their own reference on the scalar lane: here a device is held to its bits, and
/// a test holds the bits to the function.
/// </remarks>
public static class TrainingKernels
{
    private const float Factor = 0.3f;
    private const double FirstDecay = 0.9, SecondDecay = 0.999, Correction = 3.1, Epsilon = 1e-8;

    /// <summary>Every kernel.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        new Map2Case<LogisticResidual>("logistic_residual", new LogisticResidual(Factor), Residual),
        new Map2Case<LogisticLoss>("logistic_loss", default, Loss),
        new Map2Case<CorrectPrediction>("correct_prediction", default, (m, y) => m > 0 ? y : 1 - y),
        new Map2Case<ClampToBound>("clamp_to_bound", default, Clamp),
        new Map2Case<FirstMoment>(
            "adam.first_moment", new FirstMoment(FirstDecay), (m, g) => ((float)FirstDecay * m) + ((float)(1 - FirstDecay) * g)),
        new Map2Case<SecondMoment>(
            "adam.second_moment", new SecondMoment(SecondDecay), (v, g) => ((float)SecondDecay * v) + ((float)(1 - SecondDecay) * g * g)),
        new Map2Case<AdamDirection>(
            "adam.direction", new AdamDirection(Correction, Epsilon), (m, v) => m / ((MathF.Sqrt(v) * (float)Correction) + (float)Epsilon)),
        new ReduceRowsCase<RowSquaredNorm>("row_squared_norm", default, (x, _) => x * x, (a, b) => a + b),
    ];

    private static float Residual(float margin, float label) =>
        new LogisticResidual(Factor).Invoke<ScalarLane, ScalarWord>(new ScalarLane(margin), new ScalarLane(label)).Value;

    private static float Loss(float margin, float label) =>
        default(LogisticLoss).Invoke<ScalarLane, ScalarWord>(new ScalarLane(margin), new ScalarLane(label)).Value;

    private static float Clamp(float x, float bound)
    {
        float raised = x > 0 - bound ? x : 0 - bound;
        return bound > raised ? raised : bound;
    }
}
