using System.Collections.Concurrent;
using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed class OpenMpTests
{
    /// <summary>On a thread of its own, so that no other test sees the setting.</summary>
    internal static void With(int threads, Action body)
    {
        Exception? error = null;
        var thread = new Thread(() =>
        {
            OpenMp.Threads = threads;
            error = Record.Exception(body);
        });
        thread.Start();
        thread.Join();
        if (error != null) throw new InvalidOperationException("The body failed.", error);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(2, 5)]
    public void Every_part_runs_once(int threads, int parts) => With(threads, () =>
    {
        var ran = new ConcurrentBag<int>();
        OpenMp.Run(parts, ran.Add);
        Assert.Equal(Enumerable.Range(0, parts), ran.Order());
    });

    [Fact]
    public void The_setting_belongs_to_the_thread() => With(2, () =>
    {
        With(1, () => Assert.Equal(1, OpenMp.Threads));
        Assert.InRange(OpenMp.Threads, 1, 2);
    });

    [Fact]
    public void Work_inside_a_part_has_one_thread_and_may_have_parts_itself() => With(2, () =>
    {
        var inner = new ConcurrentBag<int>();
        OpenMp.Run(2, outer =>
        {
            Assert.Equal(1, OpenMp.Threads);
            OpenMp.Run(2, part => inner.Add(2 * outer + part));
        });
        Assert.Equal([0, 1, 2, 3], inner.Order());
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_error_in_a_part_reaches_the_caller(int parts) => With(2, () =>
    {
        var error = Assert.Throws<FormatException>(() => OpenMp.Run(parts, part =>
        {
            if (part == parts - 1) throw new FormatException("seven");
        }));
        Assert.Equal("seven", error.Message);
    });

    [Fact]
    public void A_number_of_threads_is_positive() => Assert.Throws<ArgumentOutOfRangeException>(() => OpenMp.Threads = 0);
}
