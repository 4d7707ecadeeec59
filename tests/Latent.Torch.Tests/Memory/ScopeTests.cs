namespace Latent.Torch.Tests.Memory;

public sealed class ScopeTests : ScopedTest
{
    [Fact]
    public void A_tensor_without_a_scope_is_refused()
    {
        var e = Assert.Throws<InvalidOperationException>(() => Tensor.Of(1f));
        Assert.Contains("no scope open", e.Message);
        Assert.Contains("TensorScope.Open()", e.Message);
    }

    [Fact]
    public void Use_after_the_scope_names_shape_type_and_operator()
    {
        using var outer = TensorScope.Open();
        Tensor leaked;
        using (TensorScope.Open()) leaked = Tensor.From([1.0, 2, 3, 4, 5, 6], 2, 3).Exp();
        var e = Assert.Throws<ObjectDisposedException>(() => leaked.Shape);
        Assert.Contains("Float64 [2, 3]", e.Message);
        Assert.Contains("aten::exp", e.Message);
        Assert.Contains("scope.Return", e.Message);
        Assert.Equal("Tensor (its scope has ended)", leaked.ToString());
    }

    [Fact]
    public void A_stale_tensor_is_never_mistaken_for_its_successor()
    {
        using var outer = TensorScope.Open();
        Tensor stale;
        using (TensorScope.Open()) stale = Tensor.Of(1f);
        using (TensorScope.Open())
        {
            _ = Tensor.Of(2f); // takes the same slot
            Assert.Throws<ObjectDisposedException>(() => stale.Item<float>());
        }
        Assert.Throws<ObjectDisposedException>(() => stale + 1);
    }

    [Fact]
    public void Returned_tensors_live_in_the_parent_and_die_with_it()
    {
        using var outer = TensorScope.Open();
        Tensor kept, twice, lost;
        using (TensorScope.Open())
        {
            using (var inner = TensorScope.Open())
            {
                lost = Tensor.Of(1f);
                kept = inner.Return(Tensor.Of(2f));
                _ = Tensor.Of(3f);
                twice = inner.Return(inner.Return(Tensor.Of(4f)));
            }
            Assert.Equal(2f, kept.Item<float>());
            Assert.Equal(4f, twice.Item<float>());
            Assert.Equal(2, TensorScope.LiveTensors);
            Assert.Throws<ObjectDisposedException>(() => lost.Shape);
            Assert.Equal(6f, (kept + twice).Item<float>());
        }
        Assert.Throws<ObjectDisposedException>(() => kept.Shape);
        Assert.Equal(0, TensorScope.LiveTensors);
    }

    [Fact]
    public void The_outermost_scope_has_nowhere_to_return_to()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Of(1f);
        try
        {
            scope.Return(x);
            Assert.Fail("Return from the outermost scope must throw.");
        }
        catch (InvalidOperationException e)
        {
            Assert.Contains("no parent", e.Message);
        }
    }

    [Fact]
    public void Replace_keeps_a_sampler_flat()
    {
        using var outer = TensorScope.Open();
        var x = Tensor.Of(1.0);
        var before = TensorScope.LiveTensors;
        for (var step = 0; step < 1000; step++)
        {
            using var scope = TensorScope.Open();
            scope.Replace(ref x, x + 1);
        }
        Assert.Equal(before, TensorScope.LiveTensors);
        Assert.Equal(1001.0, x.Item<double>());
    }

    [Fact]
    public void A_forgotten_scope_is_named_and_the_thread_goes_on()
    {
        using var sane = TensorScope.Open();
        var outer = TensorScope.Open();
        var inner = TensorScope.Open();
        _ = Tensor.Of(1f);
        Assert.Contains("1 inner scopes were still open", Message(outer));
        Assert.Equal(1, TensorScope.OpenScopes);
        Assert.Equal(0, TensorScope.LiveTensors);
        Assert.Contains("has ended before", Message(inner));

        static string Message(TensorScope scope)
        {
            try
            {
                scope.Dispose();
                return "";
            }
            catch (InvalidOperationException e)
            {
                return e.Message;
            }
        }
    }

    [Fact]
    public void Several_results_without_a_scope_are_refused_before_they_are_made()
    {
        Tensor x;
        using var store = new ParameterStore();
        using (TensorScope.Open()) x = store.Init().Parameter("x", [3], Initializers.Zeros);
        Assert.Contains("no scope open", Assert.Throws<InvalidOperationException>(() => x.Sort()).Message);
        Assert.Contains("no scope open", Assert.Throws<InvalidOperationException>(() => x.Unbind()).Message);
    }

    [Fact]
    public void Replace_does_not_pull_a_tensor_inward()
    {
        using var outer = TensorScope.Open();
        var kept = Tensor.Of(1f);
        using var inner = TensorScope.Open();
        var x = Tensor.Of(2f);
        var message = "";
        try
        {
            inner.Replace(ref x, kept);
        }
        catch (InvalidOperationException e)
        {
            message = e.Message;
        }
        Assert.Contains("outer scope already", message);
    }

    [Fact]
    public void Threads_have_arenas_of_their_own_and_can_read_each_others_tensors()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From([1f, 2, 3]);
        var sums = new float[2];
        var threads = Enumerable.Range(0, 2).Select(i => new Thread(() =>
        {
            for (var n = 0; n < 500; n++)
            {
                using var own = TensorScope.Open();
                sums[i] = (x * (i + 1)).Sum().Item<float>();
            }
        })).ToArray();
        foreach (var t in threads) t.Start();
        foreach (var t in threads) t.Join();
        Assert.Equal([6f, 12f], sums);
        Assert.Equal(1, TensorScope.LiveTensors);
    }

    [Fact]
    public void Live_handles_after_step_5_equal_those_after_step_25()
    {
        using var outer = TensorScope.Open();
        var counts = new List<int>();
        for (var n = 0; n < 25; n++)
        {
            using (TensorScope.Open()) _ = Tensor.Zeros([3]).Exp() + 1;
            counts.Add(TensorScope.LiveTensors);
        }
        Assert.Equal(counts[4], counts[24]);
    }
}
