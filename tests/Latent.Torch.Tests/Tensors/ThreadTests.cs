namespace Latent.Torch.Tests.Tensors;

public sealed class ThreadTests
{
    [Fact]
    public void A_thread_sets_its_own_number_and_leaves_the_others_alone()
    {
        var usual = OnNewThread(() => Libtorch.Threads);
        var (own, after) = OnNewThread(() =>
        {
            Libtorch.Threads = usual + 1;
            return (Libtorch.Threads, OnNewThread(() => Libtorch.Threads));
        });
        Assert.Equal(usual + 1, own);
        Assert.Equal(usual, after);
        Assert.Throws<ArgumentOutOfRangeException>(() => Libtorch.Threads = 0);
    }

    [Fact]
    public void Flushing_denormals_belongs_to_the_thread()
    {
        const float denormal = 1e-40f;
        Assert.Equal(0f, OnNewThread(() =>
        {
            Libtorch.FlushDenormals();
            return Product(denormal);
        }));
        Assert.NotEqual(0f, OnNewThread(() => Product(denormal)));
    }

    private static float Product(float x)
    {
        using var scope = TensorScope.Open();
        return (Tensor.From([x]) * Tensor.From([1f])).Item<float>();
    }

    private static T OnNewThread<T>(Func<T> body)
    {
        T result = default!;
        var thread = new Thread(() => result = body());
        thread.Start();
        thread.Join();
        return result;
    }
}
