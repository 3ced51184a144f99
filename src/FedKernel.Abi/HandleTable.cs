// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Abi;

/// <summary>
/// Handles of C as numbers that are looked up, with the type checked, and are never given out twice. A GCHandle would be faster
/// and would crash the host on a handle that is stale or was never one.
/// </summary>
internal sealed class HandleTable
{
    // Odd, so that no handle looks like the address of an object, and steps of 16 catch a handle that somebody calculated with.
    private const nint First = 0x4B46_0001;
    private const nint Step = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<nint, object> _entries = [];
    private nint _next = First;

    /// <summary>How many handles are open.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>Gives an object a handle, which owns it.</summary>
    public nint Add<T>(T value)
        where T : class, IDisposable
    {
        lock (_gate)
        {
            nint handle = _next;
            _next += Step;
            _entries.Add(handle, new Shared<T>(value));
            return handle;
        }
    }

    /// <summary>Uses the object behind a handle; the caller disposes of the lease.</summary>
    /// <param name="handle">From C.</param>
    /// <param name="name">What C calls the type.</param>
    /// <exception cref="InvalidHandleException">The handle is closed, of another type, or not from here.</exception>
    public Lease<T> Use<T>(nint handle, string name)
        where T : class, IDisposable
    {
        lock (_gate)
        {
            Shared<T> shared = Find<T>(handle, name);
            // The handle itself is a user, and it is there: this cannot fail under the lock.
            shared.TryAcquire();
            return new Lease<T>(shared);
        }
    }

    /// <summary>Takes a handle back. The object goes with its last user.</summary>
    /// <exception cref="InvalidHandleException">The handle is closed, of another type, or not from here.</exception>
    public void Remove<T>(nint handle, string name)
        where T : class, IDisposable
    {
        Shared<T> shared;
        lock (_gate)
        {
            shared = Find<T>(handle, name);
            _entries.Remove(handle);
        }

        shared.Release();
    }

    private Shared<T> Find<T>(nint handle, string name)
        where T : class, IDisposable
    {
        if (_entries.TryGetValue(handle, out object? entry))
        {
            return entry as Shared<T> ?? throw new InvalidHandleException(
                $"0x{handle:x} is not a handle of {name} but of another type.");
        }

        bool wasOurs = handle >= First && handle < _next && (handle - First) % Step == 0;
        throw new InvalidHandleException(
            handle == 0 ? $"The handle of {name} is NULL."
            : wasOurs ? $"The handle 0x{handle:x} of {name} was closed before."
            : $"0x{handle:x} is not a handle of {name}: this library did not give it out.");
    }
}
