// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using FedKernel.Training.Data;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class HeartDiseaseDataTests
{
    private const string Row = "63.0,1.0,1.0,145.0,233.0,1.0,2.0,150.0,0.0,2.3,3.0,0.0,6.0,0";

    [Theory]
    [InlineData("raw", 0)]
    [InlineData("normalized", 2e-6)]
    public void Load_PublishedFiles_GivesTheTablesOfTheStudy(string kind, double tolerance)
    {
        string folder = HeartData.Directory;
        IReadOnlyList<Hospital> hospitals = kind == "raw" ? HeartDiseaseData.Load(folder) : HeartData.FlambyScaled();
        string[] lines = File.ReadAllLines(Path.Combine(folder, $"fed_heart_disease_flamby_{kind}.csv"))[1..];
        foreach (bool train in new[] { true, false })
        {
            for (int c = 0; c < 4; c++)
            {
                string prefix = $"{c},{(train ? "train" : "test")},";
                double[][] expected = [.. lines.Where(l => l.StartsWith(prefix, StringComparison.Ordinal)).Select(Numbers)];
                TabularDataset table = train ? hospitals[c].Train : hospitals[c].Test;
                Assert.Equal(expected.Length, table.RowCount);
                for (int r = 0; r < expected.Length; r++)
                {
                    Assert.Equal(expected[r][0], table.Labels[r]);
                    for (int f = 0; f < table.FeatureCount; f++)
                    {
                        double difference = Math.Abs(expected[r][f + 1] - table.Row(r)[f]);
                        Assert.True(difference <= tolerance * Math.Max(1, Math.Abs(expected[r][f + 1])), $"{prefix} row {r}, feature {f}: {difference}");
                    }
                }
            }
        }
    }

    [Fact]
    public void Load_NoFiles_SaysWhereTheyArePublished()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string missing = Assert.Throws<DataFormatException>(() => HeartDiseaseData.Load(folder)).Message;
        Assert.Contains("processed.cleveland.data", missing, StringComparison.Ordinal);
        Assert.Contains("archive.ics.uci.edu", missing, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "processed.cleveland.data"), Row);
        string other = Assert.Throws<DataFormatException>(() => HeartDiseaseData.Load(folder)).Message;
        Assert.Contains("2d91a8ff69cfd9616aa47b59d6f843db", other, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("63,1,1,145,233,1,2,150,0,2.3,3,0,6", "line 2: 13 columns")]
    [InlineData("63,1,1,145,233,1,2,150,0,2.3,3,0,6,0,9", "line 2: more than 14 columns")]
    [InlineData("63,1,9,145,233,1,2,150,0,2.3,3,0,6,0", "line 2, column 3")]
    [InlineData("63,1,1,NaN,233,1,2,150,0,2.3,3,0,6,0", "line 2, column 4")]
    [InlineData("63,1,1,145,1e300,1,2,150,0,2.3,3,0,6,0", "line 2, column 5")]
    [InlineData("63,1,1,145,abc,1,2,150,0,2.3,3,0,6,0", "line 2, column 5")]
    [InlineData("63,1,1,145,,1,2,150,0,2.3,3,0,6,0", "line 2, column 5")]
    [InlineData("63,1,1,145,233,1,2,150,0,2.3,3,0,6,0.5", "line 2, column 14")]
    [InlineData("63,1,1,145,233,1,2,150,0,2.3,x,0,6,0", "line 2, column 11")]
    public void Parse_BadLine_NamesLineAndColumn(string bad, string expected)
    {
        byte[] bytes = Encoding.ASCII.GetBytes($"{Row}\n{bad}\n");
        string message = Assert.Throws<DataFormatException>(() => HeartDiseaseData.Parse(bytes, "file")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_MissingValues_DropsTheRowUnlessTheColumnIsDropped()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(
            "63,1,1,145,233,1,2,150,0,2.3,?,?,?,0\n63,1,1,?,233,1,2,150,0,2.3,3,0,6,0\n63,1,4,145,233,1,1,150,0,2.3,3,0,6,3\n");
        TabularDataset table = HeartDiseaseData.Parse(bytes, "file");
        Assert.Equal([0f, 1f], table.Labels.ToArray());
        Assert.Equal([0f, 0f, 1f, 1f, 0f], table.Row(1)[8..].ToArray());
    }

    [Fact]
    public void Parse_BinaryFile_IsRefused() =>
        Assert.Throws<DataFormatException>(() => HeartDiseaseData.Parse([0x31, 0x2C, 0x00, 0xFF], "file"));

    [Fact]
    public void ReadBounded_TooLong_IsRefused()
    {
        using var stream = new MemoryStream(new byte[1000]);
        string message = Assert.Throws<DataFormatException>(() => DelimitedText.ReadBounded(stream, "file", 999)).Message;
        Assert.Contains("999", message, StringComparison.Ordinal);
    }

    private static double[] Numbers(string line) =>
        [.. line.Split(',').Skip(2).Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
}
