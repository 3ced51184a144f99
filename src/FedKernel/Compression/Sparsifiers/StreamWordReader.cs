// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Compression.Sparsifiers;

/// <summary>The words of a public stream, one after another: the same on every machine.</summary>
internal sealed class StreamWordReader(ChaCha20Stream stream)
{
    private readonly uint[] _words = new uint[16];
    private uint _block;
    private int _used = 16;

    /// <summary>A uniform number below <paramref name="bound"/>, without bias.</summary>
    /// <param name="bound">At least 1.</param>
    /// <remarks>Multiply and reject: D. Lemire, "Fast random integer generation in an interval", 2019, algorithm 5.</remarks>
    public uint NextBelow(uint bound)
    {
        ulong product = (ulong)NextWord() * bound;
        if ((uint)product < bound)
        {
            uint threshold = (0u - bound) % bound;
            while ((uint)product < threshold)
            {
                product = (ulong)NextWord() * bound;
            }
        }

        return (uint)(product >> 32);
    }

    private uint NextWord()
    {
        if (_used == _words.Length)
        {
            Block16<ScalarWord> block = stream.Words(new ScalarWord(_block++));
            MemoryMarshal.Cast<ScalarWord, uint>(MemoryMarshal.CreateSpan(ref block.R0, 16)).CopyTo(_words);
            _used = 0;
        }

        return _words[_used++];
    }
}
