// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Abi;

/// <summary>
/// An object that is disposed of when nobody uses it any more: neither its handle, nor a call that runs, nor another object.
/// So one thread may close a handle while another is in the middle of a kernel.
/// </summary>
internal sealed class Shared<T>(T value)
    where T : class, IDisposable
{
    private int _users = 1;

    public T Value { get; } = value;

    /// <summary>One user more; false if the last has left already.</summary>
    public bool TryAcquire()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>One user less.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Value.Dispose();
        }
    }
}

/// <summary>One use of a shared object, for the length of a call.</summary>
internal readonly ref struct Lease<T>(Shared<T> shared)
    where T : class, IDisposable
{
    public Shared<T> Shared { get; } = shared;

    public T Value => Shared.Value;

    public void Dispose() => Shared.Release();
}
