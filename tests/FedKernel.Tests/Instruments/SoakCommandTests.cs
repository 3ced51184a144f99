// SPDX-License-Identifier: Apache-2.0
using FedKernel.Instruments.Statistics;
using FedKernel.Instruments.Verbs;
using Xunit;

namespace FedKernel.Tests.Instruments;

public sealed class SoakCommandTests
{
    [Fact]
    public void Run_HalfAMillionSamples_PassesAndNamesEveryTest()
    {
        string json = Path.GetTempFileName();
        (int code, string output) = Run($"--sigma 1000 --samples 500000 --device cpu --json {json}");
        Assert.Equal(0, code);
        foreach (string test in (string[])["chi_square", "kolmogorov_smirnov", "mean", "variance", "neighbours", "partners"])
        {
            Assert.Contains(test, output, StringComparison.Ordinal);
            Assert.Contains($"privacy.soak.{test}", File.ReadAllText(json), StringComparison.Ordinal);
        }

        File.Delete(json);
    }

    [Theory]
    [InlineData("--sigma 0", "--sigma must lie in [0.015625, 16777216]; got 0.")]
    [InlineData("--sigma NaN", "--sigma must lie in [0.015625, 16777216]; got NaN.")]
    [InlineData("--samples 10", "--samples must lie in [1000, 1099511627776]; got 10.")]
    public void Run_WrongArguments_OneLineAndCodeTwo(string line, string message)
    {
        (int code, string output) = Run(line);
        Assert.Equal(2, code);
        Assert.Contains(message, output, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Run(string line)
    {
        using var output = new StringWriter();
        int code = new VerbApp("test", new SoakCommand()).Run(["soak", .. line.Split(' ')], output, output);
        return (code, output.ToString());
    }
}
