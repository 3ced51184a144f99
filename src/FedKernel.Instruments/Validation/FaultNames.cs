// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation.Faults;

namespace FedKernel.Instruments.Validation;

/// <summary>Faults as they are typed.</summary>
internal static class FaultNames
{
    private static readonly (Fault Fault, string Word)[] _words =
    [
        (Fault.BitFlip, "bit-flip"),
        (Fault.NaN, "nan"),
        (Fault.Infinity, "inf"),
        (Fault.NegativeZero, "negative-zero"),
        (Fault.OffByOne, "off-by-one"),
        (Fault.Stale, "stale"),
        (Fault.DroppedBlock, "dropped-block"),
        (Fault.Hang, "hang"),
        (Fault.Slow, "slow"),
    ];

    public static IEnumerable<string> Words => _words.Select(w => w.Word);

    public static string Word(Fault fault) => _words.Single(w => w.Fault == fault).Word;

    public static Fault? Parse(string word) => _words.Where(w => w.Word == word).Select(w => (Fault?)w.Fault).FirstOrDefault();
}
