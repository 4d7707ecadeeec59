namespace Latent.Torch.Tests;

/// <summary>Gives each test a scope, and fails it if it leaks one.</summary>
public abstract class ScopedTest : IDisposable
{
    private readonly int scopesBefore = TensorScope.OpenScopes;
    private readonly int tensorsBefore = TensorScope.LiveTensors;

    protected static void Scoped(Action body)
    {
        using var scope = TensorScope.Open();
        body();
    }

    public void Dispose()
    {
        Assert.Equal(scopesBefore, TensorScope.OpenScopes);
        Assert.Equal(tensorsBefore, TensorScope.LiveTensors);
        GC.SuppressFinalize(this);
    }
}
