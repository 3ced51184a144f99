// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Tests.Compression.Frames;
using Xunit;

namespace FedKernel.Tests.Compression.Pipelines;

public sealed class CompressionPipelineTests
{
    [Theory]
    [MemberData(nameof(FramePipelines.All), MemberType = typeof(FramePipelines))]
    public void Parse_CanonicalText_IsItsName(string text)
    {
        CompressionPipeline pipeline = CompressionPipeline.Parse(text);
        Assert.Equal(text, pipeline.Name);
        Assert.Equal(pipeline, CompressionPipeline.Parse(text.Replace("+", " + ", StringComparison.Ordinal)));
        Assert.Equal(pipeline.Fingerprint(), CompressionPipeline.Parse(pipeline.Name).Fingerprint());
    }

    [Theory]
    [InlineData("zip", "unknown stage 'zip'; known are ef")]
    [InlineData("float32+", "unknown stage ''")]
    [InlineData("float32:3", "The stage 'float32:3' is not valid: it has 1 parameters, wanted are 0")]
    [InlineData("float32+float32", "stage 'float32' stands behind one that comes after it or takes its place")]
    [InlineData("float32+ef", "stage 'ef' stands behind")]
    [InlineData("float32+rice", "without a sparsifier there are no indices")]
    [InlineData("float32+rans", "rans shortens codes of 1 to 8 bits, 'float32' has none")]
    [InlineData("ef+float32", "nothing is lost")]
    [InlineData("dgc:0.9+powersgd:2", "it needs ef before and a sparsifier behind")]
    [InlineData("dgc:1+powersgd:2", "'1' is no number in [0, 1)")]
    [InlineData("powersgd:0", "'0' is no whole number in [1, 64]. It is written powersgd:rank")]
    public void Parse_Nonsense_NamesTheStageAndWhatIsAllowed(string text, string reason)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => CompressionPipeline.Parse(text));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
