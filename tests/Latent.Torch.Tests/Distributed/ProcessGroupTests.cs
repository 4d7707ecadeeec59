using System.Net;
using System.Net.Sockets;

namespace Latent.Torch.Tests.Distributed;

/// <summary>Ranks are threads here: to c10d that is the same as processes, each with a store connection and sockets of its own.</summary>
public sealed class ProcessGroupTests
{
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static T[] OnRanks<T>(int size, Func<ProcessGroup, T> body)
    {
        var port = FreePort();
        var results = new T[size];
        Exception? failure = null;
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                using var scope = TensorScope.Open();
                using var group = ProcessGroup.Join("gloo", "127.0.0.1", port, rank, size, TimeSpan.FromSeconds(60));
                results[rank] = body(group);
                group.Barrier();
            }
            catch (Exception e)
            {
                failure = e;
            }
        })).ToArray();
        foreach (var t in threads) t.Start();
        foreach (var t in threads) t.Join();
        Assert.Null(failure);
        return results;
    }

    [Fact]
    public void Gloo_sums_averages_and_broadcasts()
    {
        Assert.True(ProcessGroup.IsAvailable("gloo"));
        Assert.False(ProcessGroup.IsAvailable("pigeons"));
        var results = OnRanks(3, group =>
        {
            var x = Tensor.From([1.0 + group.Rank, 10]);
            var mean = Tensor.From([1f + group.Rank]);
            var root = Tensor.From([(long)group.Rank]);
            group.AllReduce(x);
            group.AllReduce(mean, mean: true);
            group.Broadcast(root, root: 2);
            return (x.ToArray<double>(), mean.Item<double>(), root.Item<long>());
        });
        Assert.All(results, r =>
        {
            Assert.Equal([6.0, 30], r.Item1);
            Assert.Equal(2.0, r.Item2);
            Assert.Equal(2L, r.Item3);
        });
    }

    [Fact]
    public void A_missing_rank_becomes_an_exception()
    {
        var e = Assert.Throws<TorchException>(() => ProcessGroup.Join("gloo", "127.0.0.1", FreePort(), 0, 2, TimeSpan.FromSeconds(1)));
        Assert.Contains("Rank 0 of 2 could not join the gloo group at 127.0.0.1", e.Message);
    }

    [Fact]
    public void Bad_ranks_backends_and_variables_are_named()
    {
        Assert.Contains("[0, 2)", Assert.Throws<ArgumentOutOfRangeException>(() => ProcessGroup.Join("gloo", "127.0.0.1", 1, 2, 2)).Message);
        Assert.Contains("no process group backend 'pigeons'", Assert.Throws<TorchException>(() => ProcessGroup.Join("pigeons", "127.0.0.1", FreePort(), 0, 1, TimeSpan.FromSeconds(5))).Message);
        if (Environment.GetEnvironmentVariable("MASTER_ADDR") is null)
            Assert.Contains("MASTER_ADDR is not set", Assert.Throws<InvalidOperationException>(() => ProcessGroup.Join()).Message);
    }
}
