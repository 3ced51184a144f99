// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Data;

/// <summary>A table of patients: float features, one label a row. Immutable, in the memory of the host.</summary>
/// <remarks>Every value is finite; that is checked once, here, so that no kernel has to.</remarks>
public sealed class TabularDataset
{
    private readonly float[] _features;
    private readonly float[] _labels;
    private readonly int[] _patientIds;
    private readonly string[] _featureNames;

    /// <summary>Copies a table.</summary>
    /// <param name="featureNames">One name for each column, at least one.</param>
    /// <param name="features">Row-major, rows · columns values, all finite.</param>
    /// <param name="labels">One for each row, finite.</param>
    /// <param name="patientIds">Whose row it is: equal numbers mean one patient.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, or a value is NaN or infinite.</exception>
    public TabularDataset(
        IReadOnlyList<string> featureNames,
        ReadOnlySpan<float> features,
        ReadOnlySpan<float> labels,
        ReadOnlySpan<int> patientIds)
    {
        ArgumentNullException.ThrowIfNull(featureNames);
        Throw.IfNotInRange(featureNames.Count, 1, int.MaxValue, "number of features");
        Throw.IfLengthsDiffer((long)labels.Length * featureNames.Count, features.Length, "rows · columns", nameof(features));
        Throw.IfLengthsDiffer(labels.Length, patientIds.Length, nameof(labels), nameof(patientIds));
        for (int i = 0; i < features.Length; i++)
        {
            if (!float.IsFinite(features[i]))
            {
                throw new ArgumentException(
                    $"Row {i / featureNames.Count} has {features[i]} for '{featureNames[i % featureNames.Count]}'; every value must be finite.",
                    nameof(features));
            }
        }

        for (int i = 0; i < labels.Length; i++)
        {
            if (!float.IsFinite(labels[i]))
            {
                throw new ArgumentException($"Row {i} has the label {labels[i]}; every label must be finite.", nameof(labels));
            }
        }

        _featureNames = [.. featureNames];
        _features = features.ToArray();
        _labels = labels.ToArray();
        _patientIds = patientIds.ToArray();
    }

    /// <summary>Number of rows.</summary>
    public int RowCount => _labels.Length;

    /// <summary>Number of features.</summary>
    public int FeatureCount => _featureNames.Length;

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> FeatureNames => _featureNames;

    /// <summary>The features, row-major.</summary>
    public ReadOnlySpan<float> Features => _features;

    /// <summary>The labels.</summary>
    public ReadOnlySpan<float> Labels => _labels;

    /// <summary>Whose rows they are.</summary>
    public ReadOnlySpan<int> PatientIds => _patientIds;

    /// <summary>True if no patient has two rows: a row is then the unit of privacy.</summary>
    public bool HasOneRowPerPatient => new HashSet<int>(_patientIds).Count == _patientIds.Length;

    /// <summary>The features of a row.</summary>
    public ReadOnlySpan<float> Row(int row) => _features.AsSpan(row * FeatureCount, FeatureCount);

    /// <summary>The given rows in the given order.</summary>
    public TabularDataset Subset(ReadOnlySpan<int> rows)
    {
        var features = new float[rows.Length * FeatureCount];
        var labels = new float[rows.Length];
        var ids = new int[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            Row(rows[i]).CopyTo(features.AsSpan(i * FeatureCount));
            labels[i] = _labels[rows[i]];
            ids[i] = _patientIds[rows[i]];
        }

        return new TabularDataset(_featureNames, features, labels, ids);
    }

    /// <summary>The same patients with other features, such as scaled ones.</summary>
    /// <param name="features">As many values as there are now.</param>
    public TabularDataset WithFeatures(ReadOnlySpan<float> features) => new(_featureNames, features, _labels, _patientIds);

    /// <summary>Tables with the same columns, one after the other.</summary>
    /// <exception cref="ArgumentException">No table, or other columns.</exception>
    public static TabularDataset Concat(IReadOnlyList<TabularDataset> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        Throw.IfNotInRange(tables.Count, 1, int.MaxValue, "number of tables");
        foreach (TabularDataset table in tables)
        {
            if (!table._featureNames.SequenceEqual(tables[0]._featureNames))
            {
                throw new ArgumentException("The tables have different columns; only equal ones can be joined.", nameof(tables));
            }
        }

        return new TabularDataset(
            tables[0]._featureNames,
            tables.SelectMany(t => t._features).ToArray(),
            tables.SelectMany(t => t._labels).ToArray(),
            tables.SelectMany(t => t._patientIds).ToArray());
    }
}
