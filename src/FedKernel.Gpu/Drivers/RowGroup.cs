// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Gpu.Drivers;

/// <summary>Where up to eight rows start and what they weigh, passed by value. Named fields: kernels have no local arrays.</summary>
internal struct RowGroup
{
    public long Start0, Start1, Start2, Start3, Start4, Start5, Start6, Start7;

    public float Weight0, Weight1, Weight2, Weight3, Weight4, Weight5, Weight6, Weight7;

    /// <summary>Rows that count, 1 to 8.</summary>
    public int Count;

    /// <summary>0 in the first launch, which starts from 0 and not from what the destination holds.</summary>
    public int Continues;

    /// <summary>Eight weights; the starts come later, in the unit of the driver.</summary>
    public static RowGroup Of(ReadOnlySpan<float> weights, int count, bool continues) => new()
    {
        Weight0 = weights[0],
        Weight1 = weights[1],
        Weight2 = weights[2],
        Weight3 = weights[3],
        Weight4 = weights[4],
        Weight5 = weights[5],
        Weight6 = weights[6],
        Weight7 = weights[7],
        Count = count,
        Continues = continues ? 1 : 0,
    };

    /// <summary>The same rows with their eight starts.</summary>
    public readonly RowGroup StartingAt(ReadOnlySpan<long> starts) => this with
    {
        Start0 = starts[0],
        Start1 = starts[1],
        Start2 = starts[2],
        Start3 = starts[3],
        Start4 = starts[4],
        Start5 = starts[5],
        Start6 = starts[6],
        Start7 = starts[7],
    };
}
