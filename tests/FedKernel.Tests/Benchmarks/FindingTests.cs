// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Benchmarks.Results;
using Xunit;

namespace FedKernel.Tests.Benchmarks;

public sealed class FindingTests
{
    [Theory]
    [InlineData(8.1, 8.2, null, true)]
    [InlineData(8.3, 8.2, null, false)]
    [InlineData(8.3, null, null, null)]
    [InlineData(0.5708, null, 0.5707963268, true)]
    [InlineData(0.5764, null, 0.5707963268, true)] // 0.98 % above
    [InlineData(0.5767, null, 0.5707963268, false)] // 1.03 % above
    [InlineData(0.5649, null, 0.5707963268, false)] // 1.03 % below: an error that is too small is not the method's either
    [InlineData(8.108, 8.1, 8.10791, false)]
    [InlineData(double.NaN, 8.2, null, false)]
    [InlineData(double.NaN, null, 8.2, false)]
    public void Pass_HoldsBarAndTable(double value, double? most, double? table, bool? expected) =>
        Assert.Equal(expected, new Finding("nmse", value, "1", most) { Table = table }.Pass);

    [Fact]
    public void Rows_SayMeasuredTableAndVerdict()
    {
        LaunchData launch = Launch(
            new Finding("normalised_error", 0.0096, "1") { Table = 0.0095921430 }, new Finding("bits_per_index", 9, "bit", AtMost: 8.2),
            new Finding("count", 3, "1"));
        Assert.Equal(
            [
                "coding, normalised error, 0.0096, 0.009592 ± 1%, 0.08%, PASS",
                "coding, bits per index, 9, ≤ 8.2, , FAIL",
                "coding, count, 3, , , ",
            ],
            FindingTable.Rows(launch).Select(r => string.Join(", ", r)));
        Assert.True(launch.HasBrokenBound);
        Assert.False(Launch(new Finding("count", 3, "1")).HasBrokenBound);
    }

    [Fact]
    public void Launch_InAFile_KeepsFindings()
    {
        string path = Path.GetTempFileName();
        try
        {
            LaunchData launch = Launch(new Finding("normalised_error", 2, "1") { Table = 1 });
            launch.Write(path);
            Assert.Equal(launch.Findings["coding"], LaunchData.Read(path).Findings["coding"]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static LaunchData Launch(params Finding[] findings) => new()
    {
        DeviceId = "cpu",
        Cases = [new CaseDescription("coding", "coding") { Elements = 1 }],
        Limits = [],
        Samples = [],
        Findings = new Dictionary<string, IReadOnlyList<Finding>> { ["coding"] = findings },
        Skipped = new Dictionary<string, string>(),
        Notes = [],
    };
}
