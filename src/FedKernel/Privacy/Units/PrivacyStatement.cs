// SPDX-License-Identifier: Apache-2.0
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Units;

/// <summary>A sentence about ε that names whom it protects, and cannot be made if the run does not support it.</summary>
/// <remarks>
/// <para><b>What follows from what.</b> The unit that was clipped may be claimed. Patients may be claimed from clipped rows only if each
/// is known to have one row. Rows may be claimed from clipped patients or clients for replace-one only: a row less turns one patient into
/// another, which add-or-remove-one does not cover. Patients do not follow from clients, because a patient may be at two of them.</para>
/// </remarks>
public sealed record PrivacyStatement
{
    private PrivacyStatement(PrivacyUnit unit, NeighbouringRelation relation, PrivacyBracket epsilon, double delta) =>
        (Unit, Relation, Epsilon, Delta) = (unit, relation, epsilon, delta);

    /// <summary>Whose presence is hidden.</summary>
    public PrivacyUnit Unit { get; }

    /// <summary>Which data sets are neighbours.</summary>
    public NeighbouringRelation Relation { get; }

    /// <summary>ε at δ; the upper end is the promise.</summary>
    public PrivacyBracket Epsilon { get; }

    /// <summary>δ.</summary>
    public double Delta { get; }

    /// <summary>Makes the statement, or says why it would not be true.</summary>
    /// <param name="claimed">Whom it shall be about.</param>
    /// <param name="clipped">What was clipped as one contribution.</param>
    /// <param name="rows">Who the rows belong to, if known; null if not.</param>
    /// <param name="history">Everything that was released.</param>
    /// <param name="delta">0 &lt; δ &lt; 1.</param>
    /// <exception cref="ArgumentException">The run does not support the claim, or no accountant knows the history.</exception>
    public static PrivacyStatement Create(
        PrivacyUnit claimed, PrivacyUnit clipped, PatientGrouping? rows, PrivacyEvent history, double delta)
    {
        ArgumentNullException.ThrowIfNull(history);
        Throw.IfNotInRange((int)claimed, 0, 2, nameof(claimed));
        Throw.IfNotInRange((int)clipped, 0, 2, nameof(clipped));
        if (Objection(claimed, clipped, rows, history.Relation) is { } objection)
        {
            throw new ArgumentException($"This ε is not {Level(claimed)}: {objection}", nameof(claimed));
        }

        return new PrivacyStatement(claimed, history.Relation, PrivacyAccountant.Epsilon(history, delta), delta);
    }

    /// <summary>(ε = 1.2 to 1.3, δ = 1E-05), patient-level, add or remove one.</summary>
    public override string ToString()
    {
        string lower = Epsilon.Lower == Epsilon.Upper ? "" : FormattableString.Invariant($"{Epsilon.Lower:G6} to ");
        string relation = Relation == NeighbouringRelation.ReplaceOne ? "replace one" : "add or remove one";
        return FormattableString.Invariant($"(ε = {lower}{Epsilon.Upper:G6}, δ = {Delta:G6}), {Level(Unit)}, {relation}");
    }

    private static string? Objection(PrivacyUnit claimed, PrivacyUnit clipped, PatientGrouping? rows, NeighbouringRelation relation)
    {
        if (claimed == clipped)
        {
            return null;
        }

        return (claimed, clipped) switch
        {
            (PrivacyUnit.Patient, PrivacyUnit.Example) when rows is null =>
                "rows were clipped one by one and nobody said whose they are. Give the patient of each row.",
            (PrivacyUnit.Patient, PrivacyUnit.Example) when rows.HasRepeatedRows =>
                $"rows were clipped one by one, and a patient has {rows.MaximumRows} of them ({rows.RowCount} rows, {rows.PatientCount} "
                + "patients). Group the rows of each patient before clipping.",
            (PrivacyUnit.Patient, PrivacyUnit.Example) => null,
            (PrivacyUnit.Patient, PrivacyUnit.Client) => "a patient may have rows at two clients. Claim the client, or group by patient.",
            (PrivacyUnit.Example, _) => relation == NeighbouringRelation.ReplaceOne
                ? null
                : $"a row less changes what its {(clipped == PrivacyUnit.Patient ? "patient" : "client")} contributes instead of "
                    + "removing it. Use replace-one, or claim the unit that was clipped.",
            _ => $"what was clipped as one is {(clipped == PrivacyUnit.Patient ? "a patient" : "a row")}, and a client holds many.",
        };
    }

    private static string Level(PrivacyUnit unit) => unit switch
    {
        PrivacyUnit.Example => "example-level",
        PrivacyUnit.Patient => "patient-level",
        _ => "client-level",
    };
}
