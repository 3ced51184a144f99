// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using FedKernel.Devices;
using FedKernel.Devices.Cpu;
using FedKernel.Instruments.Verbs;
using FedKernel.Random;
using FedKernel.Random.Discrete;
using Spectre.Console;

namespace FedKernel.Instruments.Statistics;

/// <summary><c>fedkernel privacy soak</c>: tests of very many samples of the discrete Gaussian, and of how long they take.</summary>
internal sealed class SoakCommand : Verb
{
    private const int Measurements = 200_000;

    private readonly Option<double> _sigma = new("--sigma")
    {
        Description = $"σ in steps of the grid, {DiscreteGaussianTable.LeastSigma} to {DiscreteGaussianTable.GreatestSigma}.",
        HelpName = "S",
        DefaultValueFactory = _ => 8,
    };

    private readonly Option<long> _samples = new("--samples")
    {
        Description = "How many samples are tested, 1000 to 2^40.",
        HelpName = "N",
        DefaultValueFactory = _ => 1_000_000_000,
    };

    private readonly Option<bool> _timing = new("--timing")
    {
        Description = "Also time the sampler on one core: does the time depend on the sample (Welch's t, as dudect)?",
    };

    public SoakCommand()
        : base(
            "soak",
            "Draws samples of the discrete Gaussian under a fresh key and tests them: chi-square, Kolmogorov-Smirnov, moments, correlations.",
            "fedkernel privacy soak --sigma 8 --samples 1000000000",
            "fedkernel privacy soak --sigma 1000000 --samples 10000000 --timing")
    {
        Options.Add(_sigma);
        Options.Add(_samples);
        Options.Add(_timing);
    }

    protected override int Execute(VerbContext context)
    {
        double sigma = Checked("--sigma", context.Parsed.GetValue(_sigma), DiscreteGaussianTable.LeastSigma, DiscreteGaussianTable.GreatestSigma);
        long samples = (long)Checked("--samples", context.Parsed.GetValue(_samples), 1000, 1L << 40);
        using Device device = context.ChooseDevice().Candidate.Open();
        context.Json.AddDevice(device.Info);
        using SecretKey256 key = SecretKey256.Create();
        IReadOnlyList<FitResult> results = DiscreteGaussianSoak.Run(device, sigma, samples, key);
        foreach (FitResult r in results)
        {
            bool pass = r.PValue >= DiscreteGaussianSoak.Alarm;
            context.Json.Add($"privacy.soak.{r.Name}", r.PValue, "1", DiscreteGaussianSoak.Alarm, "higher", pass);
            Say(context, $"{r.Name,-20} p = {r.PValue:g4}{(pass ? "" : "   ALARM")}");
        }

        double mass = new DiscreteGaussianTable(sigma).FailureMass(samples);
        context.Json.Add("privacy.soak.failure_mass", mass, "1");
        Say(context, $"{samples} samples of σ = {sigma} on {device.Info.Id}; a right sampler alarms with probability {results.Count * DiscreteGaussianSoak.Alarm:g1}.");
        Say(context, $"Proven distance of all of them from the exact law: {mass:g3}.");
        bool constant = !context.Parsed.GetValue(_timing) || Time(context, device, sigma, key);
        return constant && results.All(r => r.PValue >= DiscreteGaussianSoak.Alarm) ? ExitCode.Done : ExitCode.Failed;
    }

    private static bool Time(VerbContext context, Device device, double sigma, SecretKey256 key)
    {
        (double words, double sizes) = SamplerTiming.OfKernel((device as CpuDevice)?.Width, sigma, Measurements, key);
        double control = SamplerTiming.OfExactSampler(sigma, Measurements / 20, key);
        context.Json.Add("privacy.soak.t_fixed_random", words, "1", WelchTest.Finding, "lower", words < WelchTest.Finding);
        context.Json.Add("privacy.soak.t_small_large", sizes, "1", WelchTest.Finding, "lower", sizes < WelchTest.Finding);
        context.Json.Add("privacy.soak.t_exact_sampler", control, "1");
        Say(context, $"Time of 256 samples, largest |t|: fixed against random words {words:f2}, small against large samples {sizes:f2}; a finding from {WelchTest.Finding} on.");
        Say(context, $"The exact sampler, which is not constant-time, for comparison: {control:f1}.");
        return words < WelchTest.Finding && sizes < WelchTest.Finding;
    }

    private static double Checked(string option, double value, double least, double greatest) => value >= least && value <= greatest
        ? value
        : throw new CommandException(ExitCode.WrongArguments, string.Create(
            CultureInfo.InvariantCulture, $"{option} must lie in [{least}, {greatest}]; got {value}."));

    private static void Say(VerbContext context, FormattableString line) =>
        context.Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
