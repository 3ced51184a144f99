// SPDX-License-Identifier: Apache-2.0
using System.Text;
using FedKernel.Training.Data;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class BreastCancerDataTests
{
    private static readonly string _text =
        File.ReadAllText(Path.Combine(Repository.Root, "src/FedKernel.Cli/Studies/Data/breast_cancer.csv")).ReplaceLineEndings("\n");

    [Fact]
    public void Read_EmbeddedTable_HasThePublishedCounts()
    {
        TabularDataset table = BreastCancerTable.Read();
        Assert.Equal((569, 30), (table.RowCount, table.FeatureCount));
        Assert.Equal(212, table.Labels.ToArray().Count(l => l == 1));
        Assert.Equal(17.99f, table.Row(0)[0]);
        Assert.True(table.HasOneRowPerPatient);
    }

    [Fact]
    public void PublicScaling_EmbeddedTable_BringsEveryFeatureNearMinusTwoToTwo()
    {
        TabularDataset scaled = BreastCancerData.PublicScaling.Apply(BreastCancerTable.Read());
        Assert.InRange(scaled.Features.ToArray().Max(MathF.Abs), 1.9f, 2.3f);
    }

    [Theory]
    [InlineData("\n20.57,", "\nNaN,", "line 3, column 1")]
    [InlineData("\n20.57,", "\n1e9,", "line 3, column 1")]
    [InlineData("\n20.57,", "\nx,", "line 3, column 1")]
    [InlineData("\n20.57,", "\n", "line 3: 30 columns")]
    [InlineData("\n20.57,", "\n20.57,1,", "line 3: more than 31 columns")]
    [InlineData("mean_texture", "texture", "line 1, column 2")]
    [InlineData("0.1189,0\n", "0.1189,2\n", "line 2, column 31")]
    public void Read_BadTable_NamesLineAndColumn(string good, string bad, string expected)
    {
        int at = _text.IndexOf(good, StringComparison.Ordinal);
        Assert.True(at >= 0);
        byte[] bytes = Encoding.ASCII.GetBytes(_text[..at] + bad + _text[(at + good.Length)..]);
        string message = Assert.Throws<DataFormatException>(() => BreastCancerData.Read(new MemoryStream(bytes))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_HeaderOnlyOrEndless_IsRefused()
    {
        byte[] header = Encoding.ASCII.GetBytes(_text[..(_text.IndexOf('\n', StringComparison.Ordinal) + 1)]);
        Assert.Throws<DataFormatException>(() => BreastCancerData.Read(new MemoryStream(header)));
        Assert.Throws<DataFormatException>(() => BreastCancerData.Read(new MemoryStream(new byte[2 << 20])));
        Assert.Throws<DataFormatException>(() => BreastCancerData.Read(new MemoryStream()));
    }

    [Fact]
    public void TabularDataset_NonFiniteOrMisshapen_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new TabularDataset(["a"], [float.NaN], [0], [1]));
        Assert.Throws<ArgumentException>(() => new TabularDataset(["a"], [1], [float.PositiveInfinity], [1]));
        Assert.Throws<ArgumentException>(() => new TabularDataset(["a", "b"], [1], [0], [1]));
        Assert.Throws<ArgumentException>(() => new TabularDataset(["a"], [1], [0], []));
    }
}
