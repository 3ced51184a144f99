// SPDX-License-Identifier: Apache-2.0
// Heart Disease · A. Janosi, W. Steinbrunn, M. Pfisterer, R. Detrano, UCI Machine Learning Repository, 1988,
// doi 10.24432/C52P4X, CC BY 4.0. Four hospitals; preprocessing and split of FLamby (J. Ogier du Terrail et al., NeurIPS 2022,
// fed_heart_disease): columns 11 to 13 (slope, ca, thal) are dropped, then every row with a missing value; chest pain and
// resting ECG become 0/1 columns without their first level; the label is 1 for any degree of disease.
using System.Security.Cryptography;

namespace FedKernel.Training.Data;

/// <summary>Reads the four UCI heart-disease files.</summary>
public static class HeartDiseaseData
{
    /// <summary>What to cite.</summary>
    public const string Citation =
        "Janosi, Steinbrunn, Pfisterer, Detrano: Heart Disease, UCI Machine Learning Repository, 1988, CC BY 4.0";

    /// <summary>Where the owner publishes the files.</summary>
    public const string Source = "https://archive.ics.uci.edu/dataset/45/heart+disease";

    private const int MaximumLength = 1 << 20;
    private const int ColumnCount = 14;
    private const int ChestPain = 2;
    private const int RestingEcg = 6;
    private const int FirstDropped = 10;
    private const int Diagnosis = 13;

    private static readonly string[] _featureNames =
    [
        "age", "sex", "trestbps", "chol", "fbs", "thalach", "exang", "oldpeak",
        "cp_2", "cp_3", "cp_4", "restecg_1", "restecg_2",
    ];

    private static readonly (string Hospital, string File, string Md5, int[] TestRows)[] _centres =
    [
        ("Cleveland", "processed.cleveland.data", "2d91a8ff69cfd9616aa47b59d6f843db", FlambyHeartSplit.Cleveland),
        ("Budapest", "processed.hungarian.data", "22e96bee155b5973568101c93b3705f6", FlambyHeartSplit.Hungarian),
        ("Zurich and Basel", "processed.switzerland.data", "9a87f7577310b3917730d06ba9349e20", FlambyHeartSplit.Switzerland),
        ("Long Beach", "processed.va.data", "4249d03ca7711e84f4444768c9426170", FlambyHeartSplit.LongBeach),
    ];

    /// <summary>
    /// Fixed clinical reference: the middle of what is usual and a typical spread (age 50 ± 10 years, resting blood pressure
    /// 130 ± 20 mmHg, cholesterol 200 ± 100 mg/dl, maximal heart rate 140 ± 25 per minute, ST depression 1 ± 1 mm; 0/1 columns
    /// are centred by their half or their rarity). It looks at no patient.
    /// </summary>
    public static FeatureScaling ClinicalScaling { get; } = new(
        [50, 0.5, 130, 200, 0, 140, 0.5, 1, 0, 0, 0.5, 0, 0],
        [10, 0.5, 20, 100, 1, 25, 0.5, 1, 1, 1, 0.5, 1, 1]);

    /// <summary>The four hospitals with FLamby's split into training and test patients, features as measured.</summary>
    /// <param name="directory">Where the four files lie.</param>
    /// <exception cref="DataFormatException">
    /// A file is missing or is another than UCI's (its MD5 is told), with the place where the owner publishes it.
    /// </exception>
    public static IReadOnlyList<Hospital> Load(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var hospitals = new List<Hospital>(_centres.Length);
        int firstPatient = 0;
        foreach ((string name, string file, string md5, int[] testRows) in _centres)
        {
            byte[] bytes = ReadChecked(Path.Combine(directory, file), md5);
            TabularDataset all = Parse(bytes, file, firstPatient);
            firstPatient += all.RowCount;
            int[] trainRows = [.. Enumerable.Range(0, all.RowCount).Except(testRows)];
            hospitals.Add(new Hospital(name, all.Subset(trainRows), all.Subset(testRows)));
        }

        return hospitals;
    }

    /// <summary>Reads one file: fourteen columns a line, '?' for a missing value.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">How errors name it.</param>
    /// <param name="firstPatient">Id of its first patient.</param>
    internal static TabularDataset Parse(ReadOnlySpan<byte> bytes, string name, int firstPatient = 0)
    {
        DelimitedText text = DelimitedText.Parse(bytes, name);
        var features = new List<float>();
        var labels = new List<float>();
        var ids = new List<int>();
        for (int line = 0; line < text.LineCount; line++)
        {
            string[] fields = text.Fields(line, ColumnCount);
            bool complete = true;
            var values = new double[ColumnCount];
            for (int c = 0; c < ColumnCount; c++)
            {
                bool missing = fields[c].Trim() == "?";
                complete &= !missing || (c >= FirstDropped && c < Diagnosis);
                values[c] = missing ? 0 : ReadField(text, fields, line, c);
            }

            if (complete)
            {
                features.AddRange(Encode(values));
                labels.Add(values[Diagnosis] > 0 ? 1 : 0);
                ids.Add(firstPatient + ids.Count);
            }
        }

        return new TabularDataset(_featureNames, [.. features], [.. labels], [.. ids]);
    }

    private static double ReadField(DelimitedText text, string[] fields, int line, int column) => column switch
    {
        ChestPain => text.Integer(fields, line, column, 1, 4),
        RestingEcg => text.Integer(fields, line, column, 0, 2),
        Diagnosis => text.Integer(fields, line, column, 0, 4),
        _ => text.Number(fields, line, column, -1000, 10_000),
    };

    private static float[] Encode(double[] v) =>
    [
        (float)v[0], (float)v[1], (float)v[3], (float)v[4], (float)v[5], (float)v[7], (float)v[8], (float)v[9],
        v[ChestPain] == 2 ? 1 : 0, v[ChestPain] == 3 ? 1 : 0, v[ChestPain] == 4 ? 1 : 0,
        v[RestingEcg] == 1 ? 1 : 0, v[RestingEcg] == 2 ? 1 : 0,
    ];

    private static byte[] ReadChecked(string path, string expected)
    {
        string remedy = $"UCI Machine Learning Repository, \"Heart Disease\" (CC BY 4.0), publishes it: {Source}";
        if (!File.Exists(path))
        {
            throw new DataFormatException($"'{path}' is missing; wanted is the file with the MD5 {expected}. {remedy}");
        }

        using FileStream stream = File.OpenRead(path);
        byte[] bytes = DelimitedText.ReadBounded(stream, path, MaximumLength);
#pragma warning disable CA5351 // It tells versions of a public file apart, which is how peers name them; nothing is protected by it.
        string found = Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
        return found == expected
            ? bytes
            : throw new DataFormatException($"'{path}' has the MD5 {found}, expected is {expected}: it is another file. {remedy}");
    }
}
