// SPDX-License-Identifier: Apache-2.0
using FedKernel.Cli.Reports;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Cli;

public sealed class LabelPlacementTests
{
    private static readonly LabelBox _area = new(0, 0, 1000, 700);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Place_Crowd_CoversNothing(ulong seed)
    {
        var random = new SimulationRandom(new SimulationSeed(seed));
        (double X, double Y)[] points = [.. Enumerable.Range(0, 40).Select(i => (
            Math.Clamp(500 + (random.NextNormal() * (i < 20 ? 60 : 250)), 10, 990), Math.Clamp(350 + (random.NextNormal() * 120), 10, 690)))];
        (double Width, double Height)[] sizes = [.. points.Select(_ => (60 + (90 * random.NextUniform()), 17.0))];
        LabelBox[] boxes = [.. LabelPlacement.Place(points, sizes, _area).Select(b => Assert.NotNull(b))];
        for (int i = 0; i < boxes.Length; i++)
        {
            Assert.True(_area.Holds(boxes[i]));
            Assert.Equal(sizes[i].Width, boxes[i].Right - boxes[i].Left, 1e-9);
            (double x, double y) = LabelPlacement.Anchor(points[i], boxes[i]);
            for (int j = 0; j < boxes.Length; j++)
            {
                Assert.True(i == j || !boxes[i].Overlaps(boxes[j]), $"labels {i} and {j}");
                Assert.False(boxes[i].Meets(points[j].X - 1, points[j].Y, points[j].X + 1, points[j].Y), $"label {i} on point {j}");
                Assert.True(i == j || !boxes[j].Meets(points[i].X, points[i].Y, x, y), $"line {i} through label {j}");
            }
        }
    }

    [Fact]
    public void Place_LonePoint_StandsBesideIt()
    {
        LabelBox box = Assert.NotNull(LabelPlacement.Place([(100, 100)], [(50, 17)], _area)[0]);
        Assert.Equal(109, box.Left, 1e-9);
        Assert.Equal(100, (box.Top + box.Bottom) / 2, 1e-9);
    }

    [Fact]
    public void Place_NoRoom_IsNull() => Assert.Null(LabelPlacement.Place([(5, 5)], [(50, 17)], new LabelBox(0, 0, 20, 20))[0]);

    [Theory]
    [InlineData(0, 5, 30, 5, true)]
    [InlineData(0, 0, 9, 30, false)]
    [InlineData(0, 0, 30, 30, true)]
    [InlineData(15, 0, 15, 4, false)]
    [InlineData(30, 5, 40, 5, false)]
    [InlineData(12, 5, 13, 6, true)]
    public void Meets_Segment(double fromX, double fromY, double toX, double toY, bool expected) =>
        Assert.Equal(expected, new LabelBox(10, 4, 20, 16).Meets(fromX, fromY, toX, toY));
}
