// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression.Coding;
using Xunit;

namespace FedKernel.Tests.Compression.Coding;

public sealed class CodePackingTests
{
    [Fact]
    public void PackAndUnpack_EveryWidthAndLength_AreTheBitsOneBehindTheOther()
    {
        for (int bits = 1; bits <= 8; bits++)
        {
            for (int count = 0; count <= 70; count++)
            {
                byte[] codes = Symbols.Create(count, bits, (ulong)(count + (100 * bits)));
                byte[] packed = new byte[CodePacking.Bytes(count, bits)];
                Array.Fill(packed, (byte)0xFF);
                CodePacking.Pack(codes, bits, packed);
                string text = string.Concat(codes.SelectMany(c => Enumerable.Range(0, bits).Select(i => (c >> i) & 1)));
                Assert.Equal(text.PadRight(8 * packed.Length, '0'), BitText.Of(packed));
                byte[] back = new byte[count];
                CodePacking.Unpack(packed, bits, back);
                Assert.Equal(codes, back);

                SymbolCounts counts = SymbolCounts.Of(packed, count, bits);
                Assert.Equal(count, counts.Total);
                Assert.All(Enumerable.Range(0, 1 << bits), s => Assert.Equal((ulong)codes.Count(c => c == s), counts[s]));
            }
        }
    }
}
