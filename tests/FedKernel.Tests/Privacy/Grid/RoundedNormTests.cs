// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Grid;
using Xunit;

namespace FedKernel.Tests.Privacy.Grid;

/// <summary>Known answers computed with the formula of google-research/federated, distributed_dp/accounting_utils.py, rounded_l2_norm_bound.</summary>
public sealed class RoundedNormTests
{
    [Theory]
    [InlineData(1000, 0.60653065971263342, 1024, 1000.635797881)]
    [InlineData(100, 0.60653065971263342, 1 << 20, 522.260471412)]
    [InlineData(2000, 0, 1 << 20, 3024)]
    public void Of_KnownAnswers(double norm, double failure, double dimension, double expected) =>
        Assert.Equal(expected, RoundedNorm.Of(norm, failure, dimension), 1e-9 * expected);

    [Theory]
    [InlineData(1000, 0.60653065971263342, 1024)]
    [InlineData(1000, 0.01, 100)]
    [InlineData(2000, 0, 1 << 20)]
    [InlineData(37, 0.9, 4)]
    public void Inverse_UndoesOf(double bound, double failure, double dimension)
    {
        double norm = RoundedNorm.Inverse(bound, failure, dimension);
        Assert.Equal(bound, RoundedNorm.Of(norm, failure, dimension), 1e-9 * bound);
    }

    [Fact]
    public void Inverse_NoRoom_IsNegative() => Assert.True(RoundedNorm.Inverse(10, 0.5, 1e6) < 0);
}
