// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;
using FedKernel.Privacy.Discrete;
using FedKernel.Random;

namespace FedKernel.Instruments.Statistics;

/// <summary>Draws any number of samples on a device, as a mechanism would, and tests them on the host.</summary>
internal static class DiscreteGaussianSoak
{
    /// <summary>A test with a smaller p-value is an alarm: six tests of a right sampler give one in 170,000 runs.</summary>
    public const double Alarm = 1e-6;

    private const int Piece = 1 << 20;
    private const int PiecesOfStream = 64;

    /// <summary>The tests of so many samples.</summary>
    /// <param name="device">Where they are drawn.</param>
    /// <param name="sigma">σ.</param>
    /// <param name="samples">How many, at least 1.</param>
    /// <param name="key">Under streams of this key: rounds 0, 1, … of 2²⁶ samples each.</param>
    /// <param name="onPiece">Called with the number of samples done.</param>
    public static IReadOnlyList<FitResult> Run(
        Device device, double sigma, long samples, SecretKey256 key, Action<long>? onPiece = null)
    {
        using var sampler = new DiscreteGaussianSampler(device, sigma);
        var fit = new DiscreteGaussianFit(sigma);
        var values = new int[(int)Math.Min(Piece, samples)];
        using DeviceBuffer<int> zeros = device.Allocate<int>(values.Length), noise = device.Allocate<int>(values.Length);
        for (long done = 0, piece = 0; done < samples; piece++)
        {
            ChaCha20Stream stream = key.CreateStream(new StreamId((uint)(piece / PiecesOfStream), StreamPurpose.PrivacyNoise));
            sampler.AddNoise(zeros, noise, stream, piece % PiecesOfStream * (Piece / 256));
            noise.CopyTo(values);
            int count = (int)Math.Min(values.Length, samples - done);
            fit.Add(values.AsSpan(0, count));
            done += count;
            onPiece?.Invoke(done);
        }

        return fit.Results();
    }
}
