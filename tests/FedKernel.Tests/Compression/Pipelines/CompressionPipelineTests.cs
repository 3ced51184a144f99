// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Pipelines;
using FedKernel.Tests.Compression.Frames;
using Xunit;

namespace FedKernel.Tests.Compression.Pipelines;

public sealed class CompressionPipelineTests
{
    [Theory]
    [InlineData("ef+terngrad")]
    [InlineData("ef+qsgd:7,128")]
    [InlineData("ef+random:0.1")]
    [InlineData("ef+random:0.1+int8:256")]
    [InlineData("ef+topk:0.1+terngrad:64")]
    [InlineData("ef+topk:0.1+qsgd:7,128")]
    [InlineData("ef+lattice:16,8")]
    public void Describe_FeedbackWithAnUnbiasedStageThatErrsTooMuch_IsRefused(string text)
    {
        CompressionPipeline pipeline = CompressionPipeline.Parse(text);
        string message = Assert.Throws<ArgumentException>(() => pipeline.Describe(FramePipelines.Layout)).Message;
        Assert.Contains("needs less than 1", message, StringComparison.Ordinal);

        // Without feedback, or with little error, the same stages are fine.
        CompressionPipeline.Parse(text["ef+".Length..]).Describe(FramePipelines.Layout);
        CompressionPipeline.Parse("ef+topk:0.1+qsgd:127,128").Describe(FramePipelines.Layout);
        CompressionPipeline.Parse("ef+random:0.1,unscaled+int8:256").Describe(FramePipelines.Layout);
    }

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

    [Theory]
    [InlineData("threshold:1e30", "threshold:1E30")]
    [InlineData("ef+dgc:0.9,1e20,10+topk:0.1", "ef+dgc:0.9,1E20,10+topk:0.1")]
    [InlineData("topk:0.9999999999999999", "topk:0.999999999999999")]
    [InlineData("topk:1e-12", "topk:1E-12")]
    [InlineData("topk:4000000000", "topk:4000000000")]
    public void Parse_NumbersAtTheEnds_HaveANameThatIsTheSamePipeline(string text, string name)
    {
        var pipeline = CompressionPipeline.Parse(text);
        Assert.Equal(name, pipeline.Name);
        Assert.Equal(pipeline, CompressionPipeline.Parse(name));
        Assert.Equal(name.Split('+').Length, pipeline.Stages.Count);
    }

    [Theory]
    [InlineData("topk:0.01\n+int8", "Character 9 of the pipeline is U+000A; allowed is printable ASCII.")]
    [InlineData("\u001b[31mzip", "Character 0 of the pipeline is U+001B")]
    [InlineData("tópk:0.01", "Character 1 of the pipeline is U+00F3")]
    public void Parse_WhatIsNotPrintable_IsNotRepeated(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => CompressionPipeline.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_LongText_IsNotRepeated() => Assert.Equal(
        "The text of a pipeline has 10000 characters; at most 255.",
        Assert.Throws<ArgumentException>(() => CompressionPipeline.Parse(new string('a', 10_000))).Message);

    [Fact]
    public void Describe_Lattice_SumsOfFramesDoNotCommute()
    {
        // Every frame has a seed of its own; the quantizer's own promise is for one seed.
        Assert.False(CompressionPipeline.Parse("lattice:16,8").Describe(FramePipelines.Layout).SumsCommute);
        Assert.True(CompressionPipeline.Parse("lattice:16,8").Quantizer.Describe(1000).SumsCommute);
    }
}
