namespace Latent.Torch.Tests.Parameters;

public sealed class CheckpointTests : ScopedTest, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("latent-checkpoint-").FullName;

    void IDisposable.Dispose()
    {
        Directory.Delete(folder, recursive: true);
        Dispose();
    }

    private static ParameterStore Store(ulong seed, long width = 5, bool extra = false, ElementType type = ElementType.Float32)
    {
        var store = new ParameterStore(type);
        using var scope = TensorScope.Open();
        store.Init(seed)["fc"].Parameter("weight", [3, width], Initializers.Normal(1));
        store.Init(seed)["fc"].Parameter("bias", [3], Initializers.Normal(1));
        store.Init(seed).Buffer("scale", () => Tensor.From([(double)seed]));
        if (extra) store.Init(seed).Parameter("extra", [2], Initializers.Zeros);
        return store;
    }

    private static void Train(ParameterStore store, Adam adam, int steps)
    {
        for (var n = 0; n < steps; n++)
        {
            using var scope = TensorScope.Open();
            (store["fc/weight"].Sin().Sum() + store["fc/bias"].Square().Sum()).Backward();
            adam.Step(0.01);
        }
    }

    [Fact]
    public void Resuming_equals_going_on()
    {
        var file = Path.Combine(folder, "checkpoint.safetensors");
        using var whole = Store(1);
        var adam = new Adam(whole) { AverageDecay = 0.9 };
        Train(whole, adam, 5);
        whole.Save(file, new Dictionary<string, string> { ["step"] = adam.StepCount.ToString() });
        Train(whole, adam, 5);

        using var resumed = Store(2);
        var again = new Adam(resumed) { AverageDecay = 0.9 };
        var metadata = resumed.Load(file, "adam-first-moment", "adam-second-moment", "average");
        again.StepCount = long.Parse(metadata["step"]);
        Train(resumed, again, 5);

        Assert.Equal(whole["fc/weight"].ToArray<float>(), resumed["fc/weight"].ToArray<float>());
        Assert.Equal(whole.Companions["average"].ToArray<float>(), resumed.Companions["average"].ToArray<float>());
        Assert.Equal([1.0], resumed["scale"].ToArray<double>());
    }

    [Fact]
    public void Files_of_other_models_are_refused_and_change_nothing()
    {
        var file = Path.Combine(folder, "checkpoint.safetensors");
        using (var store = Store(1)) store.Save(file);
        foreach (var (other, message) in new[]
        {
            (Store(2, width: 4), "Float32 [3, 5], but the model has Float32 [3, 4]"),
            (Store(2, type: ElementType.Float64), "Float32 [3, 5], but the model has Float64 [3, 5]"),
            (Store(2, extra: true), "tensor 'extra': It is missing"),
        })
        {
            using (other)
            {
                var before = other["fc/bias"].ToHostArray().Bytes.ToArray();
                Assert.Contains(message, Assert.Throws<MalformedFileException>(() => other.Load(file)).Message);
                Assert.Equal(before, other["fc/bias"].ToHostArray().Bytes.ToArray());
            }
        }
        using (var larger = Store(1, extra: true)) larger.Save(file);
        using var smaller = Store(2);
        Assert.Contains("tensor 'extra': The model has no such parameter", Assert.Throws<MalformedFileException>(() => smaller.Load(file)).Message);
    }

    [Theory]
    [InlineData(ElementType.UInt8), InlineData(ElementType.Int8), InlineData(ElementType.Int16), InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int64), InlineData(ElementType.Float16), InlineData(ElementType.Float32), InlineData(ElementType.Float64)]
    [InlineData(ElementType.Bool), InlineData(ElementType.BFloat16)]
    public void Tensors_go_through_files_unchanged(ElementType type) => Scoped(() =>
    {
        var file = Path.Combine(folder, "tensors.safetensors");
        var x = Tensor.From([0.0, 1, 1, 0, 1, 1]).To(type).Reshape([2, 3]);
        var (scalar, empty) = (Tensor.Of(1.0).To(type), Tensor.Zeros([0, 3], dtype: type));
        SafetensorsFile.Write(file, new Dictionary<string, HostArray> { ["x"] = x.T().ToHostArray(), ["scalar"] = scalar.ToHostArray(), ["empty"] = empty.ToHostArray() });
        using var opened = SafetensorsFile.Open(file);
        Assert.True(Tensor.From(opened.Read("x")).Equal(x.T()));
        Assert.True(Tensor.From(opened.Read("scalar")).Equal(scalar));
        Assert.Equal(new Shape([0, 3]), Tensor.From(opened.Read("empty")).Shape);
    });
}
