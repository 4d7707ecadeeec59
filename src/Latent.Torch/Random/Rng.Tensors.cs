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
            var p = BatchFirst(probabilities.Detach()).Contiguous();
            var drawn = Tensor.Uninitialized(p.Shape);
            EachRow(drawn, (rng, part) =>
            {
                if (p.ElementType == ElementType.UInt8) rng.Bernoulli(p.AsSpan<byte>()[part], drawn.AsSpan<float>()[part]);
                else rng.Bernoulli(p.AsSpan<float>()[part], drawn.AsSpan<float>()[part]);
            });
            return scope.Return(BatchBack(drawn));
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
        _ = BatchFirst(logits.Shape[..^1]); // the axis of categories is not one of examples
        if (logits.Device.Type == DeviceType.Cpu && logits.ElementType is ElementType.Float32 or ElementType.Float64)
        {
            var l = BatchFirst(logits.Detach()).Contiguous();
            var drawn = Tensor.Uninitialized(l.Shape[..^1], ElementType.Int64);
            var categories = (int)l.Size(-1);
            EachRow(drawn, (rng, part) =>
            {
                var own = (part.Start.Value * categories)..(part.End.Value * categories);
                if (l.ElementType == ElementType.Float32) rng.Categorical(l.AsSpan<float>()[own], drawn.AsSpan<long>()[part]);
                else rng.Categorical(l.AsSpan<double>()[own], drawn.AsSpan<long>()[part]);
            });
            return scope.Return(BatchBack(drawn));
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
        var tensor = Tensor.Uninitialized(BatchFirst(shape), ElementTypes.Of<T>());
        EachRow(tensor, (rng, part) => fill(rng, tensor.AsSpan<T>()[part]));
        return scope.Return(BatchBack(tensor.To(type)));
    }

    /// <summary>Calls with the stream and the range of the elements of each entry of the first axis, or with all of them where there are no rows.</summary>
    private void EachRow(Tensor tensor, Action<Rng, Range> fill)
    {
        var elements = checked((int)tensor.Elements);
        if (rows.IsEmpty)
        {
            fill(this, ..elements);
            return;
        }
        var size = elements / rows.Length;
        for (var i = 0; i < rows.Length; i++) fill(Row(rows.Span[i]), (i * size)..((i + 1) * size));
    }

    private Shape BatchFirst(ReadOnlySpan<long> shape)
    {
        if (rows.IsEmpty) return new(shape);
        if (axis >= shape.Length || shape[axis] != rows.Length)
            throw new ArgumentException($"The stream has {rows.Length} rows along axis {axis}, which does not go with the shape {new Shape(shape)}.", nameof(shape));
        return [shape[axis], .. shape[..axis], .. shape[(axis + 1)..]];
    }

    private Tensor BatchFirst(Tensor tensor)
    {
        _ = BatchFirst(tensor.Shape);
        return rows.IsEmpty ? tensor : tensor.MoveDim(axis, 0);
    }

    private Tensor BatchBack(Tensor tensor) => rows.IsEmpty || axis == 0 ? tensor : tensor.MoveDim(0, axis).Contiguous();

    private Tensor OnDevice(ReadOnlySpan<long> shape, ElementType type, Device device, Action<Tensor> fill)
    {
        Libtorch.Seed(device, Key);
        var tensor = Tensor.Uninitialized(shape, type, device);
        fill(tensor);
        return tensor;
    }
}
