// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Training.Studies;

/// <summary>Where the features' scaling comes from.</summary>
public enum CurveScaling
{
    /// <summary>Clinical reference values: it looks at nobody, so that ε covers the whole training.</summary>
    PublicConstants,

    /// <summary>FLamby's: each centre by its own training patients. ε does not cover that, there or here.</summary>
    PerCentre,
}

/// <summary>One training of a point.</summary>
/// <param name="PerCentre">Accuracy on the test patients of each centre.</param>
public sealed record CurveRun(IReadOnlyList<double> PerCentre)
{
    /// <summary>Accuracy, each centre counting the same: FLamby's figure.</summary>
    public double MeanOfCentres => PerCentre.Average();
}

/// <summary>One ε.</summary>
/// <param name="Scaling">Which curve.</param>
/// <param name="Epsilon">What was asked for; ∞ for no privacy.</param>
/// <param name="Accounted">ε of all that was released, at δ; null for no privacy.</param>
/// <param name="NoiseMultiplier">z of each step; 0 for no privacy.</param>
/// <param name="Runs">The trainings.</param>
public sealed record CurvePoint(
    CurveScaling Scaling, double Epsilon, PrivacyBracket? Accounted, double NoiseMultiplier, IReadOnlyList<CurveRun> Runs)
{
    /// <summary>Mean over the trainings.</summary>
    public double Accuracy => Runs.Average(r => r.MeanOfCentres);

    /// <summary>Standard deviation over the trainings (n − 1); 0 for one training.</summary>
    public double Deviation => Runs.Count < 2 ? 0 : Math.Sqrt(Runs.Sum(r => Math.Pow(r.MeanOfCentres - Accuracy, 2)) / (Runs.Count - 1));
}

/// <summary>Both curves.</summary>
/// <param name="DeviceName">What really computed.</param>
/// <param name="CentreNames">The hospitals.</param>
/// <param name="Delta">δ of every point.</param>
/// <param name="Protocol">How was trained, for people.</param>
/// <param name="Points">Every point, by scaling and rising ε.</param>
public sealed record PrivacyCurveReport(
    string DeviceName, IReadOnlyList<string> CentreNames, double Delta, string Protocol, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>What every statement of ε here leaves out.</summary>
    public const string NotCovered =
        "Not covered by ε: test patients and their scores; the choice of the constants, which were fixed once on this public table "
        + "with test scores in sight; the number of patients, which is public; with per-centre scaling, the scaling.";

    /// <summary>The figures, under names that stay.</summary>
    public IReadOnlyList<StudyMeasure> Measures => [.. Points.SelectMany(MeasuresOf)];

    /// <summary>The points of a curve.</summary>
    public IReadOnlyList<CurvePoint> Curve(CurveScaling scaling) => [.. Points.Where(p => p.Scaling == scaling)];

    /// <summary>The stem of a point's names in <see cref="Measures"/>.</summary>
    public static string NameOf(CurvePoint point)
    {
        ArgumentNullException.ThrowIfNull(point);
        string scaling = point.Scaling == CurveScaling.PublicConstants ? "public" : "per_centre";
        string epsilon = double.IsInfinity(point.Epsilon) ? "inf" : point.Epsilon.ToString(CultureInfo.InvariantCulture);
        return $"heart_dp.{scaling}_scaling_epsilon_{epsilon}";
    }

    private static IEnumerable<StudyMeasure> MeasuresOf(CurvePoint point)
    {
        string name = NameOf(point);
        yield return new StudyMeasure($"{name}.accuracy_mean_of_centres", point.Accuracy, "1");
        yield return new StudyMeasure($"{name}.accuracy_deviation", point.Deviation, "1");
        if (point.Accounted is { } epsilon)
        {
            yield return new StudyMeasure($"{name}.accounted_lower", epsilon.Lower, "nat");
            yield return new StudyMeasure($"{name}.accounted_upper", epsilon.Upper, "nat");
            yield return new StudyMeasure($"{name}.noise_multiplier", point.NoiseMultiplier, "1");
        }
    }
}
