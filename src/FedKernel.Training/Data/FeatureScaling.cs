// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Data;

/// <summary>x' = (x − offset) / scale, feature by feature.</summary>
/// <remarks>
/// <see cref="OfTrainingData"/> looks at the patients, and what it computes leaks into every model: use it only where no
/// privacy is promised. Under differential privacy the constants must be public, such as reference ranges.
/// </remarks>
public sealed class FeatureScaling
{
    // FLamby adds it to the standard deviation, for columns that are constant.
    private const double Guard = 1e-9;

    private readonly double[] _offsets;
    private readonly double[] _scales;

    /// <summary>A scaling by the given constants.</summary>
    /// <param name="offsets">One for each feature, finite.</param>
    /// <param name="scales">One for each feature, positive and finite.</param>
    public FeatureScaling(ReadOnlySpan<double> offsets, ReadOnlySpan<double> scales)
    {
        Throw.IfLengthsDiffer(offsets.Length, scales.Length, nameof(offsets), nameof(scales));
        for (int i = 0; i < scales.Length; i++)
        {
            Throw.IfNotInRange(offsets[i], double.MinValue, double.MaxValue, $"offset of feature {i}");
            Throw.IfNotInRange(scales[i], double.Epsilon, double.MaxValue, $"scale of feature {i}");
        }

        _offsets = offsets.ToArray();
        _scales = scales.ToArray();
    }

    /// <summary>What is subtracted from each feature.</summary>
    public ReadOnlySpan<double> Offsets => _offsets;

    /// <summary>What each feature is divided by then.</summary>
    public ReadOnlySpan<double> Scales => _scales;

    /// <summary>Mean and standard deviation (n − 1) of each feature, the latter + 10⁻⁹. Not private.</summary>
    /// <param name="train">At least two rows.</param>
    public static FeatureScaling OfTrainingData(TabularDataset train)
    {
        ArgumentNullException.ThrowIfNull(train);
        Throw.IfNotInRange(train.RowCount, 2, int.MaxValue, "number of rows");
        var means = new double[train.FeatureCount];
        var deviations = new double[train.FeatureCount];
        for (int c = 0; c < means.Length; c++)
        {
            for (int r = 0; r < train.RowCount; r++)
            {
                means[c] += train.Row(r)[c];
            }

            means[c] /= train.RowCount;
            for (int r = 0; r < train.RowCount; r++)
            {
                double difference = train.Row(r)[c] - means[c];
                deviations[c] += difference * difference;
            }

            deviations[c] = Math.Sqrt(deviations[c] / (train.RowCount - 1)) + Guard;
        }

        return new FeatureScaling(means, deviations);
    }

    /// <summary>The table with scaled features.</summary>
    /// <exception cref="ArgumentException">The table has another number of features.</exception>
    public TabularDataset Apply(TabularDataset table)
    {
        ArgumentNullException.ThrowIfNull(table);
        Throw.IfLengthsDiffer(_offsets.Length, table.FeatureCount, "the scaling", nameof(table));
        float[] features = table.Features.ToArray();
        for (int i = 0; i < features.Length; i++)
        {
            int c = i % _offsets.Length;
            features[i] = (float)((features[i] - _offsets[c]) / _scales[c]);
        }

        return table.WithFeatures(features);
    }
}
