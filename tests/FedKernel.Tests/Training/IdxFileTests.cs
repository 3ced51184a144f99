// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using FedKernel.Training.Data;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class IdxFileTests
{
    private static readonly byte[] _good = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_GoodFile_GivesShapeAndValues(bool zipped)
    {
        IdxFile file = Read(zipped ? Zip(_good) : _good);
        Assert.Equal([2, 3], file.Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Values.ToArray());
    }

    [Theory]
    [InlineData("shorter than the 4 bytes", new byte[] { })]
    [InlineData("shorter than the 4 bytes", new byte[] { 0, 0, 8 })]
    [InlineData("starts with 00000D01", new byte[] { 0, 0, 0x0D, 1, 0, 0, 0, 1, 7 })]
    [InlineData("starts with 00010801", new byte[] { 0, 1, 8, 1, 0, 0, 0, 1, 7 })]
    [InlineData("starts with 00000800", new byte[] { 0, 0, 8, 0 })]
    [InlineData("starts with 00000805", new byte[] { 0, 0, 8, 5 })]
    [InlineData("ends within its 2 dimensions", new byte[] { 0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0 })]
    [InlineData("declares 0 for dimension 1", new byte[] { 0, 0, 8, 1, 0, 0, 0, 0 })]
    [InlineData("declares 4294967295 for dimension 1", new byte[] { 0, 0, 8, 1, 255, 255, 255, 255, 1 })]
    [InlineData("declares 65536 for dimension 2", new byte[] { 0, 0, 8, 2, 0, 0, 1, 0, 0, 1, 0, 0 })]
    [InlineData("declares 4 elements and holds 3", new byte[] { 0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3 })]
    [InlineData("goes on behind the 1 elements", new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 1, 2 })]
    public void Read_HostileFile_IsRefusedByName(string message, byte[] bytes)
    {
        foreach (byte[] file in new[] { bytes, Zip(bytes) })
        {
            string found = Assert.Throws<DataFormatException>(() => Read(file)).Message;
            Assert.Contains("'file.gz'", found, StringComparison.Ordinal);
            Assert.Contains(message, found, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_EveryCutOfAGzipFile_IsRefused()
    {
        byte[] whole = Zip(_good);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<DataFormatException>(() => Read(whole[..length]));
        }
    }

    [Fact]
    public void Read_DamagedGzip_IsRefused()
    {
        byte[] whole = Zip(_good);
        whole[^6] ^= 1; // Of the checksum.
        Assert.Throws<DataFormatException>(() => Read(whole));
    }

    [Fact]
    public void Read_BytesBehindTheGzipFile_AreRefused() =>
        Assert.Contains("goes on behind", Assert.Throws<DataFormatException>(() => Read([.. Zip(_good), .. Zip([9])])).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_RubbishBehindTheGzipFile_IsRefused() => Assert.Throws<DataFormatException>(() => Read([.. Zip(_good), 1, 2, 3, 4, 5]));

    /// <summary>200 MB of zeros in 200 kB: not one more is unpacked than a file with an honest head may hold.</summary>
    [Fact]
    public void Read_GzipBomb_IsNotUnpacked()
    {
        using var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write([0, 0, 8, 1, 0, 0, 0, 9]);
            for (int i = 0; i < 200; i++)
            {
                gzip.Write(new byte[1 << 20]);
            }
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<DataFormatException>(() => Read(bomb.ToArray()));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    private static IdxFile Read(byte[] bytes) => IdxFile.Read(new MemoryStream(bytes), "file.gz", maximumLength: 1 << 16);

    private static byte[] Zip(byte[] bytes)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return memory.ToArray();
    }
}
