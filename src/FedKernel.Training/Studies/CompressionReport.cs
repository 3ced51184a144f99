// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Studies;

/// <summary>One round of one training.</summary>
/// <param name="Accuracy">Of the model after it, on the test images.</param>
/// <param name="UplinkBytes">Length of all clients' messages, envelopes included.</param>
/// <param name="DownlinkBytes">Length of all invitations.</param>
public readonly record struct CompressionRound(double Accuracy, long UplinkBytes, long DownlinkBytes);

/// <summary>One training.</summary>
/// <param name="Seed">Which.</param>
/// <param name="Rounds">Every round.</param>
public sealed record CompressionRun(ulong Seed, IReadOnlyList<CompressionRound> Rounds)
{
    /// <summary>Accuracy after the last round.</summary>
    public double Accuracy => Rounds[^1].Accuracy;
}

/// <summary>One way of sending updates.</summary>
/// <param name="Name">The pipeline's text; <see cref="Dense"/> for float32 as it is.</param>
/// <param name="ClientCount">Clients of each round.</param>
/// <param name="Runs">The trainings, seed by seed.</param>
public sealed record CompressionArm(string Name, int ClientCount, IReadOnlyList<CompressionRun> Runs)
{
    /// <summary>Name of the arm that compresses nothing.</summary>
    public const string Dense = "dense";

    /// <summary>Mean over the seeds of the accuracy after the last round.</summary>
    public double Accuracy => Runs.Average(r => r.Accuracy);

    /// <summary>Its standard deviation over the seeds (n − 1); 0 for one.</summary>
    public double Deviation => Runs.Count < 2 ? 0 : Math.Sqrt(Runs.Sum(r => Math.Pow(r.Accuracy - Accuracy, 2)) / (Runs.Count - 1));

    /// <summary>Bytes that a client sends in a round, mean over clients, rounds and seeds.</summary>
    public double UplinkBytes => Runs.Average(r => r.Rounds.Average(x => (double)x.UplinkBytes)) / ClientCount;

    /// <summary>Bytes that a client receives in a round.</summary>
    public double DownlinkBytes => Runs.Average(r => r.Rounds.Average(x => (double)x.DownlinkBytes)) / ClientCount;

    /// <summary>After each round: bytes that a client has sent so far, and accuracy; means over clients and seeds.</summary>
    public IReadOnlyList<(double SentBytes, double Accuracy)> Curve
    {
        get
        {
            double sent = 0;
            return [.. Enumerable.Range(0, Runs[0].Rounds.Count).Select(t => (
                sent += Runs.Average(r => (double)r.Rounds[t].UplinkBytes) / ClientCount, Runs.Average(r => r.Rounds[t].Accuracy)))];
        }
    }
}

/// <summary>What compression cost and saved in one study.</summary>
/// <param name="Name">Name of the study.</param>
/// <param name="Citation">Where the data comes from, and its licence.</param>
/// <param name="DeviceName">What held models and updates.</param>
/// <param name="Protocol">How was trained, for people.</param>
/// <param name="ParameterCount">Parameters of the model.</param>
/// <param name="Arms">Dense first, then each pipeline.</param>
public sealed record CompressionReport(
    string Name, string Citation, string DeviceName, string Protocol, long ParameterCount, IReadOnlyList<CompressionArm> Arms)
{
    /// <summary>How many times fewer bytes a client of that arm sends than one without compression.</summary>
    public double Ratio(CompressionArm arm)
    {
        ArgumentNullException.ThrowIfNull(arm);
        return Arms[0].UplinkBytes / arm.UplinkBytes;
    }

    /// <summary>Points of accuracy lost, in hundredths: mean of the dense arm − mean of that arm. Below 0 if it is better.</summary>
    public double PointsLost(CompressionArm arm)
    {
        ArgumentNullException.ThrowIfNull(arm);
        return 100 * (Arms[0].Accuracy - arm.Accuracy);
    }
}
