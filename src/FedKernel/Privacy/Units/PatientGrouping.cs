// SPDX-License-Identifier: Apache-2.0
// User-level clipping · B. McMahan et al., "Learning differentially private recurrent language models", ICLR 2018
// (arXiv 1710.06963): everything that one person contributes is summed first and clipped once.
namespace FedKernel.Privacy.Units;

/// <summary>What clipping per patient did.</summary>
/// <param name="Count">Patients in the sum. Private like the sum.</param>
/// <param name="DroppedCount">Patients that were dropped because a value of theirs is NaN or infinite. Private as well.</param>
public readonly record struct PatientSum(int Count, int DroppedCount);

/// <summary>Which rows belong to which patient. Immutable.</summary>
public sealed class PatientGrouping
{
    private readonly int[] _rows;
    private readonly int[] _starts;
    private readonly string[] _ids;

    /// <summary>Groups rows.</summary>
    /// <param name="patientIds">The patient of each row; rows of one patient need not be neighbours. At least one row.</param>
    /// <exception cref="ArgumentException">A row has no patient.</exception>
    public PatientGrouping(IReadOnlyList<string> patientIds)
    {
        ArgumentNullException.ThrowIfNull(patientIds);
        Throw.IfNotInRange(patientIds.Count, 1, int.MaxValue, "number of rows");
        var patients = new Dictionary<string, int>(StringComparer.Ordinal);
        var patientOf = new int[patientIds.Count];
        for (int r = 0; r < patientOf.Length; r++)
        {
            if (string.IsNullOrWhiteSpace(patientIds[r]))
            {
                // Guessing that it is a patient of its own could split one.
                throw new ArgumentException($"Row {r} has no patient: every row needs one.", nameof(patientIds));
            }

            if (!patients.TryGetValue(patientIds[r], out int patient))
            {
                patients[patientIds[r]] = patient = patients.Count;
            }

            patientOf[r] = patient;
        }

        (_ids, _starts, _rows) = (new string[patients.Count], new int[patients.Count + 1], new int[patientOf.Length]);
        foreach ((string id, int patient) in patients)
        {
            _ids[patient] = id;
        }

        foreach (int patient in patientOf)
        {
            _starts[patient + 1]++;
        }

        for (int p = 0; p < _ids.Length; p++)
        {
            MaximumRows = Math.Max(MaximumRows, _starts[p + 1]);
            _starts[p + 1] += _starts[p];
        }

        int[] next = [.. _starts];
        for (int r = 0; r < patientOf.Length; r++)
        {
            _rows[next[patientOf[r]]++] = r;
        }
    }

    /// <summary>Patients, in the order of their first rows.</summary>
    public int PatientCount => _ids.Length;

    /// <summary>Rows.</summary>
    public int RowCount => _rows.Length;

    /// <summary>Rows of the patient who has most.</summary>
    public int MaximumRows { get; }

    /// <summary>Whether a patient has several rows: then ε of single rows says nothing about patients.</summary>
    public bool HasRepeatedRows => MaximumRows > 1;

    /// <summary>The rows of a patient, ascending.</summary>
    public ReadOnlySpan<int> RowsOf(int patient)
    {
        Throw.IfNotInRange(patient, 0, PatientCount - 1);
        return _rows.AsSpan(_starts[patient].._starts[patient + 1]);
    }

    /// <summary>How the patient was named.</summary>
    public string NameOf(int patient)
    {
        Throw.IfNotInRange(patient, 0, PatientCount - 1);
        return _ids[patient];
    }

    /// <summary>destination += Σ over patients of clip(Σ over their rows of the gradient): each patient moves it by at most C.</summary>
    /// <remarks>
    /// Rows are added in float64 in ascending order, so the result depends on nothing else. The norm is shortened by the error that its own
    /// sum can have. Adding to the destination rounds in float64; add noise before publishing, as always.
    /// </remarks>
    /// <param name="gradients">Row-major: one gradient of d values for each row.</param>
    /// <param name="dimension">d, at least 1.</param>
    /// <param name="clippingBound">C, positive and finite.</param>
    /// <param name="destination">d values.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public PatientSum AddClipped(ReadOnlySpan<float> gradients, int dimension, double clippingBound, Span<double> destination)
    {
        Throw.IfNotInRange(dimension, 1, int.MaxValue);
        Throw.IfNotInRange(clippingBound, 1e-30, 1e30);
        Throw.IfLengthsDiffer((long)RowCount * dimension, gradients.Length, "rows · dimension", nameof(gradients));
        Throw.IfLengthsDiffer(dimension, destination.Length, nameof(dimension), nameof(destination));
        var sum = new double[dimension];
        int count = 0, dropped = 0;
        for (int p = 0; p < PatientCount; p++)
        {
            Array.Clear(sum);
            foreach (int row in RowsOf(p))
            {
                ReadOnlySpan<float> gradient = gradients.Slice(row * dimension, dimension);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += gradient[i];
                }
            }

            double factor = Factor(sum, clippingBound);
            if (double.IsNaN(factor))
            {
                dropped++;
                continue;
            }

            for (int i = 0; i < sum.Length; i++)
            {
                destination[i] += factor * sum[i];
            }

            count++;
        }

        return new PatientSum(count, dropped);
    }

    /// <summary>What brings a vector to a norm of at most C; NaN if it holds NaN or infinity.</summary>
    private static double Factor(ReadOnlySpan<double> x, double bound)
    {
        double squares = 0;
        foreach (double value in x)
        {
            squares += value * value;
        }

        // d additions and the products after them: each at most 2⁻⁵³ of the norm.
        double norm = Math.Sqrt(squares) * (1 + ((x.Length + 8) * Math.ScaleB(1, -53)));
        return double.IsFinite(norm) ? (norm <= bound ? 1 : bound / norm) : double.NaN;
    }
}
