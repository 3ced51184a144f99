// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Privacy;

/// <summary>One number of noise, from the kernel that makes vectors of it: for counts and scores.</summary>
internal static class SecretNormal
{
    /// <summary>A standard normal number, at most 6.8 in magnitude, on the grid of float32.</summary>
    /// <param name="key">Secret key of whoever adds the noise.</param>
    /// <param name="id">The stream, for one release only.</param>
    /// <param name="index">Which number of the release.</param>
    public static double Draw(SecretKey256 key, StreamId id, uint index = 0)
    {
        var kernel = new GaussianNoise<ChaCha20Stream>(key.CreateStream(id), 1);
        Block16<ScalarWord> words = kernel.Words(new ScalarWord(index));
        kernel.Pair(words.R0, words.R1, out ScalarLane first, out ScalarLane _);
        return first.Value;
    }
}
