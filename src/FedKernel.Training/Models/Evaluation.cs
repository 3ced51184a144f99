// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Models;

/// <summary>How good a model is on some patients.</summary>
/// <param name="Count">Number of patients.</param>
/// <param name="Accuracy">Share of those whose label the model says at probability ½.</param>
/// <param name="Loss">Mean binary cross-entropy, natural logarithm.</param>
/// <param name="Auc">
/// Probability that a positive patient is ranked above a negative one, ties counting half; null if one of the two is missing.
/// </param>
public sealed record Evaluation(int Count, double Accuracy, double Loss, double? Auc);

/// <summary>Judges models on data of its own.</summary>
public interface IEvaluator : IDisposable
{
    /// <summary>Judges a model.</summary>
    /// <param name="model">Its flat vector.</param>
    Evaluation Evaluate(ReadOnlySpan<float> model);
}
