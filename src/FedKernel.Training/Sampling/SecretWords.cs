// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Training.Sampling;

/// <summary>The words of one sampling stream of a secret key, one after the other, on the host.</summary>
internal sealed class SecretWords(SecretKey256 key, uint batch)
{
    private readonly ChaCha20Stream _stream = key.CreateStream(new StreamId(batch, StreamPurpose.Sampling));
    private readonly uint[] _words = new uint[16];
    private uint _block;
    private int _used = 16;

    /// <summary>64 uniform bits.</summary>
    public ulong NextPair() => ((ulong)NextWord() << 32) | NextWord();

    /// <summary>A uniform integer in [0, bound), without bias: 64 bits, and those of the incomplete last interval are drawn anew.</summary>
    public int NextBelow(int bound)
    {
        ulong limit = ulong.MaxValue - (ulong.MaxValue % (ulong)bound);
        ulong bits;
        do
        {
            bits = NextPair();
        }
        while (bits >= limit);
        return (int)(bits % (ulong)bound);
    }

    private uint NextWord()
    {
        if (_used == _words.Length)
        {
            Block16<ScalarWord> b = _stream.Words(new ScalarWord(checked(_block++)));
            ReadOnlySpan<ScalarWord> row =
            [
                b.R0, b.R1, b.R2, b.R3, b.R4, b.R5, b.R6, b.R7,
                b.R8, b.R9, b.R10, b.R11, b.R12, b.R13, b.R14, b.R15,
            ];
            for (int i = 0; i < row.Length; i++)
            {
                _words[i] = row[i].Value;
            }

            _used = 0;
        }

        return _words[_used++];
    }
}
