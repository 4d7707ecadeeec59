namespace Latent.Torch.Tests.Tensors;

/// <summary>What a user reads when libtorch refuses: the operator, its schema, and each argument as it was.</summary>
public sealed class ErrorTests : ScopedTest
{
    [Fact]
    public void A_wrong_shape_names_operator_schema_and_arguments() => Scoped(() =>
    {
        var e = Assert.Throws<TorchException>(() => Tensor.Zeros([2, 3]) + Tensor.Zeros([4]));
        Assert.Contains("aten::add.Tensor: The size of tensor a (3) must match the size of tensor b (4)", e.Message);
        Assert.Contains("schema: ", e.Message);
        Assert.Contains("self: Float32 [2, 3] on cpu", e.Message);
        Assert.Contains("other: Float32 [4] on cpu", e.Message);
        Assert.Contains("alpha: 1", e.Message);
    });

    [Fact]
    public void A_wrong_rank_names_the_shapes() => Scoped(() =>
    {
        var e = Assert.Throws<TorchException>(() => Tensor.Zeros([2, 3, 4]).MM(Tensor.Zeros([4, 5])));
        Assert.Contains("aten::mm", e.Message);
        Assert.Contains("self: Float32 [2, 3, 4] on cpu", e.Message);
        Assert.Contains("mat2: Float32 [4, 5] on cpu", e.Message);
    });

    [Fact]
    public void A_wrong_type_names_both() => Scoped(() =>
    {
        var e = Assert.Throws<TorchException>(() => Tensor.Zeros([2, 3]).MatMul(Tensor.Zeros([3, 2], dtype: ElementType.Float64)));
        Assert.Contains("Float32 [2, 3] on cpu", e.Message);
        Assert.Contains("Float64 [3, 2] on cpu", e.Message);
    });

    [Fact]
    public void A_device_that_is_not_there_is_named() => Scoped(() =>
    {
        if (Device.CudaCount > 0) return;
        var e = Assert.Throws<TorchException>(() => Tensor.Zeros([2]).To(Device.Cuda()));
        Assert.Contains("cuda:0", e.Message);
        Assert.Throws<TorchException>(() => Tensor.Uninitialized([2], ElementType.Float32, Device.Cuda()));
        Assert.Contains("LIBTORCH", Assert.Throws<TorchException>(() => Device.DescribeCuda(0)).Message);
    });

    [Fact]
    public unsafe void A_missing_operator_says_what_to_do() => Scoped(() =>
    {
        var missing = new Operator("aten::no_such_thing", "", "no_such_thing(Tensor self) -> Tensor");
        var e = Assert.Throws<TorchException>(() => missing.CallTensor(null, 0));
        Assert.Contains("has no operator aten::no_such_thing", e.Message);
        Assert.Contains("latent doctor", e.Message);
    });

    [Fact]
    public void A_gradient_of_a_tensor_of_integers_is_refused() => Scoped(() =>
    {
        var e = Assert.Throws<TorchException>(() => Tensor.From([1L]).RequiresGrad = true);
        Assert.Contains("floating point", e.Message);
    });

    [Theory]
    [InlineData("cpu", "cpu"), InlineData("cuda", "cuda:0"), InlineData("cuda:3", "cuda:3")]
    public void Devices_are_read(string text, string printed) => Assert.Equal(printed, Device.Parse(text).ToString());

    [Theory]
    [InlineData("gpu"), InlineData("cuda:"), InlineData("cuda:-1"), InlineData("")]
    public void Other_devices_are_refused(string text) => Assert.Contains("cuda:INDEX", Assert.Throws<FormatException>(() => Device.Parse(text)).Message);

    [Fact]
    public void A_missing_library_lists_the_places_and_the_remedy()
    {
        var e = new LibtorchNotFoundException([("/nonexistent/liblatent_torch.so", "no such file"), ("/broken.so", "libtorch.so: cannot open shared object file")]);
        Assert.Contains("/nonexistent/liblatent_torch.so: no such file", e.Message);
        Assert.Contains("/broken.so: libtorch.so: cannot open", e.Message);
        Assert.Contains("eng/setup", e.Message);
        Assert.Contains("LIBTORCH_USE_PYTORCH=1", e.Message);
    }
}
