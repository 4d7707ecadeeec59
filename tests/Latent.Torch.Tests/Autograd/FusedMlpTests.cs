namespace Latent.Torch.Tests.Autograd;

using Autograd = Latent.Torch.Autograd;

public sealed class FusedMlpTests : ScopedTest
{
    public static TheoryData<Activation> Activations => new(Enum.GetValues<Activation>());

    private static Tensor[] Inputs(ElementType type, bool bias = true)
    {
        var rng = new Rng(7);
        Tensor Make(string name, params long[] shape)
        {
            var t = rng.Fork(name).Normal(shape, type);
            t.RequiresGrad = true;
            return t;
        }
        return bias
            ? [Make("x", 7, 5), Make("w1", 11, 5), Make("b1", 11), Make("w2", 3, 11), Make("b2", 3)]
            : [Make("x", 7, 5), Make("w1", 11, 5), Make("w2", 3, 11)];
    }

    private static DenseWeights[] Layers(Tensor[] inputs, Activation hidden, Activation output) => inputs.Length == 5
        ? [new(inputs[1], inputs[2], hidden), new(inputs[3], inputs[4], output)]
        : [new(inputs[1], null, hidden), new(inputs[2], null, output)];

    [Theory]
    [MemberData(nameof(Activations))]
    public void Gradients_are_right_with_every_activation_and_for_every_input(Activation activation) => Scoped(() =>
    {
        foreach (var bias in new[] { true, false })
        {
            var deviation = Derivatives.GradientDeviation(i => FusedMlp.Apply(i[0], Layers(i, activation, activation)), Inputs(ElementType.Float64, bias));
            Assert.InRange(deviation, 0, 1e-7);
        }
    });

    [Theory]
    [MemberData(nameof(Activations))]
    public void The_fused_form_equals_the_composite_form(Activation activation) => Scoped(() =>
    {
        foreach (var (type, tolerance) in new[] { (ElementType.Float32, 2e-6), (ElementType.Float64, 1e-13) })
        {
            var inputs = Inputs(type);
            var layers = Layers(inputs, activation, Activation.Identity);
            var (fused, composite) = (FusedMlp.Apply(inputs[0], layers), FusedMlp.Composite(inputs[0], layers));
            Assert.True(fused.AllClose(composite, tolerance, 10 * tolerance));
            var seed = new Rng(8).Normal(fused.Shape, type);
            var left = Autograd.Grad(fused, inputs, seed);
            var right = Autograd.Grad(composite, inputs, seed);
            for (var i = 0; i < left.Length; i++) Assert.True(left[i].AllClose(right[i], 10 * tolerance, 50 * tolerance), $"input {i}");
        }
    });

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.01)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void Sparse_inputs_give_the_composite_form_too(double density) => Scoped(() =>
    {
        foreach (var (type, tolerance) in new[] { (ElementType.Float32, 1e-4), (ElementType.Float64, 1e-12) })
        {
            var rng = new Rng(9);
            var x = (rng.Fork("x").Uniform([67, 211]) < density).To(type) * rng.Fork("grey").Normal([67, 211], type);
            Tensor[] inputs = [x, rng.Fork("w1").Normal([131, 211], type), rng.Fork("b1").Normal([131], type), rng.Fork("w2").Normal([97, 131], type), rng.Fork("b2").Normal([97], type)];
            foreach (var input in inputs) input.RequiresGrad = true;
            var layers = Layers(inputs, Activation.Relu, Activation.Identity);
            var (fused, composite) = (FusedMlp.Apply(x, layers), FusedMlp.Composite(x, layers));
            Assert.True(fused.AllClose(composite, tolerance, 10 * tolerance));
            var seed = rng.Fork("seed").Normal(fused.Shape, type);
            var (left, right) = (Autograd.Grad(fused, inputs, seed), Autograd.Grad(composite, inputs, seed));
            for (var i = 0; i < left.Length; i++) Assert.True(left[i].AllClose(right[i], tolerance, 10 * tolerance), $"input {i}");
        }
    });

    [Fact]
    public void Masked_weights_give_the_composite_form_and_no_gradient_where_the_mask_is_zero() => Scoped(() =>
    {
        foreach (var (type, tolerance) in new[] { (ElementType.Float32, 2e-6), (ElementType.Float64, 1e-13) })
        {
            var inputs = Inputs(type);
            var mask = (new Rng(10).Uniform([11, 5]) < 0.5).To(type);
            var layers = Layers(inputs, Activation.Tanh, Activation.Identity);
            layers[0] = layers[0] with { Mask = new(mask) };
            var (fused, composite) = (FusedMlp.Apply(inputs[0], layers), FusedMlp.Composite(inputs[0], layers));
            Assert.True(fused.AllClose(composite, tolerance, 10 * tolerance));
            var (left, right) = (Autograd.Grad(fused.Square().Sum(), inputs), Autograd.Grad(composite.Square().Sum(), inputs));
            for (var i = 0; i < left.Length; i++) Assert.True(left[i].AllClose(right[i], 10 * tolerance, 50 * tolerance), $"input {i}");
            Assert.True((left[1] * (1 - mask)).Equal(Tensor.Zeros([11, 5], dtype: type)));
            Assert.Contains("its mask is [5, 11]", Assert.Throws<ArgumentException>(() => FusedMlp.Apply(inputs[0], layers[0] with { Mask = new(mask.T()) })).Message);
        }
    });

    /// <summary>Masks of units sorted by what they see, or by the reverse: products leave blocks of zeros out, on all threads.</summary>
    [Theory]
    [InlineData(67, false)]
    [InlineData(67, true)]
    [InlineData(5, false)]
    public void Sorted_masks_give_the_composite_form(int rows, bool isReversed) => Scoped(() =>
    {
        int[] widths = [61, 101, 103, 34];
        foreach (var (type, tolerance) in new[] { (ElementType.Float32, 1e-4), (ElementType.Float64, 1e-12) })
        {
            var rng = new Rng(11);
            Tensor Leaf(string name, params long[] shape)
            {
                var t = rng.Fork(name).Normal(shape, type);
                t.RequiresGrad = true;
                return t;
            }
            // Unit u of n has degree u / n; an output sees inputs of lower ones, the first none.
            Tensor Degrees(int n) => isReversed ? 1 - Tensor.Arange(n, dtype: type) / n : Tensor.Arange(n, dtype: type) / n;
            var x = Leaf("x", rows, widths[0]);
            DenseWeights[] layers = [.. Enumerable.Range(0, 3).Select(l => new DenseWeights(
                Leaf($"w{l}", widths[l + 1], widths[l]), Leaf($"b{l}", widths[l + 1]), l < 2 ? Activation.Relu : Activation.Identity,
                new((Degrees(widths[l + 1]).Unsqueeze(-1) > Degrees(widths[l])).To(type))))];
            Assert.All(layers, layer => Assert.NotNull(layer.Mask!.Extents));
            Tensor[] inputs = [x, .. layers.SelectMany(layer => new[] { layer.Weight, layer.Bias! })];
            var (fused, composite) = (FusedMlp.Apply(x, layers), FusedMlp.Composite(x, layers));
            Assert.True(fused.AllClose(composite, tolerance, 10 * tolerance));
            var seed = rng.Fork("seed").Normal(fused.Shape, type);
            var (left, right) = (Autograd.Grad(fused, inputs, seed), Autograd.Grad(composite, inputs, seed));
            for (var i = 0; i < left.Length; i++) Assert.True(left[i].AllClose(right[i], tolerance, 100 * tolerance), $"input {i}");
        }
    });

    [Fact]
    public void Leading_axes_views_and_frozen_parts_work() => Scoped(() =>
    {
        var inputs = Inputs(ElementType.Float64);
        var layers = Layers(inputs, Activation.Tanh, Activation.Identity);
        var x = inputs[0].Detach();
        var tall = x.T().Contiguous().T(); // the same values, column-major
        Assert.True(FusedMlp.Apply(tall, layers).AllClose(FusedMlp.Composite(x, layers)));
        Assert.True(FusedMlp.Apply(x[0], layers).AllClose(FusedMlp.Composite(x, layers)[0]));
        var folded = FusedMlp.Apply(x[..6].Reshape([2, 3, 5]), layers);
        Assert.Equal(new Shape([2, 3, 3]), folded.Shape);
        Assert.Equal(new Shape([0, 3]), FusedMlp.Apply(x[..0], layers).Shape);

        var nothing = new DenseWeights(Tensor.Zeros([3, 0], dtype: ElementType.Float64), inputs[4].Detach(), Activation.Identity);
        Assert.True(FusedMlp.Apply(Tensor.Zeros([7, 0], dtype: ElementType.Float64), nothing).Equal(inputs[4].Detach().Expand([7, 3])));

        inputs[1].RequiresGrad = false;
        inputs[2].RequiresGrad = false;
        FusedMlp.Apply(x, layers).Sum().Backward();
        Assert.Null(inputs[1].Grad);
        Assert.NotNull(inputs[3].Grad);
        using (Autograd.NoGrad()) Assert.False(FusedMlp.Apply(x, layers).RequiresGrad);
    });

    [Fact]
    public void Other_types_take_the_composite_form() => Scoped(() =>
    {
        var half = Inputs(ElementType.BFloat16);
        Assert.Equal(ElementType.BFloat16, FusedMlp.Apply(half[0], Layers(half, Activation.Relu, Activation.Identity)).ElementType);
    });

    /// <summary>The part of x that is not zero: all, and little enough for the sparse products.</summary>
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    public void Autocast_rounds_the_factors_and_leaves_the_result_Float32(double density) => Scoped(() =>
    {
        var rng = new Rng(9);
        Tensor Make(string name, params long[] shape) => rng.Fork(name).Normal(shape);
        Tensor[] inputs = [Make("x", 67, 211) * (rng.Fork("density").Uniform([67, 211]) < density), Make("w1", 131, 211) * 0.05, Make("b1", 131), Make("w2", 97, 131), Make("b2", 97)];
        foreach (var input in inputs) input.RequiresGrad = true;
        var layers = Layers(inputs, Activation.Tanh, Activation.Identity);

        Tensor rounded;
        using (Autograd.Autocast()) rounded = FusedMlp.Apply(inputs[0], layers);
        Assert.Equal(ElementType.Float32, rounded.ElementType);
        var exact = FusedMlp.Apply(inputs[0], layers);
        var seed = Make("seed", 67, 97);
        // The backward runs outside of autocast, as a training step's does.
        Tensor[] left = [rounded, .. Autograd.Grad(rounded, inputs, seed)], right = [exact, .. Autograd.Grad(exact, inputs, seed)];
        for (var i = 0; i < left.Length; i++)
        {
            Assert.Equal(ElementType.Float32, left[i].ElementType);
            var deviation = ((left[i] - right[i]).Norm() / right[i].Norm()).Item<double>();
            Assert.InRange(deviation, i == 5 ? 0 : 1e-5, 0.02);   // the last bias's gradient has no factor
        }
    });

    [Fact]
    public void Autocast_takes_the_rounded_output_of_an_operator_and_leaves_Float64_as_it_is() => Scoped(() =>
    {
        var inputs = Inputs(ElementType.Float32);
        var layers = Layers(inputs, Activation.Relu, Activation.Identity);
        using (Autograd.Autocast())
        {
            var x = inputs[0].To(ElementType.BFloat16);
            var y = FusedMlp.Apply(x, layers);
            Assert.Equal(ElementType.Float32, y.ElementType);
            y.Sum().Backward();
            Assert.NotNull(inputs[0].Grad);
        }

        var doubles = Inputs(ElementType.Float64);
        var wide = Layers(doubles, Activation.Relu, Activation.Identity);
        var expected = FusedMlp.Apply(doubles[0], wide);
        using (Autograd.Autocast()) Assert.True(FusedMlp.Apply(doubles[0], wide).Equal(expected));
    });

    [Fact]
    public void Shapes_that_do_not_fit_are_named() => Scoped(() =>
    {
        var inputs = Inputs(ElementType.Float32);
        var layers = Layers(inputs, Activation.Relu, Activation.Identity);
        Assert.Contains("Layer 0 gets 4 inputs from x (Float32 [7, 4] on cpu), but its weight is [11, 5]", Assert.Throws<ArgumentException>(() => FusedMlp.Apply(Tensor.Zeros([7, 4]), layers)).Message);
        Assert.Contains("bias is [11]; it must be [3]", Assert.Throws<ArgumentException>(() => FusedMlp.Apply(inputs[0], layers[0], new(inputs[3], inputs[2], Activation.Relu))).Message);
        Assert.Throws<ArgumentException>(() => FusedMlp.Apply(inputs[0]));
        Assert.Throws<ArgumentException>(() => FusedMlp.Apply(Tensor.Of(1f), layers));
    });
}
