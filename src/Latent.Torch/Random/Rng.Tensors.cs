namespace Latent.Torch;

public readonly partial record struct Rng
{
    /// <summary>Standard normal numbers, element j of the tensor being number j of the stream.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="type">A floating-point type.</param>
    /// <param name="device">Where the tensor lies. On a GPU the device's own generator draws, seeded from the stream: other numbers, as reproducible.</param>
    public Tensor Normal(ReadOnlySpan<long> shape, ElementType type = ElementType.Float32, Device device = default)
    {
        if (device.Type != DeviceType.Cpu) return OnDevice(shape, type, device, x => x.NormalInPlace());
        return type == ElementType.Float64
            ? Filled<double>(shape, type, (rng, span) => rng.Normal(span))
            : Filled<float>(shape, type, (rng, span) => rng.Normal(span));
    }

    /// <summary>Numbers uniform on [0, 1).</summary>
    /// <inheritdoc cref="Normal(ReadOnlySpan{long}, ElementType, Device)"/>
    public Tensor Uniform(ReadOnlySpan<long> shape, ElementType type = ElementType.Float32, Device device = default)
    {
        if (device.Type != DeviceType.Cpu) return OnDevice(shape, type, device, x => x.UniformInPlace());
        // Rounded to 16 bits a number may become 1: it stays below.
        return type switch
        {
            ElementType.Float64 => Filled<double>(shape, type, (rng, span) => rng.Uniform(span)),
            ElementType.BFloat16 => Uniform(shape).ClampMax(1 - 1.0 / 256).To(type),
            ElementType.Float16 => Uniform(shape).ClampMax(1 - 1.0 / 2048).To(type),
            _ => Filled<float>(shape, type, (rng, span) => rng.Uniform(span)),
        };
    }

    /// <summary>Standard Gumbel numbers, −log(−log u): the largest of logits plus Gumbel noise is a categorical draw.</summary>
    /// <inheritdoc cref="Normal(ReadOnlySpan{long}, ElementType, Device)"/>
    public Tensor Gumbel(ReadOnlySpan<long> shape, ElementType type = ElementType.Float32, Device device = default)
    {
        if (device.Type != DeviceType.Cpu) return OnDevice(shape, type, device, x => x.ExponentialInPlace()).Log().Neg();
        return type == ElementType.Float64
            ? Filled<double>(shape, type, (rng, span) => rng.Gumbel(span))
            : Filled<float>(shape, type, (rng, span) => rng.Gumbel(span));
    }

    /// <summary>
    /// Draws of 0 and 1, in the type of <paramref name="probabilities"/>: its elements are the probabilities of 1, or 255 times
    /// them where it holds bytes (the result is then Float32).
    /// </summary>
    public Tensor Bernoulli(Tensor probabilities)
    {
        Arena.Current.RequireScope(nameof(Rng));
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        if (probabilities.Device.Type == DeviceType.Cpu && probabilities.ElementType is ElementType.UInt8 or ElementType.Float32)
        {
            var drawn = Tensor.Uninitialized(probabilities.Shape);
            var p = probabilities.Detach().Contiguous();
            if (p.ElementType == ElementType.UInt8) Bernoulli(p.AsSpan<byte>(), drawn.AsSpan<float>());
            else Bernoulli(p.AsSpan<float>(), drawn.AsSpan<float>());
            return scope.Return(drawn);
        }
        var real = probabilities.ElementType == ElementType.UInt8 ? probabilities.To(ElementType.Float32) / 255 : probabilities;
        // In 16 bits a uniform number may round up to 1.
        var type = real.ElementType == ElementType.Float64 ? ElementType.Float64 : ElementType.Float32;
        return scope.Return((Uniform(real.Shape, type, real.Device) < real).To(real.ElementType));
    }

    /// <summary>One draw per row of logits [*, categories], as Int64 [*], by the largest of logits plus Gumbel noise.</summary>
    public Tensor Categorical(Tensor logits)
    {
        Arena.Current.RequireScope(nameof(Rng));
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        if (logits.Device.Type == DeviceType.Cpu && logits.ElementType is ElementType.Float32 or ElementType.Float64)
        {
            var drawn = Tensor.Uninitialized(logits.Shape[..^1], ElementType.Int64);
            var l = logits.Detach().Contiguous();
            if (l.ElementType == ElementType.Float32) Categorical(l.AsSpan<float>(), drawn.AsSpan<long>());
            else Categorical(l.AsSpan<double>(), drawn.AsSpan<long>());
            return scope.Return(drawn);
        }
        return scope.Return((logits + Gumbel(logits.Shape, logits.ElementType, logits.Device)).ArgMax(-1));
    }

    /// <summary>The numbers 0 … n−1 in random order, as Int64 [n].</summary>
    public Tensor Permutation(long count, Device device = default)
    {
        Arena.Current.RequireScope(nameof(Rng));
        using var scope = TensorScope.Open();
        var order = Tensor.Uninitialized([count], ElementType.Int64);
        Permutation(order.AsSpan<long>());
        return scope.Return(order.To(device));
    }

    private delegate void SpanFill<T>(Rng rng, Span<T> span);

    private Tensor Filled<T>(ReadOnlySpan<long> shape, ElementType type, SpanFill<T> fill) where T : unmanaged
    {
        if (!type.IsFloatingPoint()) throw new ArgumentException($"Random real numbers need a floating-point type, not {type}.", nameof(type));
        Arena.Current.RequireScope(nameof(Rng));
        using var scope = TensorScope.Open();
        var tensor = Tensor.Uninitialized(shape, ElementTypes.Of<T>());
        fill(this, tensor.AsSpan<T>());
        return scope.Return(tensor.To(type));
    }

    private Tensor OnDevice(ReadOnlySpan<long> shape, ElementType type, Device device, Action<Tensor> fill)
    {
        Libtorch.Seed(device, Key);
        var tensor = Tensor.Uninitialized(shape, type, device);
        fill(tensor);
        return tensor;
    }
}
