// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>The order of <see cref="Numerics.ReductionTree"/>, written from its description and for reading only.</summary>
internal static class ReferenceTree
{
    public static double Reduce(double[] terms, Func<double, double, double> combine)
    {
        if (terms.Length == 0)
        {
            return 0;
        }

        double[] level = terms;
        do
        {
            var next = new double[(level.Length + 4095) / 4096];
            for (int b = 0; b < next.Length; b++)
            {
                next[b] = Block(level, b * 4096, combine);
            }

            level = next;
        }
        while (level.Length > 1);
        return level[0];
    }

    private static double Block(double[] values, int start, Func<double, double, double> combine)
    {
        var column = new double[256];
        for (int row = 0; row < 16; row++)
        {
            for (int c = 0; c < 256; c++)
            {
                int i = start + (256 * row) + c;
                column[c] = combine(column[c], i < values.Length ? values[i] : 0);
            }
        }

        var strand = new double[64];
        for (int s = 0; s < 64; s++)
        {
            double left = combine(column[4 * s], column[(4 * s) + 1]);
            double right = combine(column[(4 * s) + 2], column[(4 * s) + 3]);
            strand[s] = combine(left, right);
        }

        foreach (int half in (int[])[32, 16, 8, 4, 2, 1])
        {
            for (int s = 0; s < half; s++)
            {
                strand[s] = combine(strand[s], strand[s + half]);
            }
        }

        return strand[0];
    }
}
