// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Devices.Validation;

/// <summary>The nearest level of a symmetric book and the level of a code, against a plain search.</summary>
internal sealed class LevelsCase() : KernelCase("levels", "special", 0, typeof(Device))
{
    public override void Run(KernelTrial trial)
    {
        for (int m = 0; m <= 7; m++)
        {
            // Magnitudes (k + ½) / 2^m · 3, so that boundaries are hit exactly too.
            float[] magnitudes = [.. Enumerable.Range(0, 1 << m).Select(k => 3 * (k + 0.5f) / (1 << m))];
            float[] boundaries = [.. Enumerable.Range(1, (1 << m) - 1).Select(k => 3f * k / (1 << m))];
            float[] x = trial.AnyValues(m);
            for (int i = 0; i < x.Length; i += 5)
            {
                x[i] = boundaries.Length > 0 ? boundaries[i % boundaries.Length] : x[i];
            }

            uint[] codes = Array.ConvertAll(x, v => (uint)(boundaries.Count(b => !(b > Math.Abs(v))) + (v < 0 ? magnitudes.Length : 0)));
            float[] levels = Array.ConvertAll(codes, c => c < magnitudes.Length ? magnitudes[c] : -magnitudes[c - magnitudes.Length]);
            using GuardedBuffer<float> source = trial.Place<float>(x, 1);
            using GuardedBuffer<uint> found = trial.Destination<uint>(x.Length, 2);
            using GuardedBuffer<float> taken = trial.Destination<float>(x.Length, 3);
            using GuardedBuffer<float> edges = trial.Place<float>(boundaries, 4);
            using GuardedBuffer<float> book = trial.Place<float>(magnitudes, 5);
            trial.Device.FindLevels(source.Window, edges.Window, found.Window);
            trial.Compare(codes, found, i => $"({KernelTrial.Hex(x[i])}) among {magnitudes.Length} magnitudes");
            trial.RequireUnchanged(x, source);
            trial.Device.TakeLevels(found.Window, book.Window, taken.Window);
            trial.Compare(levels, taken, i => $"code {codes[i]} of {magnitudes.Length} magnitudes");
        }
    }
}
