namespace Latent.Torch;

/// <summary>
/// A place in a <see cref="ParameterStore"/> from which a layer takes its parameters: <c>init["encoder"]["fc1"]</c>.
/// Initial values derive from the seed and the path, so adding a layer never changes the others.
/// </summary>
public readonly struct Init
{
    private readonly string path;
    private readonly ulong seed;

    internal Init(ParameterStore store, string path, ulong seed) => (Store, this.path, this.seed) = (store, path, seed);

    /// <summary>The store that the parameters go into.</summary>
    public ParameterStore Store { get; }

    /// <summary>The element type of the parameters.</summary>
    public ElementType ElementType => Store.ElementType;

    /// <summary>The device of the parameters.</summary>
    public Device Device => Store.Device;

    /// <summary>The place of a part.</summary>
    /// <exception cref="ArgumentException">The name is empty or contains a slash, an asterisk or a colon.</exception>
    public Init this[string name] => new(Store, PathOf(name), seed);

    /// <summary>The place of the part of this number.</summary>
    public Init this[int number] => this[number.ToString()];

    /// <summary>A trained tensor.</summary>
    /// <exception cref="ArgumentException">The path is taken.</exception>
    public Tensor Parameter(string name, Shape shape, Initializer initializer)
    {
        var full = PathOf(name);
        return Store.AddParameter(full, shape, initializer, new Rng(seed).Fork(full));
    }

    /// <summary>A tensor that belongs to the model but is not trained: a mask, running statistics.</summary>
    /// <exception cref="ArgumentException">The path is taken.</exception>
    public Tensor Buffer(string name, Func<Tensor> make) => Store.AddBuffer(PathOf(name), make);

    /// <summary>The stream of choices that are made once, such as a mask or an order: of the seed and the path, as initial values are.</summary>
    public Rng Choices(string name) => new Rng(seed).Fork(PathOf(name));

    private string PathOf(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny('/', '*', ':')) throw new ArgumentException($"'{name}' is no name for a part of a model: it must not be empty nor contain '/', '*' or ':'.", nameof(name));
        return path.Length == 0 ? name : $"{path}/{name}";
    }
}
