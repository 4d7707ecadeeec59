using System.Numerics;
using Latent.Distributions;
using Latent.Torch;
using Latent.Transforms;

namespace Latent.Networks;

/// <summary>
/// A multilayer perceptron whose outputs for coordinate x_i see only the coordinates before it in an order: one pass gives
/// what describes p(x_i | those before) for every i at once.
/// </summary>
/// <remarks>
/// <para>Source: Germain et al. 2015, MADE: masked autoencoder for distribution estimation, equations 12 to 15. The coordinate that
/// stands k-th in the order has degree k; a hidden unit of degree m sees inputs and units of degrees ≤ m, and the outputs of a
/// coordinate those of degrees below its own.</para>
/// <para>Shapes: x [*, D], context [*, C] → [*, D, P]. Layer <c>l</c> = 0, 1, … has <c>weight</c>, <c>bias</c> and for each order m the
/// buffer <c>mask</c>m, and <c>direct</c> a weight from the inputs to the outputs; the inputs are x and then the context, the outputs
/// the first numbers of all coordinates, then the second ones, ….</para>
/// <para>Initial values: as <see cref="Linear"/>, as if nothing were masked.</para>
/// <para>Numerics: on the CPU all layers are one <see cref="FusedMlp"/> node, as in <see cref="Mlp"/>.</para>
/// <para>Deviation: degrees of hidden units are spread evenly unless they are to be random, so that no coordinate lacks units by chance.
/// With a context there are units of degree 0 too, which see the context alone: else the first coordinate would not depend on it.</para>
/// </remarks>
public sealed class MaskedMlp
{
    private readonly DenseWeights[][] layers; // of each order
    private readonly DenseWeights[]? direct;  // of each order
    private readonly long[][] orders;
    private readonly long[][][] degrees;      // of each order: of inputs, hidden units, outputs
    private readonly long dimensions;
    private readonly long outputs;
    private readonly long contextFeatures;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="orders">Orders that may be asked for, each a list of 0 … D − 1 from the coordinate that depends on none to the one that depends on all others; one unless the network is trained for several.</param>
    /// <param name="hidden">The features of each hidden layer.</param>
    /// <param name="outputs">P, the numbers for each coordinate.</param>
    /// <param name="activation">The non-linearity after each hidden layer.</param>
    /// <param name="contextFeatures">C; 0 for no context.</param>
    /// <param name="isDirect">Whether there is also an affine path from inputs to outputs.</param>
    /// <param name="hasRandomDegrees">Whether the degrees of hidden units are drawn for each order by the seed, instead of spread evenly.</param>
    /// <param name="outputWeight">First values of the weights to the outputs, if not the usual ones.</param>
    /// <param name="outputBias">First values of the outputs' biases, if not the usual ones.</param>
    /// <exception cref="ArgumentException">There is no order, or one does not hold each of 0 … D − 1 once.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the context's below 0.</exception>
    public MaskedMlp(
        Init init, IReadOnlyList<long[]> orders, ReadOnlySpan<long> hidden, long outputs, Activation activation, long contextFeatures = 0,
        bool isDirect = false, bool hasRandomDegrees = false, Initializer? outputWeight = null, Initializer? outputBias = null)
    {
        if (orders.Count == 0) throw new ArgumentException("There is no order; give one, such as [0, 1, 2] of three coordinates.", nameof(orders));
        ArgumentOutOfRangeException.ThrowIfNegative(contextFeatures);
        dimensions = orders[0].Length;
        foreach (var order in orders) Check(order);
        (this.outputs, this.contextFeatures) = (Arguments.Positive(outputs), contextFeatures);
        long[] widths = [dimensions + contextFeatures, .. hidden, dimensions * outputs];

        this.orders = [.. orders];
        degrees = [.. orders.Select((order, m) => Degrees(order, widths, hasRandomDegrees ? init.Choices($"degrees{m}") : null))];
        layers = [.. degrees.Select(_ => new DenseWeights[widths.Length - 1])];
        for (var l = 0; l < widths.Length - 1; l++)
        {
            var isLast = l == widths.Length - 2;
            var linear = new Linear(init[l], widths[l], widths[l + 1], weight: isLast ? outputWeight : null, bias: isLast ? outputBias : null);
            for (var m = 0; m < layers.Length; m++)
                layers[m][l] = new(linear.Weight, linear.Bias, isLast ? Activation.Identity : activation, Mask(init[l], m, degrees[m][l], degrees[m][l + 1], isLast));
        }
        if (!isDirect) return;
        var weight = init["direct"].Parameter("weight", [widths[^1], widths[0]], outputWeight ?? Initializers.FanIn(widths[0]));
        direct = [.. degrees.Select((d, m) => new DenseWeights(weight, null, Activation.Identity, Mask(init["direct"], m, d[0], d[^1], isStrict: true)))];
    }

    /// <summary>The numbers for each coordinate, from those before it.</summary>
    /// <param name="x">[*, D].</param>
    /// <param name="context">[*, C]; leading axes broadcast. Null if C = 0.</param>
    /// <param name="order">Which of the orders.</param>
    /// <returns>[*, D, P], a view of [*, P, D].</returns>
    /// <exception cref="ArgumentException">A last axis has another size, or the context is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such order.</exception>
    public Tensor Forward(Tensor x, Tensor? context = null, int order = 0)
    {
        CheckOrder(order);
        if (x.Shape is not [.., var size] || size != dimensions)
            throw Arguments.Misshapen(x, $"[*, D = {dimensions}]", "The network maps the last axis: bring the coordinates there (Reshape, Permute), or build it with orders of as many coordinates as x has.");
        var inputs = WithContext(x, context);
        var y = FusedMlp.Apply(inputs, layers[order]);
        if (direct is not null) y += FusedMlp.Apply(inputs, direct[order]);
        return y.Unflatten(-1, outputs, dimensions).Transpose(-2, -1); // [*, P D] → [*, D, P]
    }

    /// <summary>The layers of an order, if the network is nothing but them: it has no context and no direct path.</summary>
    internal DenseWeights[]? Perceptron(int order = 0) => contextFeatures == 0 && direct is null ? layers[order] : null;

    /// <summary>
    /// Goes through the coordinates in an order, each computed from those before it: on the CPU for the price of about one pass, as
    /// every unit is evaluated once, when all that it sees is known. Without gradient.
    /// </summary>
    /// <param name="batch">[*].</param>
    /// <param name="next">Given a coordinate's number and the network's numbers for it [*, P], its value [*].</param>
    /// <param name="context">[*, C], which broadcasts to the batch. Null if C = 0.</param>
    /// <param name="order">Which of the orders.</param>
    /// <returns>All values, [*, D].</returns>
    /// <exception cref="ArgumentException">The context is missing or does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such order.</exception>
    public Tensor Unroll(Shape batch, Func<long, Tensor, Tensor> next, Tensor? context = null, int order = 0)
    {
        CheckOrder(order);
        using var noGrad = Autograd.NoGrad();
        var weight = layers[0][0].Weight;
        return (weight.Device.Type, weight.ElementType) switch
        {
            (DeviceType.Cpu, ElementType.Float32) => Unroll<float>(batch, next, context, order),
            (DeviceType.Cpu, ElementType.Float64) => Unroll<double>(batch, next, context, order),
            _ => MaskedAutoregressive.Unroll(x => Forward(x, context, order), orders[order], Tensor.Zeros(batch, dtype: weight.ElementType, device: weight.Device), next),
        };
    }

    private Tensor Unroll<T>(Shape batch, Func<long, Tensor, Tensor> next, Tensor? context, int order) where T : unmanaged, INumberBase<T>
    {
        var network = Unrolled<T>(batch, context, order);
        var place = new long[dimensions];
        for (var k = 0; k < dimensions; k++)
        {
            var i = orders[order][k];
            var x = next(i, network.Outputs(k + 1).T().Reshape([.. batch, outputs]));
            network.Inputs.Select(0, contextFeatures + k).CopyInPlace(x.Expand(batch).Reshape([-1]));
            place[i] = contextFeatures + k;
        }
        return network.Inputs.IndexSelect(0, Tensor.From(place)).T().Reshape([.. batch, dimensions]);
    }

    /// <summary>The same for x [*, D] that is filled in, coordinate by coordinate in the order: each call gives the numbers of the next, [*, P].</summary>
    internal Func<long, Tensor> Sequence(Tensor x, Tensor? context = null, int order = 0)
    {
        CheckOrder(order);
        var weight = layers[0][0].Weight;
        return (weight.Device.Type, weight.ElementType) switch
        {
            (DeviceType.Cpu, ElementType.Float32) => Sequence<float>(x, context, order),
            (DeviceType.Cpu, ElementType.Float64) => Sequence<double>(x, context, order),
            _ => i => Forward(x, context, order).Select(-2, i),
        };
    }

    private Func<long, Tensor> Sequence<T>(Tensor x, Tensor? context, int order) where T : unmanaged, INumberBase<T>
    {
        var network = Unrolled<T>(x.Shape[..^1], context, order);
        var known = 0;
        return _ =>
        {
            if (known > 0) network.Inputs.Select(0, contextFeatures + known - 1).CopyInPlace(x.Select(-1, orders[order][known - 1]).Reshape([-1]));
            return network.Outputs(++known).T().Reshape([.. x.Shape[..^1], outputs]);
        };
    }

    /// <summary>The network of a batch, whose inputs are the context's features, which are known, and then the coordinates in the order.</summary>
    private UnrolledMlp<T> Unrolled<T>(Shape batch, Tensor? context, int order) where T : unmanaged, INumberBase<T>
    {
        var network = new UnrolledMlp<T>(layers[order], direct?[order], degrees[order], checked((int)batch.Elements));
        if (Checked(context) is { } given) network.Inputs.Narrow(0, 0, contextFeatures).CopyInPlace(given.Expand([.. batch, contextFeatures]).Reshape([-1, contextFeatures]).T());
        return network;
    }

    private Tensor WithContext(Tensor x, Tensor? context)
    {
        if (Checked(context) is not { } given) return x;
        var leading = Broadcast.Shapes(x.Shape[..^1], given.Shape[..^1]);
        return Tensor.Cat([x.Expand([.. leading, dimensions]), given.Expand([.. leading, contextFeatures])], -1); // [*, D + C]
    }

    /// <summary>The context if the network takes one.</summary>
    private Tensor? Checked(Tensor? context)
    {
        if (contextFeatures == 0) return null;
        if (context is null) throw new ArgumentException($"The network depends on a context [*, C = {contextFeatures}], and none was given: pass what it is conditioned on.", nameof(context));
        return context.Shape is [.., var features] && features == contextFeatures
            ? context
            : throw Arguments.Misshapen(context, $"[*, C = {contextFeatures}]", "Give the context the features that the network was built for.");
    }

    private void CheckOrder(int order)
    {
        if (order < 0 || order >= layers.Length) throw new ArgumentOutOfRangeException(nameof(order), order, $"The network was built with {layers.Length} orders, numbered from 0.");
    }

    private void Check(long[] order)
    {
        var seen = new bool[dimensions];
        foreach (var i in order)
        {
            if (order.Length != dimensions || i < 0 || i >= dimensions || seen[i])
                throw new ArgumentException($"An order must hold each of 0 … {dimensions - 1} once, being of {dimensions} coordinates, not [{string.Join(", ", order)}].", nameof(order));
            seen[i] = true;
        }
        Arguments.Positive(order.Length);
    }

    /// <summary>The degrees of the inputs, of each hidden layer's units, and of the outputs.</summary>
    private long[][] Degrees(long[] order, long[] widths, Rng? random)
    {
        var first = new long[widths[0]]; // a context has degree 0
        for (var k = 0; k < order.Length; k++) first[order[k]] = k + 1;
        var (least, count) = contextFeatures > 0 ? (0L, dimensions) : dimensions == 1 ? (0L, 1L) : (1L, dimensions - 1);
        var degrees = new long[widths.Length][];
        degrees[0] = first;
        for (var l = 1; l < widths.Length - 1; l++)
        {
            degrees[l] = new long[widths[l]];
            if (random is { } rng) rng.Fork("layer", l).Integers(degrees[l], least, least + count);
            else for (var u = 0; u < degrees[l].Length; u++) degrees[l][u] = least + u * count / degrees[l].Length;
        }
        degrees[^1] = new long[widths[^1]];
        for (var o = 0; o < degrees[^1].Length; o++) degrees[^1][o] = first[o % dimensions];
        return degrees;
    }

    private static WeightMask Mask(Init init, int number, long[] inputs, long[] units, bool isStrict)
    {
        var mask = new bool[units.Length * inputs.Length];
        for (var u = 0; u < units.Length; u++)
            for (var i = 0; i < inputs.Length; i++) mask[u * inputs.Length + i] = isStrict ? inputs[i] < units[u] : inputs[i] <= units[u];
        return new(init.Buffer($"mask{number}", () => Tensor.From(mask, units.Length, inputs.Length).To(init.ElementType)));
    }
}
