// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Devices;

namespace FedKernel.Instruments.Validation.Checks;

/// <summary>
/// Logarithm, sine and cosine over words spread evenly through all of 2³², against float64 within the error that they declare: the
/// worst error and its word are reported for each device.
/// </summary>
internal sealed class ElementaryCheck() : Check("kernels.elementary", ValidationLevel.Medium, 4)
{
    private const double Bound = 1.0 / (1 << 23);

    public override CheckResult Run(CheckContext context)
    {
        bool slow = context.Candidate.Info.Kind == DeviceKind.IlgpuCpu;
        int logCount = slow ? 16 : context.Level == ValidationLevel.Medium ? 20 : 24;
        var figures = new Dictionary<string, double>();
        var facts = new Dictionary<string, string>();
        long done = 0;
        foreach (Elementary function in Enum.GetValues<Elementary>())
        {
            (double worst, uint word) = Worst(context.Device, function, logCount);
            done += 1L << logCount;
            figures[$"{function}_worst_share_of_bound"] = worst;
            facts[$"{function}_worst_word"] = word.ToString("x8", CultureInfo.InvariantCulture);
            if (!(worst <= 1))
            {
                return context.Result(this, Verdict.Fail, $"{function} of word {word:x8} is {worst:g3} times the error that it declares away from float64")
                    with
                { WorkDone = done, Figures = figures, Facts = facts };
            }
        }

        return context.Result(this, Verdict.Pass)
            with
        { WorkDone = done, MinWork = 3L << logCount, Figures = figures, Facts = facts, Class = "device" };
    }

    private static (double Worst, uint Word) Worst(Device device, Elementary function, int logCount)
    {
        const int AtOnce = 1 << 20;
        int count = Math.Min(AtOnce, 1 << logCount);
        var input = new float[count];
        using DeviceBuffer<float> x = device.Allocate<float>(count), y = device.Allocate<float>(count);
        double worst = 0;
        uint at = 0;
        for (long start = 0; start < 1L << logCount; start += count)
        {
            for (int i = 0; i < count; i++)
            {
                input[i] = BitConverter.UInt32BitsToSingle(Word(start + i, logCount));
            }

            x.CopyFrom(input);
            device.Map(x, y, new ElementaryOfWord(function));
            float[] found = y.ToArray();
            for (int i = 0; i < count; i++)
            {
                uint word = Word(start + i, logCount);
                double exact = Exact(function, word), error = Math.Abs(found[i] - exact);
                double share = error / (Bound * (function == Elementary.LogUniform ? Math.Max(1, Math.Abs(exact)) : 1));
                if (!(share <= worst))
                {
                    (worst, at) = (double.IsNaN(share) ? double.PositiveInfinity : share, word);
                }
            }
        }

        return (worst, at);
    }

    // Even steps, and both ends: the low bits follow the high ones so that they are not always zero.
    private static uint Word(long i, int logCount) => (uint)((i << (32 - logCount)) | (i * 0x9E3779B1L >> 11 & ((1L << (32 - logCount)) - 1)));

    private static double Exact(Elementary function, uint word) => function switch
    {
        Elementary.LogUniform => Math.Log((word + 0.5) / 4294967296.0),
        Elementary.Sin => Math.Sin(2 * Math.PI * (word / 4294967296.0)),
        _ => Math.Cos(2 * Math.PI * (word / 4294967296.0)),
    };
}
