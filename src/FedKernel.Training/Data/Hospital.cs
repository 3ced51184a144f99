// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Data;

/// <summary>A participant's data: what it trains on, and what its model is judged by.</summary>
/// <param name="Name">1 to 128 bytes of UTF-8; names it in every receipt and table.</param>
/// <param name="Train">Rows to learn from.</param>
/// <param name="Test">Rows that no training sees; same columns.</param>
public sealed record Hospital(string Name, TabularDataset Train, TabularDataset Test)
{
    /// <summary>The hospital with the scaling applied to both tables.</summary>
    public Hospital Scaled(FeatureScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(scaling);
        return this with { Train = scaling.Apply(Train), Test = scaling.Apply(Test) };
    }
}
