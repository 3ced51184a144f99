// SPDX-License-Identifier: Apache-2.0
// Events as JSON, one object each with its kind in "type". A kind that has no line here is refused both ways; parameters
// out of range the events refuse themselves. Written by hand instead of by attributes: the events know nothing of files, and a
// reader that builds only what it names needs no reflection.
using System.Text.Json;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Ledger;

/// <summary>Privacy events to JSON and back.</summary>
internal static class PrivacyEventJson
{
    /// <summary>How deep events may lie in each other.</summary>
    public const int MaximumDepth = 16;

    /// <exception cref="ArgumentException">An unknown kind, or too deep.</exception>
    public static void Write(Utf8JsonWriter json, PrivacyEvent e, int depth = 1)
    {
        if (depth > MaximumDepth)
        {
            throw new ArgumentException($"Events lie more than {MaximumDepth} deep in each other.", nameof(e));
        }

        json.WriteStartObject();
        switch (e)
        {
            case GaussianEvent gaussian:
                json.WriteString("type", "gaussian");
                json.WriteNumber("noise_multiplier", gaussian.NoiseMultiplier);
                break;
            case LaplaceEvent laplace:
                json.WriteString("type", "laplace");
                json.WriteNumber("noise_multiplier", laplace.NoiseMultiplier);
                break;
            case DiscreteGaussianEvent discrete:
                json.WriteString("type", "discrete_gaussian");
                json.WriteNumber("sigma", discrete.Sigma);
                json.WriteNumber("sensitivity", discrete.Sensitivity);
                json.WriteNumber("failure_mass", discrete.FailureMass);
                break;
            case SkellamEvent skellam:
                json.WriteString("type", "skellam");
                json.WriteNumber("variance", skellam.Variance);
                json.WriteNumber("sensitivity", skellam.Sensitivity);
                json.WriteNumber("sensitivity_l1", skellam.SensitivityL1);
                json.WriteNumber("failure_mass", skellam.FailureMass);
                break;
            case DistributedDiscreteGaussianEvent shared:
                json.WriteString("type", "distributed_discrete_gaussian");
                json.WriteNumber("share_sigma", shared.ShareSigma);
                json.WriteNumber("shares", shared.Shares);
                json.WriteNumber("sensitivity", shared.Sensitivity);
                json.WriteNumber("sensitivity_l1", shared.SensitivityL1);
                json.WriteNumber("dimension", shared.Dimension);
                json.WriteNumber("failure_mass", shared.FailureMass);
                break;
            case ConcentratedEvent concentrated:
                json.WriteString("type", "concentrated");
                json.WriteNumber("rho", concentrated.Rho);
                break;
            case ApproximateEvent approximate:
                json.WriteString("type", "approximate");
                json.WriteNumber("epsilon", approximate.Epsilon);
                json.WriteNumber("delta", approximate.Delta);
                break;
            case PoissonSampledEvent poisson:
                json.WriteString("type", "poisson_sampled");
                json.WriteNumber("sampling_probability", poisson.SamplingProbability);
                WriteInner(json, poisson.Inner, depth);
                break;
            case FixedSizeSampledEvent fixedSize:
                json.WriteString("type", "fixed_size_sampled");
                json.WriteNumber("sample_size", fixedSize.SampleSize);
                json.WriteNumber("dataset_size", fixedSize.DatasetSize);
                WriteInner(json, fixedSize.Inner, depth);
                break;
            case EpochEvent epoch:
                json.WriteString("type", "epoch");
                WriteInner(json, epoch.Inner, depth);
                break;
            case RepeatedEvent repeated:
                json.WriteString("type", "repeated");
                json.WriteNumber("count", repeated.Count);
                WriteInner(json, repeated.Inner, depth);
                break;
            case ComposedEvent composed:
                json.WriteString("type", "composed");
                json.WriteStartArray("parts");
                foreach (PrivacyEvent part in composed.Parts)
                {
                    Write(json, part, depth + 1);
                }

                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"The ledger does not know events of the kind '{e.GetType().Name}'.", nameof(e));
        }

        json.WriteString("relation", e.Relation.ToString());
        json.WriteEndObject();
    }

    /// <summary>Builds an event. What it does not use is found by writing it again: see the caller.</summary>
    public static PrivacyEvent Read(JsonElement json)
    {
        NeighbouringRelation relation = Enum.Parse<NeighbouringRelation>(json.GetProperty("relation").GetString()!);
        return json.GetProperty("type").GetString() switch
        {
            "gaussian" => new GaussianEvent(Number(json, "noise_multiplier"), relation),
            "laplace" => new LaplaceEvent(Number(json, "noise_multiplier"), relation),
            "discrete_gaussian" => new DiscreteGaussianEvent(
                Number(json, "sigma"), Number(json, "sensitivity"), Number(json, "failure_mass"), relation),
            "skellam" => new SkellamEvent(
                Number(json, "variance"), Number(json, "sensitivity"), Number(json, "sensitivity_l1"), Number(json, "failure_mass"), relation),
            "distributed_discrete_gaussian" => new DistributedDiscreteGaussianEvent(
                Number(json, "share_sigma"), json.GetProperty("shares").GetInt32(), Number(json, "sensitivity"),
                Number(json, "sensitivity_l1"), json.GetProperty("dimension").GetInt64(), Number(json, "failure_mass"), relation),
            "concentrated" => new ConcentratedEvent(Number(json, "rho"), relation),
            "approximate" => new ApproximateEvent(Number(json, "epsilon"), Number(json, "delta"), relation),
            "poisson_sampled" => new PoissonSampledEvent(Number(json, "sampling_probability"), Inner(json)),
            "fixed_size_sampled" => new FixedSizeSampledEvent(
                json.GetProperty("sample_size").GetInt64(), json.GetProperty("dataset_size").GetInt64(), Inner(json)),
            "epoch" => new EpochEvent(Inner(json)),
            "repeated" => new RepeatedEvent(Inner(json), json.GetProperty("count").GetInt64()),
            "composed" => new ComposedEvent([.. json.GetProperty("parts").EnumerateArray().Select(Read)]),
            var other => throw new FormatException($"an event of the unknown kind '{other}'"),
        };
    }

    private static void WriteInner(Utf8JsonWriter json, PrivacyEvent inner, int depth)
    {
        json.WritePropertyName("inner");
        Write(json, inner, depth + 1);
    }

    private static PrivacyEvent Inner(JsonElement json) => Read(json.GetProperty("inner"));

    private static double Number(JsonElement json, string name) => json.GetProperty(name).GetDouble();
}
