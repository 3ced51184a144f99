// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Cpu;
using FedKernel.Privacy.Accounting;
using FedKernel.Random;
using FedKernel.Training.Data;
using FedKernel.Training.Studies;
using Xunit;

namespace FedKernel.Tests.Training;

public sealed class HeartPrivacyCurveTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Published: FLamby's dp_example, δ = 10⁻⁴ or the best over δ, mean of centres and of five seeds. Our keys are fixed.</summary>
    [Fact]
    public void Run_RealHospitals_BeatsThePublishedTableAtEveryEpsilon()
    {
        using var device = new CpuDevice();
        PrivacyCurveReport report = new HeartPrivacyCurve(device, HeartDiseaseData.Load(HeartData.Directory), Options(20)).Run(cancellation: Cancellation);
        Dictionary<double, double> published = new()
        {
            [0.1] = 0.6056,
            [1] = 0.6853,
            [5] = 0.705,
            [10] = 0.700,
            [50] = 0.7036,
            [double.PositiveInfinity] = 0.7125,
        };
        Assert.Equal(12, report.Points.Count);
        foreach (CurvePoint point in report.Points)
        {
            double error = point.Deviation / Math.Sqrt(20);
            Assert.True(point.Accuracy - (2 * error) > published[point.Epsilon], $"{point.Scaling}, ε = {point.Epsilon}: {point.Accuracy} ± {error}");
            Assert.True(point.Epsilon < 1 || point.Accuracy > (point.Scaling == CurveScaling.PublicConstants ? 0.79 : 0.72), $"{point}");
        }
    }

    [Fact]
    public void Run_MadeUpHospitals_RepeatsWithItsKeysAndAccountsEveryPoint()
    {
        using var device = new CpuDevice();
        Hospital[] hospitals = [.. Enumerable.Range(0, 3).Select(MadeUp)];
        PrivacyCurveReport first = new HeartPrivacyCurve(device, hospitals, Options(2)).Run(cancellation: Cancellation);
        PrivacyCurveReport second = new HeartPrivacyCurve(device, hospitals, Options(2)).Run(cancellation: Cancellation);
        Assert.Equal(first.Measures, second.Measures);
        foreach (CurvePoint point in first.Points)
        {
            if (double.IsInfinity(point.Epsilon))
            {
                Assert.Null(point.Accounted);
                Assert.Equal(0, point.Deviation);
                continue;
            }

            Assert.InRange(point.Accounted!.Value.Upper, point.Epsilon * (1 - 1e-6), point.Epsilon * (1 + 1e-9));
            Assert.InRange(point.Accounted.Value.Lower, 0, point.Accounted.Value.Upper);
            // Four rounds of one step each are one release with z/√4.
            Assert.Equal(AnalyticGaussian.NoiseMultiplier(point.Epsilon, 1e-4) * 2, point.NoiseMultiplier, 1e-9 * point.NoiseMultiplier);
        }

        Assert.Equal(first.Measures.Count, first.Measures.Select(m => m.Name).Distinct().Count());
    }

    [Fact]
    public void Create_MeaninglessPrivacy_IsRefused()
    {
        using var device = new CpuDevice();
        Hospital[] hospitals = [MadeUp(0)];
        foreach (PrivacyCurveOptions bad in new[]
        {
            Options(1) with { Delta = 0.1 }, Options(1) with { Delta = 0 }, Options(0), Options(1) with { Epsilons = [] },
            Options(1) with { Epsilons = [0] }, Options(1) with { Epsilons = [double.NaN] },
        })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => new HeartPrivacyCurve(device, hospitals, bad));
        }
    }

    private static PrivacyCurveOptions Options(int runs)
    {
        ushort next = 0;
        return new PrivacyCurveOptions
        {
            RunCount = runs,
            CreateKey = () =>
            {
                next++;
                return SecretKey256.Import([(byte)next, (byte)(next >> 8), 1, .. new byte[29]]);
            },
        };
    }

    private static Hospital MadeUp(int k)
    {
        TabularDataset Table(int rows, int shift) => new(
            [.. Enumerable.Range(0, 13).Select(c => $"x{c}")],
            [.. Enumerable.Range(0, rows * 13).Select(i => (i % 13 < 8 ? 40 : 0) + (10 * MathF.Sin((i + shift) * 1.7f)))],
            [.. Enumerable.Range(0, rows).Select(r => MathF.Sin((13 * r + shift) * 1.7f) > 0 ? 1f : 0f)],
            [.. Enumerable.Range(0, rows)]);
        return new Hospital($"made up {k}", Table(40, 1000 * k), Table(20, (1000 * k) + 521));
    }
}
