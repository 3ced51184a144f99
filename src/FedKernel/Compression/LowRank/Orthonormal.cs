// SPDX-License-Identifier: Apache-2.0
// Gram–Schmidt, twice · L. Giraud et al., "The loss of orthogonality in the Gram–Schmidt orthogonalization process", 2005: the second
// pass brings orthogonality to the rounding error. Float64 on the host, from left to right: factors are small, and the bits are the
// same whatever the device.
namespace FedKernel.Compression.LowRank;

/// <summary>Turns vectors into orthonormal ones that span the same space.</summary>
internal static class Orthonormal
{
    /// <summary>What is left of a vector, relative to it, below which it depends on those before it: products are rounded to 2⁻²⁴.</summary>
    public const double LeastRest = 1.0 / (1 << 20);

    /// <summary>Replaces each vector by its part orthogonal to those before it, at length 1.</summary>
    /// <remarks>A zero vector, and one that depends on those before it, becomes 0: nothing is divided by 0, zeros stay zeros.</remarks>
    /// <param name="vectors">count · length finite values, vector behind vector.</param>
    /// <param name="count">r.</param>
    public static void Make(Span<float> vectors, int count)
    {
        int length = vectors.Length / count;
        var basis = new double[vectors.Length];
        for (int j = 0; j < count; j++)
        {
            Span<float> source = vectors.Slice(j * length, length);
            Span<double> vector = basis.AsSpan(j * length, length);
            for (int i = 0; i < length; i++)
            {
                vector[i] = source[i];
            }

            double before = Norm(vector);
            Reject(basis, vector, j);
            Reject(basis, vector, j);
            double rest = Norm(vector);
            double factor = rest > before * LeastRest ? 1 / rest : 0;
            for (int i = 0; i < length; i++)
            {
                vector[i] *= factor;
                source[i] = (float)vector[i];
            }
        }
    }

    /// <summary>Takes off what lies in the direction of each earlier vector.</summary>
    private static void Reject(ReadOnlySpan<double> basis, Span<double> vector, int earlier)
    {
        for (int k = 0; k < earlier; k++)
        {
            ReadOnlySpan<double> other = basis.Slice(k * vector.Length, vector.Length);
            double along = Dot(other, vector);
            for (int i = 0; i < vector.Length; i++)
            {
                vector[i] -= along * other[i];
            }
        }
    }

    private static double Norm(ReadOnlySpan<double> vector) => Math.Sqrt(Dot(vector, vector));

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }
}
