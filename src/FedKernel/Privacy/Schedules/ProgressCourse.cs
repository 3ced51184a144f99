// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Schedules;

/// <summary>Which level the scores have led to: the one rule that the worst case and the real course both follow.</summary>
internal sealed class ProgressCourse(ProgressSchedule plan)
{
    private double _best = double.NegativeInfinity;
    private int _disappointments;
    private int _level;

    public double NoiseMultiplier => plan.Levels[_level];

    public void Observe(double score)
    {
        // The first score has nothing to be compared with and is an improvement: the same in every course.
        if (score > _best + plan.LeastImprovement)
        {
            (_best, _disappointments) = (score, 0);
        }
        else if (++_disappointments == plan.Patience)
        {
            _disappointments = 0;
            _level = Math.Min(_level + 1, plan.Levels.Count - 1);
        }
    }
}
