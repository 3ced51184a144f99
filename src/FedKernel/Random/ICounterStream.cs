// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Random;

/// <summary>A random stream without state: block b of it is a function of the key and b, on any device, in any order.</summary>
public interface ICounterStream
{
    /// <summary>True if the stream protects secrets: keyed with 256 bits from the operating system.</summary>
    static abstract bool IsCryptographic { get; }

    /// <summary>The sixteen words of each block whose number is given, 0 to 2³² − 1.</summary>
    Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord>;
}
