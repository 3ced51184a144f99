// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Auditing;

/// <summary>How a membership attack did: "in" is positive.</summary>
/// <param name="TruePositives">Canaries that were in and were called in.</param>
/// <param name="FalseNegatives">Canaries that were in and were not called in.</param>
/// <param name="FalsePositives">Canaries that were out and were called in.</param>
/// <param name="TrueNegatives">Canaries that were out and were not called in.</param>
public readonly record struct ConfusionMatrix(
    long TruePositives, long FalseNegatives, long FalsePositives, long TrueNegatives)
{
    /// <summary>Canaries that were in.</summary>
    public long Positives => TruePositives + FalseNegatives;

    /// <summary>Canaries that were out.</summary>
    public long Negatives => FalsePositives + TrueNegatives;

    /// <summary>TPR: the share of those in that were called in.</summary>
    public double TruePositiveRate => TruePositives / (double)Positives;

    /// <summary>FPR: the share of those out that were called in.</summary>
    public double FalsePositiveRate => FalsePositives / (double)Negatives;

    internal void Validate()
    {
        long least = Math.Min(Math.Min(TruePositives, FalseNegatives), Math.Min(FalsePositives, TrueNegatives));
        if (least < 0 || Positives < 1 || Negatives < 1)
        {
            throw new ArgumentException(
                $"Counts must be at least 0, with one canary in and one out; got {TruePositives}, {FalseNegatives}, {FalsePositives}, {TrueNegatives}.");
        }
    }
}
