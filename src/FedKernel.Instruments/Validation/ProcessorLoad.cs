// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Instruments.Validation;

/// <summary>Keeps processors busy with memory traffic until it is disposed of.</summary>
internal sealed class ProcessorLoad : IDisposable
{
    private readonly Thread[] _threads;
    private bool _stop;

    public ProcessorLoad(int threads)
    {
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Burn) { IsBackground = true, Priority = ThreadPriority.BelowNormal })];
        Array.ForEach(_threads, t => t.Start());
    }

    public void Dispose()
    {
        Volatile.Write(ref _stop, true);
        Array.ForEach(_threads, t => t.Join());
    }

    private void Burn()
    {
        var memory = new double[1 << 20];
        for (int round = 0; !Volatile.Read(ref _stop); round++)
        {
            for (int i = 0; i < memory.Length; i++)
            {
                memory[i] = (memory[i] * 0.5) + round;
            }
        }
    }
}
