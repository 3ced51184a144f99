// SPDX-License-Identifier: Apache-2.0
using FedKernel.Abi;
using Xunit;

namespace FedKernel.Tests.Abi;

public sealed class HandleTableTests
{
    [Fact]
    public void Use_OpenHandle_GivesTheObject()
    {
        var table = new HandleTable();
        using var thing = new Thing();
        nint handle = table.Add(thing);
        using Lease<Thing> lease = table.Use<Thing>(handle, "thing");
        Assert.Same(thing, lease.Value);
    }

    [Fact]
    public void Use_ClosedForeignMistypedOrNull_SaysWhich()
    {
        var table = new HandleTable();
        nint open = table.Add(new Thing()), closed = table.Add(new Thing());
        table.Remove<Thing>(closed, "thing");
        AssertRefused(() => table.Remove<Thing>(closed, "thing"), "closed before");
        AssertRefused(() => table.Remove<Thing>(open + 1, "thing"), "did not give it out");
        AssertRefused(() => table.Remove<Thing>(-1, "thing"), "did not give it out");
        AssertRefused(() => table.Remove<Thing>(0, "thing"), "NULL");
        AssertRefused(() => table.Remove<MemoryStream>(open, "stream"), "another type");
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Add_AfterRemove_NeverGivesAHandleTwice()
    {
        var table = new HandleTable();
        var seen = new HashSet<nint>();
        for (int i = 0; i < 1000; i++)
        {
            nint handle = table.Add(new Thing());
            Assert.True(seen.Add(handle));
            table.Remove<Thing>(handle, "thing");
        }
    }

    [Fact]
    public void Remove_WhileInUse_DisposesWithTheLastUser()
    {
        var table = new HandleTable();
        var thing = new Thing();
        nint handle = table.Add(thing);
        using (table.Use<Thing>(handle, "thing"))
        {
            table.Remove<Thing>(handle, "thing");
            Assert.Equal(0, thing.Disposals);
        }

        Assert.Equal(1, thing.Disposals);
    }

    [Fact]
    public void TryAcquire_AfterTheLastUser_Fails()
    {
        var shared = new Shared<Thing>(new Thing());
        Assert.True(shared.TryAcquire());
        shared.Release();
        shared.Release();
        Assert.False(shared.TryAcquire());
        Assert.Equal(1, shared.Value.Disposals);
    }

    [Fact]
    public async Task UseAndRemove_FromManyThreads_DisposesOnceAndNeverInUse()
    {
        var table = new HandleTable();
        for (int round = 0; round < 200; round++)
        {
            var thing = new Thing();
            nint handle = table.Add(thing);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(
                () =>
                {
                    try
                    {
                        if (n == 0)
                        {
                            table.Remove<Thing>(handle, "thing");
                            return;
                        }

                        using Lease<Thing> lease = table.Use<Thing>(handle, "thing");
                        Assert.Equal(0, lease.Value.Disposals);
                    }
                    catch (InvalidHandleException)
                    {
                        // Too late: the other thread had closed it.
                    }
                },
                TestContext.Current.CancellationToken)));
            Assert.Equal(1, thing.Disposals);
        }
    }

    private static void AssertRefused(Action call, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidHandleException>(call).Message, StringComparison.Ordinal);

    private sealed class Thing : IDisposable
    {
        private int _disposals;

        public int Disposals => Volatile.Read(ref _disposals);

        public void Dispose() => Interlocked.Increment(ref _disposals);
    }
}
