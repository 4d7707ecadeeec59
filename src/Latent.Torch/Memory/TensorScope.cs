namespace Latent.Torch;

/// <summary>
/// The lifetime of tensors: every tensor made on this thread while the scope is the innermost one is freed at its end.
/// Being a ref struct, it cannot cross an <c>await</c> or be captured by a lambda.
/// </summary>
/// <example><code>
/// using var scope = TensorScope.Open();
/// var y = x.MatMul(w);         // freed with the scope
/// return scope.Return(y);      // … or handed to the enclosing scope
/// </code></example>
public readonly ref struct TensorScope
{
    private readonly Arena arena;
    private readonly int start;
    private readonly int depth;

    private TensorScope(Arena arena)
    {
        this.arena = arena;
        (start, depth) = arena.Open();
    }

    /// <summary>Opens a scope on this thread; dispose it to end it.</summary>
    public static TensorScope Open() => new(Arena.Current);

    /// <summary>How many tensors this thread's scopes hold now: for tests of leaks.</summary>
    public static int LiveTensors => Arena.Current.LiveCount;

    /// <summary>How many scopes are open on this thread: for tests of leaks.</summary>
    public static int OpenScopes => Arena.Current.Depth;

    /// <summary>Lets a tensor of this scope live on in the enclosing scope.</summary>
    /// <returns>The same tensor.</returns>
    /// <exception cref="InvalidOperationException">There is no enclosing scope, or an inner scope is still open.</exception>
    public Tensor Return(Tensor tensor) => arena.Return(tensor, start, depth);

    /// <summary>
    /// Frees the tensor in <paramref name="variable"/> and puts <paramref name="next"/> in its place, in the scope that owned it:
    /// a sampler of a thousand steps stays flat.
    /// </summary>
    public void Replace(ref Tensor variable, Tensor next)
    {
        arena.Replace(variable, next);
        variable = next;
    }

    /// <summary>Ends the scope and frees its tensors.</summary>
    /// <exception cref="InvalidOperationException">An inner scope is still open, or this one has ended before.</exception>
    public void Dispose() => arena.Close(start, depth);
}
