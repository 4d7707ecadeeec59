using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// Owns everything of a model that outlives a step: parameters and buffers by path (<c>encoder/fc1/weight</c>), and what
/// optimizers and averages keep beside them. The one thing here to dispose.
/// </summary>
/// <remarks>
/// All parameters lie in one flat buffer, each beginning at a multiple of 64 bytes, so that an optimizer step, an average,
/// a norm or an all-reduce is one pass over memory. The buffer is laid out when it is first asked for; after that no
/// parameter can be added.
/// </remarks>
public sealed unsafe class ParameterStore : IDisposable
{
    private const int AlignmentBytes = 64;
    private const string ChecksumKey = "crc32";

    private readonly Arena arena = Arena.LongLived();
    private readonly List<Parameter> parameters = [];
    private readonly Dictionary<string, Parameter> byPath = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tensor> buffers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tensor> companions = new(StringComparer.Ordinal);
    private readonly ParameterStore? original;
    private Tensor? flat;

    /// <summary>An empty store whose parameters will have this floating-point type and device.</summary>
    /// <exception cref="ArgumentException"><paramref name="type"/> cannot carry a gradient.</exception>
    public ParameterStore(ElementType type = ElementType.Float32, Device device = default)
    {
        if (!type.IsFloatingPoint()) throw new ArgumentException($"Parameters need a floating-point type, not {type}.", nameof(type));
        (ElementType, Device) = (type, device);
    }

    private ParameterStore(ParameterStore original) : this(original.ElementType, original.Device) => this.original = original;

    /// <summary>The type of all parameters.</summary>
    public ElementType ElementType { get; }

    /// <summary>The device of all parameters.</summary>
    public Device Device { get; }

    /// <summary>Whether this store shares another's memory: see <see cref="Replicate"/>.</summary>
    public bool IsReplica => original is not null;

    /// <summary>The parameters in the order in which they were made.</summary>
    public IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>The buffers (state that is not trained) by path.</summary>
    public IReadOnlyDictionary<string, Tensor> Buffers => buffers;

    /// <summary>What optimizers and averages keep: flat tensors, laid out as <see cref="Flat"/>.</summary>
    public IReadOnlyDictionary<string, Tensor> Companions => original is null ? companions : original.companions;

    /// <summary>How many numbers are trained.</summary>
    public long ParameterCount => parameters.Sum(p => p.Elements);

    /// <summary>A parameter or buffer by its path.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message names the nearest.</exception>
    public Tensor this[string path]
    {
        get
        {
            if (byPath.TryGetValue(path, out var parameter)) return parameter.Value;
            if (buffers.TryGetValue(path, out var buffer)) return buffer;
            throw new KeyNotFoundException($"The store has no '{path}'. It has: {string.Join(", ", byPath.Keys.Concat(buffers.Keys).Take(20))}{(byPath.Count + buffers.Count > 20 ? ", …" : "")}.");
        }
    }

    /// <summary>A cursor at the root, from which a model takes its parameters.</summary>
    /// <param name="seed">Initial values derive from the seed and each parameter's path alone.</param>
    public Init Init(ulong seed = 0) => new(this, "", seed);

    /// <summary>The parameters whose paths match a glob: <c>*</c> stands for a part, <c>**</c> for any number of them.</summary>
    /// <exception cref="ArgumentException">Nothing matches.</exception>
    public ParameterSelection Select(params ReadOnlySpan<string> globs) => ParameterSelection.Of(this, globs);

    /// <summary>The flat buffer that all parameters lie in.</summary>
    public Tensor Flat
    {
        get
        {
            if (original is not null) return original.Flat;
            return flat ??= LayOut();
        }
    }

    /// <summary>
    /// A flat tensor beside the parameters, laid out as they are, kept under a name; made of zeros when first asked for.
    /// Optimizers keep their moments in such companions, so that they are saved and freed with the store.
    /// </summary>
    public Tensor Companion(string name)
    {
        if (original is not null) return original.Companion(name);
        if (companions.TryGetValue(name, out var companion)) return companion;
        using var scope = TensorScope.Open();
        // What is summed over many steps would stand still in 16 bits.
        companion = Own(Flat.ZerosLike(dtype: ElementType.Size() < 4 ? ElementType.Float32 : ElementType));
        companions.Add(name, companion);
        return companion;
    }

    /// <summary>
    /// A store with the same paths whose tensors share this one's memory but have gradients of their own. A model built on it
    /// can go forward and backward on another thread at the same time. Dispose it before the original.
    /// </summary>
    public ParameterStore Replicate()
    {
        if (original is not null) return original.Replicate();
        var replica = new ParameterStore(this);
        using var scope = TensorScope.Open();
        _ = Flat;
        foreach (var p in parameters)
        {
            var value = replica.Own(p.Value.Detach());
            value.RequiresGrad = true;
            replica.Register(new Parameter(p.Path, value, p.Shape, p.Offset));
        }
        foreach (var (path, buffer) in buffers) replica.buffers.Add(path, buffer);
        return replica;
    }

    /// <summary>
    /// Writes parameters, buffers and companions to a safetensors file, whole or not at all. Parameters and buffers have
    /// their paths for names; a companion's part for a parameter is called <c>companion:path</c>. The metadata hold a checksum of
    /// all tensors, <c>crc32</c>.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written; what stood there before still does.</exception>
    public void Save(string file, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var scope = TensorScope.Open();
        var tensors = Contents().ToDictionary(c => c.Name, c => c.Value.ToHostArray());
        SafetensorsFile.Write(file, tensors, new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { [ChecksumKey] = Checksum(tensors) });
    }

    /// <summary>Reads what <see cref="Save"/> wrote into the parameters, buffers and companions that the store has now.</summary>
    /// <returns>The file's metadata.</returns>
    /// <remarks>Ask for the companions first (an optimizer does at its first step) or name them, so that they are read as well.</remarks>
    /// <param name="file">A safetensors file.</param>
    /// <param name="companionNames">Companions to make and read; those that the store has already are read anyway.</param>
    /// <exception cref="MalformedFileException">The file is no safetensors file, is damaged, or holds other names, shapes or types than the store. Nothing has been changed then.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public IReadOnlyDictionary<string, string> Load(string file, params ReadOnlySpan<string> companionNames)
    {
        foreach (var name in companionNames) Companion(name);
        return Read(file, Contents());
    }

    /// <summary>Reads what a companion of that name was into the parameters themselves, and the buffers.</summary>
    /// <inheritdoc cref="Load(string, ReadOnlySpan{string})"/>
    internal IReadOnlyDictionary<string, string> LoadCompanionAsParameters(string file, string companion) =>
        Read(file, Contents().Where(c => !c.Name.Contains(':', StringComparison.Ordinal)).Select(c => byPath.ContainsKey(c.Name) ? ($"{companion}:{c.Name}", c.Value) : c));

    private IReadOnlyDictionary<string, string> Read(string file, IEnumerable<(string Name, Tensor Value)> into)
    {
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        using var opened = SafetensorsFile.Open(file);
        var contents = into.ToList();
        foreach (var (name, value) in contents)
        {
            if (!opened.Entries.TryGetValue(name, out var entry))
                throw new MalformedFileException(file, $"tensor '{name}'", "It is missing, so this is the file of another model.", $"The file has: {string.Join(", ", opened.Entries.Keys.Take(10))}.");
            if (entry.Shape != value.Shape || entry.ElementType != value.ElementType)
                throw new MalformedFileException(file, $"tensor '{name}'", $"It is {entry.ElementType} {entry.Shape}, but the model has {value.ElementType} {value.Shape}.", "Build the model with the settings it was trained with.");
        }
        var known = Contents().Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        if (opened.Entries.Keys.FirstOrDefault(k => !k.Contains(':', StringComparison.Ordinal) && !known.Contains(k)) is { } stranger)
            throw new MalformedFileException(file, $"tensor '{stranger}'", "The model has no such parameter.", "Build the model with the settings it was trained with.");
        var read = opened.ReadAll(); // all of it, before anything changes
        if (opened.Metadata.TryGetValue(ChecksumKey, out var checksum) && checksum != Checksum(read))
            throw new MalformedFileException(file, "tensors", "Their bytes are not those that were written: the checksum differs.", MalformedFileException.FetchAgain);
        foreach (var (name, value) in contents) value.CopyInPlace(Tensor.From(read[name]));
        Written();
        return opened.Metadata;
    }

    private static string Checksum(IReadOnlyDictionary<string, HostArray> tensors)
    {
        var crc = 0u;
        foreach (var (_, tensor) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal)) crc = Crc32.Append(crc, tensor.Bytes.Span);
        return crc.ToString("x8");
    }

    /// <summary>Whether this store shares the memory of <paramref name="other"/>.</summary>
    internal bool IsReplicaOf(ParameterStore other) => original == (other.original ?? other);

    /// <summary>To be called when the parameters' memory was written behind autograd's back.</summary>
    internal void Written()
    {
        var handles = parameters.ConvertAll(p => p.Value.Handle).ToArray();
        fixed (nint* h = handles) NativeMethods.Check(NativeMethods.lt_written(h, handles.Length), "Marking parameters as written");
    }

    private IEnumerable<(string Name, Tensor Value)> Contents()
    {
        foreach (var p in parameters) yield return (p.Path, p.Value.Detach());
        foreach (var (path, buffer) in buffers) yield return (path, buffer);
        foreach (var (name, companion) in Companions)
            foreach (var p in parameters)
                yield return ($"{name}:{p.Path}", companion.Narrow(0, p.Offset, p.Elements).View(p.Shape));
    }

    /// <summary>Forgets the gradients of all parameters.</summary>
    public void ClearGradients()
    {
        var handles = new nint[parameters.Count];
        for (var i = 0; i < handles.Length; i++) handles[i] = parameters[i].Value.Handle;
        fixed (nint* h = handles) NativeMethods.Check(NativeMethods.lt_set_gradients(h, handles.Length, null), "Clearing gradients");
    }

    /// <summary>Frees all tensors of the store.</summary>
    public void Dispose() => arena.Clear();

    internal Tensor AddParameter(string path, Shape shape, Initializer initializer, Rng rng)
    {
        if (original is not null)
        {
            if (!byPath.TryGetValue(path, out var shared)) throw new InvalidOperationException($"The replica has no parameter '{path}': build it by the same code as the original.");
            if (shared.Shape != shape) throw new InvalidOperationException($"The replica's parameter '{path}' has shape {shared.Shape}, not {shape}: build it by the same code as the original.");
            return shared.Value;
        }
        if (flat is not null) throw new InvalidOperationException($"'{path}' comes too late: the parameters' memory is laid out. Make all parameters before the first optimizer, replica or checkpoint.");
        RefuseDuplicate(path);
        using var scope = TensorScope.Open();
        Tensor value;
        using (Autograd.NoGrad())
        {
            value = Tensor.Uninitialized(shape, ElementType);
            initializer(rng, value);
            value = Own(value.To(Device));
        }
        value.RequiresGrad = true;
        Register(new Parameter(path, value, shape, 0));
        return value;
    }

    internal Tensor AddBuffer(string path, Func<Tensor> make)
    {
        if (original is not null) return this[path];
        RefuseDuplicate(path);
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        var made = Own(make().To(Device).Clone());
        buffers.Add(path, made);
        return made;
    }

    private void RefuseDuplicate(string path)
    {
        if (byPath.ContainsKey(path) || buffers.ContainsKey(path)) throw new ArgumentException($"The store has a '{path}' already; give each layer a name of its own.", nameof(path));
    }

    private void Register(Parameter parameter)
    {
        parameters.Add(parameter);
        byPath.Add(parameter.Path, parameter);
    }

    /// <summary>Lets a tensor of the current scope live on in the store.</summary>
    private Tensor Own(Tensor tensor)
    {
        var handle = tensor.Handle;
        NativeMethods.Check(NativeMethods.lt_retain(handle), "Keeping a tensor");
        return arena.Add(handle, tensor.Origin);
    }

    private Tensor LayOut()
    {
        if (parameters.Count == 0) throw new InvalidOperationException("The store has no parameters yet.");
        var alignment = AlignmentBytes / ElementType.Size();
        long length = 0;
        foreach (var p in parameters)
        {
            p.Offset = length;
            length += (p.Elements + alignment - 1) / alignment * alignment;
        }
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        var all = Own(Tensor.Zeros([length], dtype: ElementType, device: Device));
        foreach (var p in parameters)
        {
            var place = all.Narrow(0, p.Offset, p.Elements).View(p.Shape).Detach();
            place.CopyInPlace(p.Value);
            NativeMethods.Check(NativeMethods.lt_set_data(p.Value.Handle, place.Handle), "Laying out the parameters");
        }
        return all;
    }
}
