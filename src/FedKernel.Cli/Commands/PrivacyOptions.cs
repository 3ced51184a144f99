// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using FedKernel.Instruments.Verbs;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Cli.Commands;

/// <summary>The numbers that questions about privacy are made of, their ranges, and the history that they describe.</summary>
internal sealed class PrivacyOptions
{
    public const double LeastNoise = 1e-3, MostNoise = 1e6;
    public const double LeastProbability = 1e-300;
    public const long MostSteps = 1_000_000_000;
    private const int MostInAList = 10_000;

    private static readonly string[] _relations = ["add-or-remove", "replace"];

    public Option<double?> NoiseMultiplier { get; } = new("--noise-multiplier")
    {
        Description = "σ over the sensitivity for the relation: over C for add-or-remove, over 2C for replace.",
        HelpName = "Z",
    };

    public Option<string?> Layers { get; } = new("--layers")
    {
        Description = "Instead of --noise-multiplier: z of each layer, clipped on its own; together they are one release.",
        HelpName = "Z,Z,...",
    };

    public Option<string?> Schedule { get; } = new("--schedule")
    {
        Description = "Instead of --noise-multiplier and --steps: z of each round, fixed before the first.",
        HelpName = "Z,Z,...",
    };

    public Option<double> SamplingProbability { get; } = new("--sampling-probability")
    {
        Description = "Probability of each record's own coin to be in a batch.",
        HelpName = "Q",
        DefaultValueFactory = _ => 1,
    };

    public Option<long?> Steps { get; } = new("--steps")
    {
        Description = "Number of noisy releases: rounds, or steps of all rounds.",
        HelpName = "T",
    };

    public Option<double> Delta { get; } = new("--delta")
    {
        Description = "δ, well below 1 / records.",
        HelpName = "D",
        DefaultValueFactory = _ => 1e-5,
    };

    public Option<double?> Epsilon { get; } = new("--epsilon")
    {
        Description = "ε to stay at or below.",
        HelpName = "E",
    };

    public Option<string> Relation { get; } = new("--relation")
    {
        Description = "Neighbours: add-or-remove one record, or replace one by another.",
        DefaultValueFactory = _ => _relations[0],
    };

    public Option<string> Unit { get; } = new("--unit")
    {
        Description = "What a record is: example, patient (all rows grouped before clipping) or client.",
        DefaultValueFactory = _ => "example",
    };

    public Option<FileInfo?> Plot { get; } = new("--plot")
    {
        Description = "Also draw ε over the rounds, both ends of the bracket, as .svg.",
        HelpName = "FILE.svg",
    };

    public PrivacyOptions()
    {
        Relation.AcceptOnlyFromAmong(_relations);
        Unit.AcceptOnlyFromAmong("example", "patient", "client");
    }

    public double Noise(VerbContext context) =>
        Required(context, NoiseMultiplier, z => z >= LeastNoise && z <= MostNoise, $"[{LeastNoise}, {MostNoise}]");

    /// <summary>The numbers of a list; null if the option was not given.</summary>
    public static IReadOnlyList<double>? List(VerbContext context, Option<string?> option)
    {
        if (context.Parsed.GetValue(option) is not string text)
        {
            return null;
        }

        string[] parts = text.Split(',');
        if (parts.Length > MostInAList)
        {
            throw new CommandException(ExitCode.WrongArguments, $"{option.Name} takes 1 to {MostInAList} numbers; got {parts.Length}.");
        }

        return [.. parts.Select(p => Checked(
            option.Name,
            double.TryParse(p, NumberStyles.Float, CultureInfo.InvariantCulture, out double z) ? z : double.NaN,
            z => z >= LeastNoise && z <= MostNoise,
            $"[{LeastNoise}, {MostNoise}], numbers with commas between them"))];
    }

    public long StepCount(VerbContext context) =>
        (long)Required(context, Steps, t => t >= 1 && t <= MostSteps, $"[1, {MostSteps}]");

    public double TargetEpsilon(VerbContext context) => Required(context, Epsilon, e => e is > 0 and <= 1e6, "(0, 1000000]");

    public double Probability(VerbContext context) =>
        Checked(SamplingProbability.Name, context.Parsed.GetValue(SamplingProbability), q => q >= LeastProbability && q <= 1, $"[{LeastProbability}, 1]");

    public double DeltaOf(VerbContext context) =>
        Checked(Delta.Name, context.Parsed.GetValue(Delta), d => d is > 0 and < 1, "(0, 1)");

    public NeighbouringRelation RelationOf(VerbContext context) =>
        context.Parsed.GetValue(Relation) == _relations[0] ? NeighbouringRelation.AddOrRemoveOne : NeighbouringRelation.ReplaceOne;

    public string UnitOf(VerbContext context) => context.Parsed.GetValue(Unit)!;

    /// <summary>Where the plot goes; null if none is asked for. Told before the work.</summary>
    public string? PlotPath(VerbContext context)
    {
        string? path = context.Parsed.GetValue(Plot)?.FullName;
        return path is null || (path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase) && Directory.Exists(Path.GetDirectoryName(path)))
            ? path
            : throw new CommandException(ExitCode.WrongArguments, $"--plot takes an .svg file in a folder that exists; got '{path}'.");
    }

    /// <summary>T releases with Gaussian noise about Poisson batches.</summary>
    public static PrivacyEvent History(double noise, double probability, long steps, NeighbouringRelation relation)
    {
        var release = new GaussianEvent(noise, relation);
        return new RepeatedEvent(probability == 1 ? release : new PoissonSampledEvent(probability, release), steps);
    }

    /// <summary>A contradiction between methods is a fault of ours: one line, not a stack trace.</summary>
    public static T Accounted<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Failed, e.Message);
        }
    }

    private static double Required<T>(VerbContext context, Option<T> option, Func<double, bool> isAllowed, string range) =>
        context.Parsed.GetValue(option) is { } value
            ? Checked(option.Name, Convert.ToDouble(value, CultureInfo.InvariantCulture), isAllowed, range)
            : throw new CommandException(ExitCode.WrongArguments, $"{option.Name} is needed here, in {range}.");

    private static double Checked(string name, double value, Func<double, bool> isAllowed, string range) => isAllowed(value)
        ? value
        : throw new CommandException(
            ExitCode.WrongArguments, string.Create(CultureInfo.InvariantCulture, $"{name} must lie in {range}; got {value}."));
}
