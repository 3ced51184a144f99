// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Validation;

/// <summary>How much is checked; the times are hard limits for all devices together.</summary>
internal enum ValidationLevel
{
    /// <summary>Up to 10 seconds.</summary>
    Quick,

    /// <summary>Up to 2 minutes.</summary>
    Medium,

    /// <summary>Up to 15 minutes.</summary>
    Long,

    /// <summary>As long as it is asked for.</summary>
    Soak,
}

/// <summary>What follows from a level.</summary>
internal static class ValidationLevels
{
    public static TimeSpan Budget(this ValidationLevel level, TimeSpan soak) => level switch
    {
        ValidationLevel.Quick => TimeSpan.FromSeconds(10),
        ValidationLevel.Medium => TimeSpan.FromMinutes(2),
        ValidationLevel.Long => TimeSpan.FromMinutes(15),
        _ => soak,
    };

    /// <summary>Vector lengths: around every edge of a loop; all short ones at the long level.</summary>
    public static IReadOnlyList<int> Lengths(this ValidationLevel level) => level switch
    {
        ValidationLevel.Quick => [0, 1, 3, 15, 16, 17, 64, 255, 257, 1000, 4097],
        ValidationLevel.Medium =>
        [
            0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513,
            1021, 1023, 1024, 1025, 4093, 4095, 4096, 4097, 16_381, 65_535, 65_537,
        ],
        _ =>
        [
            .. Enumerable.Range(0, 261), 509, 511, 512, 513, 1021, 1023, 1024, 1025, 2047, 2049, 4093, 4095, 4096, 4097, 8191,
            8193, 16_381, 16_383, 16_385, 32_767, 32_769, 65_535, 65_536, 65_537, 131_071, 262_147, 1_000_003,
        ],
    };

    /// <summary>Times that a kernel is repeated for its bits to be compared.</summary>
    public static int Repeats(this ValidationLevel level) => level == ValidationLevel.Quick ? 3 : 10;
}
