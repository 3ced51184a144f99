// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Validation.Session;

/// <summary>The results of a device, one for each check: a soak asks again and again, and what is worst stays.</summary>
internal sealed class ResultSet(Action<CheckResult> onResult)
{
    private static readonly Verdict[] _worstFirst =
        [Verdict.Fail, Verdict.Timeout, Verdict.Error, Verdict.Perf, Verdict.Inconclusive, Verdict.Pass, Verdict.Skip];

    private readonly List<CheckResult> _results = [];

    public IReadOnlyList<CheckResult> All => _results;

    public bool Has(string id) => _results.Any(r => r.Id == id);

    public void Add(CheckResult result)
    {
        int known = _results.FindIndex(r => r.Id == result.Id);
        if (known < 0)
        {
            _results.Add(result);
        }
        else
        {
            CheckResult before = _results[known];
            CheckResult worse = Array.IndexOf(_worstFirst, before.Verdict) <= Array.IndexOf(_worstFirst, result.Verdict) ? before : result;
            _results[known] = worse with
            {
                WorkDone = before.WorkDone + result.WorkDone,
                Seconds = before.Seconds + result.Seconds,
            };
        }

        onResult(result);
    }
}
