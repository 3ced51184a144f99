// SPDX-License-Identifier: Apache-2.0
// Breast Cancer Wisconsin (Diagnostic) · W. Wolberg, W. Street, O. Mangasarian, UCI Machine Learning Repository, 1995,
// doi 10.24432/C5DW2B, CC BY 4.0. 569 patients, 30 features of cell nuclei, in the form of scikit-learn's copy.
// Different here: the label is 1 for malignant; scikit-learn's target is 1 for benign.
namespace FedKernel.Training.Data;

/// <summary>Reads the Wisconsin diagnostic breast-cancer table.</summary>
public static class BreastCancerData
{
    /// <summary>What to cite.</summary>
    public const string Citation =
        "Wolberg, Street, Mangasarian: Breast Cancer Wisconsin (Diagnostic), UCI Machine Learning Repository, 1995, CC BY 4.0";

    private const int MaximumLength = 1 << 20;
    private const int MaximumRowCount = 10_000;

    /// <summary>
    /// Mid-range and quarter-range of each feature from the published description: constants that look at no patient.
    /// </summary>
    public static FeatureScaling PublicScaling { get; } = new(
        [.. BreastCancerFeatures.All.Select(f => f.MidRange)], [.. BreastCancerFeatures.All.Select(f => f.QuarterRange)]);

    /// <summary>Reads the table: a header, then thirty numbers and the target in each line.</summary>
    /// <param name="stream">At most 1 MiB of text.</param>
    /// <exception cref="DataFormatException">Too long, another header, a wrong number of columns, or no number; names the line and column.</exception>
    public static TabularDataset Read(Stream stream)
    {
        const string Name = "breast_cancer.csv";
        DelimitedText text = DelimitedText.Parse(DelimitedText.ReadBounded(stream, Name, MaximumLength), Name);
        string[] names = [.. BreastCancerFeatures.All.Select(f => f.Name)];
        string[] header = text.Fields(0, names.Length + 1);
        int other = header.AsSpan().CommonPrefixLength([.. names, "target"]);
        if (other < header.Length)
        {
            throw new DataFormatException(
                $"'{Name}', line 1, column {other + 1}: '{header[other]}' instead of '{(other < names.Length ? names[other] : "target")}'.");
        }

        int rows = text.LineCount - 1;
        if (rows is < 1 or > MaximumRowCount)
        {
            throw new DataFormatException($"'{Name}' has {rows} patients; it may have 1 to {MaximumRowCount}.");
        }

        var features = new float[rows * names.Length];
        var labels = new float[rows];
        for (int r = 0; r < rows; r++)
        {
            string[] fields = text.Fields(r + 1, names.Length + 1);
            for (int c = 0; c < names.Length; c++)
            {
                features[(r * names.Length) + c] = (float)text.Number(fields, r + 1, c, 0, 1e6);
            }

            labels[r] = 1 - text.Integer(fields, r + 1, names.Length, 0, 1);
        }

        return new TabularDataset(names, features, labels, [.. Enumerable.Range(0, rows)]);
    }
}
