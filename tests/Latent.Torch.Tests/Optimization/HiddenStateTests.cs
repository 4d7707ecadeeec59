namespace Latent.Torch.Tests.Optimization;

using Autograd = Latent.Torch.Autograd;

/// <summary>The optimizer writes memory behind autograd's back: nothing may go on with what was there before.</summary>
public sealed class HiddenStateTests : ScopedTest
{
    private static ParameterStore Store(ElementType type = ElementType.Float32)
    {
        var store = new ParameterStore(type);
        using var scope = TensorScope.Open();
        store.Init().Parameter("w", [2, 2], Initializers.Values([1, 2, 3, 4]));
        return store;
    }

    [Fact]
    public void A_step_between_forward_and_backward_is_detected() => Scoped(() =>
    {
        using var store = Store();
        using var replica = store.Replicate();
        var sgd = new Sgd(store);
        foreach (var w in new[] { store["w"], replica["w"] })
        {
            var y = w.Square().Sum();
            w.Grad = Tensor.Ones([2, 2]);
            if (ReferenceEquals(w, store["w"])) sgd.Step(0.1);
            else sgd.Step(0.1, replica);
            Assert.Contains("modified by an inplace operation", Assert.Throws<TorchException>(() => y.Backward()).Message);
        }
    });

    [Fact]
    public void A_graph_made_before_the_layout_still_reaches_its_parameters() => Scoped(() =>
    {
        using var store = Store();
        var loss = store["w"].Sum() * 3;
        var sgd = new Sgd(store);
        loss.Backward();
        Assert.Equal([3f, 3, 3, 3], store["w"].Grad!.ToArray<float>());
        sgd.Step(1);
        Assert.Equal([-2f, -1, 0, 1], store["w"].ToArray<float>());
    });

    [Fact]
    public void Autocast_sees_new_weights() => Scoped(() =>
    {
        using var store = Store();
        var sgd = new Sgd(store);
        using var cast = Autograd.Autocast();
        var x = Tensor.Ones([1, 2]);
        Assert.Equal([4f, 6], x.MatMul(store["w"]).To(ElementType.Float32).ToArray<float>());
        store["w"].Grad = store["w"].Detach().Clone();
        sgd.Step(1);
        Assert.Equal([0f, 0], x.MatMul(store["w"]).To(ElementType.Float32).ToArray<float>());
    });

    [Fact]
    public void A_refused_autocast_changes_nothing_and_a_nested_one_is_undone() => Scoped(() =>
    {
        Assert.Throws<ArgumentException>(() => Refused());
        Assert.False(Autograd.IsAutocasting(DeviceType.Cpu));
        using (Autograd.Autocast())
        {
            using (Autograd.Autocast()) { }
            Assert.True(Autograd.IsAutocasting(DeviceType.Cpu));
            default(AutogradModeScope).Dispose();
            Assert.True(Autograd.IsRecording);
        }
        Assert.False(Autograd.IsAutocasting(DeviceType.Cpu));

        static void Refused()
        {
            using var cast = Autograd.Autocast(type: ElementType.Float64);
        }
    });

    [Fact]
    public void Gradients_and_replicas_that_do_not_fit_are_refused() => Scoped(() =>
    {
        using var store = Store();
        using var other = Store();
        using var stranger = other.Replicate();
        var sgd = new Sgd(store);
        Assert.Contains("must have its shape and type", Assert.Throws<ArgumentException>(() => store["w"].Grad = Tensor.Ones([1])).Message);
        Assert.Contains("must have its shape and type", Assert.Throws<ArgumentException>(() => store["w"].Grad = Tensor.Ones([2, 2], dtype: ElementType.Float64)).Message);
        Assert.Contains("store.Replicate()", Assert.Throws<ArgumentException>(() => sgd.Step(1, stranger)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(store) { MaxGradientNorm = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(store) { AverageDecay = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(store) { Beta2 = double.NaN });
    });

    [Fact]
    public void Sixteen_bit_stores_keep_their_moments_in_thirty_two() => Scoped(() =>
    {
        using var store = Store(ElementType.BFloat16);
        var adam = new Adam(store);
        void Step(double gradient)
        {
            using var scope = TensorScope.Open();
            store["w"].Grad = Tensor.Full([2, 2], gradient, dtype: ElementType.BFloat16);
            adam.Step(0);
        }
        Step(1);
        for (var i = 0; i < 1000; i++) Step(0);
        var expected = 0.001 * Math.Pow(0.999, 1000);
        Assert.Equal(expected, store.Companions["adam-second-moment"].Max().Item<double>(), expected * 1e-3);
    });

    [Theory]
    [InlineData(ElementType.Float32), InlineData(ElementType.BFloat16)]
    public void The_average_follows_parameters_without_a_gradient(ElementType type) => Scoped(() =>
    {
        using var store = Store(type);
        var sgd = new Sgd(store) { AverageDecay = 0.5 };
        store["w"].Grad = Tensor.Zeros([2, 2], dtype: type);
        sgd.Step(1);
        store.Companions["average"].ZeroInPlace();
        sgd.Step(1);
        Assert.Equal(0.5, store.Companions["average"][0].Item<double>());
    });
}
