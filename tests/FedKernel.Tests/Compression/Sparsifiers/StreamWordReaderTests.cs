// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;
using FedKernel.Compression.Sparsifiers;
using FedKernel.Random;
using Xunit;

namespace FedKernel.Tests.Compression.Sparsifiers;

public sealed class StreamWordReaderTests
{
    /// <summary>Without rejection a multiple of 3 would come twice as often as another value below 3·2³⁰.</summary>
    [Fact]
    public void NextBelow_ThreeQuartersOfAllWords_IsUniform()
    {
        const int Draws = 30_000;
        var words = new StreamWordReader(SharedSeed.Of(new SimulationSeed(3), 1).Stream(StreamPurpose.IndexSet));
        int multiples = Enumerable.Range(0, Draws).Count(_ => words.NextBelow(3u << 30) % 3 == 0);
        Assert.InRange(multiples, (Draws / 3) - 500, (Draws / 3) + 500); // six standard deviations
    }
}
