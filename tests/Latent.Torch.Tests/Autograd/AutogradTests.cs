namespace Latent.Torch.Tests.Autograd;

using Autograd = Latent.Torch.Autograd;

public sealed class AutogradTests : ScopedTest
{
    private static Tensor Leaf(params double[] values)
    {
        var x = Tensor.From(values);
        x.RequiresGrad = true;
        return x;
    }

    /// <summary>Σ x² by hand, over raw memory.</summary>
    private static Tensor SumOfSquares(Tensor x)
    {
        var sum = 0.0;
        foreach (var v in x.AsSpan<double>()) sum += v * v;
        var y = Tensor.Of(sum);
        Autograd.Attach("SumOfSquares", [x], [y], [x], context =>
        {
            var values = context.Saved(0).AsSpan<double>();
            var g = context.OutputGradient(0)!.Item<double>();
            var gradient = Tensor.Uninitialized([values.Length], ElementType.Float64);
            var into = gradient.AsSpan<double>();
            for (var i = 0; i < values.Length; i++) into[i] = 2 * values[i] * g;
            context.Set(0, gradient);
        });
        return y;
    }

    [Fact]
    public void Backward_accumulates_on_leaves() => Scoped(() =>
    {
        var x = Leaf(1, 2, 3);
        (x * x).Sum().Backward();
        Assert.Equal([2.0, 4, 6], x.Grad!.ToArray<double>());
        (x * 10).Sum().Backward();
        Assert.Equal([12.0, 14, 16], x.Grad!.ToArray<double>());
        x.Grad = null;
        Assert.Null(x.Grad);
    });

    [Fact]
    public void Grad_differentiates_twice() => Scoped(() =>
    {
        var x = Leaf(2);
        var first = Autograd.Grad(x.Pow(3).Sum(), [x], createGraph: true)[0];
        Assert.Equal(12.0, first.Item<double>());
        var second = Autograd.Grad(first.Sum(), [x])[0];
        Assert.Equal(12.0, second.Item<double>());
    });

    [Fact]
    public void No_grad_and_inference_stop_recording() => Scoped(() =>
    {
        var x = Leaf(2);
        using (Autograd.NoGrad())
        {
            Assert.False(Autograd.IsRecording);
            Assert.False((x * 2).RequiresGrad);
        }
        using (Autograd.Inference())
        {
            Assert.False((x * 2).RequiresGrad);
        }
        Assert.True(Autograd.IsRecording);
        Assert.True((x * 2).RequiresGrad);
    });

    [Fact]
    public void A_node_written_in_CSharp_has_the_exact_gradient() => Scoped(() =>
    {
        var x = Leaf(1, -2, 3);
        var y = SumOfSquares(x) * 0.5;
        y.Backward();
        Assert.Equal([1.0, -2, 3], x.Grad!.ToArray<double>());
        Assert.True(Derivatives.GradientDeviation(i => SumOfSquares(i[0]), Tensor.From([0.3, -1.7, 2.0])) < 1e-7);
    });

    [Fact]
    public void A_wrong_gradient_is_seen_by_the_check() => Scoped(() =>
    {
        Assert.True(Derivatives.GradientDeviation(i => Attached(i[0]), Tensor.From([0.3])) > 1e-3);

        static Tensor Attached(Tensor x)
        {
            Tensor y;
            using (Autograd.NoGrad()) y = x.Exp();
            Autograd.Attach("Wrong", [x], [y], [y], c => c.Set(0, c.Saved(0) * 1.01 * c.OutputGradient(0)!));
            return y;
        }
    });

    [Fact]
    public void A_hand_written_gradient_refuses_to_be_differentiated_again() => Scoped(() =>
    {
        var x = Leaf(1, 2);
        var e = Assert.Throws<TorchException>(() => Autograd.Grad(SumOfSquares(x), [x], createGraph: true));
        Assert.Contains("SumOfSquares", e.Message);
        Assert.Contains("composite", e.Message);
    });

    [Fact]
    public void An_exception_in_backward_reaches_the_caller_with_its_cause() => Scoped(() =>
    {
        var x = Leaf(1);
        Tensor y;
        using (Autograd.NoGrad()) y = x * 2;
        Autograd.Attach("Failing", [x], [y], [], _ => throw new InvalidDataException("no such luck"));
        var e = Assert.Throws<TorchException>(() => y.Sum().Backward());
        Assert.Contains("no such luck", e.Message);
        Assert.IsType<InvalidDataException>(e.InnerException);
    });

    [Fact]
    public void A_node_that_is_used_wrongly_says_so() => Scoped(() =>
    {
        var x = Leaf(1);
        Tensor Node(Backward backward)
        {
            Tensor y;
            using (Autograd.NoGrad()) y = x * 2;
            Autograd.Attach("Node", [x], [y], [], backward);
            return y.Sum();
        }
        Assert.Contains("The node has 1 inputs", Assert.Throws<TorchException>(() => Node(c => c.Needs(5)).Backward()).Message);
        Node(c =>
        {
            c.Set(0, Tensor.From([7.0]));
            c.Set(0, Tensor.From([8.0]));
        }).Backward();
        Assert.Equal(8.0, x.Grad!.Item<double>());
        Assert.Contains("cannot carry a gradient", Assert.Throws<ArgumentException>(() => Autograd.Attach("Node", [x], [Tensor.From([1L])], [], _ => { })).Message);
    });

    [Fact]
    public void Changing_what_backward_needs_is_detected() => Scoped(() =>
    {
        var x = Leaf(1, 2);
        var h = x * 3;
        var y = SumOfSquares(h);
        using (Autograd.NoGrad()) h.MulInPlace(2);
        var e = Assert.Throws<TorchException>(() => y.Backward());
        Assert.Contains("modified by an inplace operation", e.Message);
    });

    [Fact]
    public void Jacobian_of_a_linear_map_is_its_matrix() => Scoped(() =>
    {
        var a = Tensor.From([1.0, 2, 3, 4, 5, 6], 2, 3);
        var j = Derivatives.Jacobian(x => a.MatMul(x), Tensor.From([0.1, 0.2, 0.3]));
        Assert.Equal(a.ToArray<double>(), j.ToArray<double>());
    });

    [Fact]
    public void Autocast_runs_products_in_bfloat16() => Scoped(() =>
    {
        var a = Tensor.Ones([5, 3]);
        using (Autograd.Autocast()) Assert.Equal(ElementType.BFloat16, a.MatMul(a.T()).ElementType);
        Assert.Equal(ElementType.Float32, a.MatMul(a.T()).ElementType);
    });

    [Fact]
    public void Nodes_release_their_state() => Scoped(() =>
    {
        var alive = Make();
        for (var i = 0; i < 20 && alive.IsAlive; i++)
        {
#pragma warning disable RS0030 // the point is to see that nothing else holds it
            GC.Collect();
#pragma warning restore RS0030
        }
        Assert.False(alive.IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Make()
        {
            using var scope = TensorScope.Open();
            var marker = new object();
            var x = Leaf(1);
            var y = Tensor.Of(1.0);
            Autograd.Attach("Marked", [x], [y], [], _ => GC.KeepAlive(marker));
            return new WeakReference(marker);
        }
    });
}
