// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Frames;
using Xunit;

namespace FedKernel.Tests.Compression.Frames;

public sealed class FrameChecksumTests
{
    /// <summary>RFC 3720, appendix B.4, and the check value of CRC-32C.</summary>
    [Fact]
    public void Of_KnownBytes_IsCastagnoli()
    {
        Assert.Equal(0x8A9136AAu, FrameChecksum.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, FrameChecksum.Of([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, FrameChecksum.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0x113FDB5Cu, FrameChecksum.Of([.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]));
        Assert.Equal(0xE3069283u, FrameChecksum.Of("123456789"u8));
        Assert.Equal(0u, FrameChecksum.Of([]));
    }
}
