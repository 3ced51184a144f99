// SPDX-License-Identifier: Apache-2.0
using FedKernel.Compression;

namespace FedKernel.Cli.Codecs;

/// <summary>What a codec made of one vector, and how fast.</summary>
/// <param name="Codec">Canonical text of the pipeline.</param>
/// <param name="Traits">What it promises for this layout.</param>
/// <param name="Elements">Values of the vector: d.</param>
/// <param name="FrameBytes">Bytes of the frame, header and checksum counted in.</param>
/// <param name="Error">How far the decoded vector is from the original.</param>
/// <param name="EncodeSeconds">Median.</param>
/// <param name="DecodeSeconds">Median; the check of the frame counted in.</param>
internal sealed record CodecMeasurement(
    string Codec, StageTraits Traits, long Elements, long FrameBytes, VectorError Error, double EncodeSeconds, double DecodeSeconds)
{
    /// <summary>Bytes of float32 over those of the frame.</summary>
    public double Ratio => (double)sizeof(float) * Elements / FrameBytes;

    /// <summary>Bits of the frame over d.</summary>
    public double BitsPerParameter => 8.0 * FrameBytes / Elements;

    /// <summary>10⁹ bytes of float32 that are encoded in a second.</summary>
    public double EncodeRate => sizeof(float) * Elements / EncodeSeconds / 1e9;

    /// <summary>10⁹ bytes of float32 that are decoded in a second.</summary>
    public double DecodeRate => sizeof(float) * Elements / DecodeSeconds / 1e9;
}

/// <summary>The distance of y from x.</summary>
/// <param name="NormalisedSquared">‖x − y‖² / ‖x‖²; 0 if both are zero, +∞ if x alone is.</param>
/// <param name="Cosine">⟨x, y⟩ / (‖x‖ · ‖y‖); NaN if one is zero.</param>
internal readonly record struct VectorError(double NormalisedSquared, double Cosine)
{
    /// <summary>In float64.</summary>
    /// <param name="x">The original.</param>
    /// <param name="y">As many values.</param>
    public static VectorError Between(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double error = 0, own = 0, other = 0, product = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double a = x[i], b = y[i], difference = a - b;
            error += difference * difference;
            own += a * a;
            other += b * b;
            product += a * b;
        }

        return new VectorError(error == 0 ? 0 : error / own, product / Math.Sqrt(own * other));
    }
}
