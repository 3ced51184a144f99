// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>Packing to bits and back, against one bit at a time.</summary>
internal sealed class PackCase() : KernelCase("pack_bits", "special", 0, typeof(Device))
{
    private static readonly int[] _bits = [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 25, 32];

    public override void Run(KernelTrial trial)
    {
        uint[] words = System.Runtime.InteropServices.MemoryMarshal.Cast<float, uint>(trial.AnyValues(0)).ToArray();
        foreach (int bits in _bits)
        {
            byte[] expected = ReferenceCodes.Pack(words, bits);
            uint[] low = Array.ConvertAll(words, w => w & (uint)((1UL << bits) - 1));
            using GuardedBuffer<uint> source = trial.Place<uint>(words, 1);
            using GuardedBuffer<byte> codes = trial.Destination<byte>(expected.Length, 2);
            using GuardedBuffer<uint> back = trial.Destination<uint>(words.Length, 3);
            trial.Device.Pack(source.Window, codes.Window, bits);
            trial.Compare(expected, codes, i => $"byte {i} of codes of {bits} bits");
            trial.Device.Unpack(codes.Window, back.Window, bits);
            trial.Compare(low, back, i => $"code {i} of {bits} bits");
        }
    }
}
