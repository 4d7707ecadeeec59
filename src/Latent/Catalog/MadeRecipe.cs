using Latent.Conditionals;
using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A multilayer perceptron with masks, as of MADE, for vectors and everything that can be read as one.</summary>
public sealed record MadeRecipe : CausalNetworkRecipe
{
    /// <summary>The features of each hidden layer.</summary>
    public IReadOnlyList<long> Hidden
    {
        get;
        init
        {
            foreach (var width in value) Arguments.Positive(width, "hidden");
            field = value;
        }
    } = [500];

    /// <summary>The non-linearity after each of them.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>The order of the elements.</summary>
    public ElementOrder Order { get; init; }

    /// <summary>How many orders there are, all but the first at random, each with masks of its own: training takes them in turn, in use their densities are averaged.</summary>
    public long Orders { get; init => field = Arguments.Positive(value, "orders"); } = 1;

    /// <summary>Whether there is also an affine path from inputs to outputs.</summary>
    public bool Direct { get; init; }

    /// <inheritdoc/>
    public override Conditional Build(Init init, DataSummary data, Head head, Shape site, long classes, Initializer? outputBias)
    {
        if (site.Rank > 0) throw new RecipeException("model.likelihood", "The network describes one element after the other, and the likelihood whole pixels: take discretizedLogisticMixture.");
        var (size, rank) = (data.EventShape.Elements, data.EventShape.Rank);
        long[][] orders = [.. Enumerable.Range(0, checked((int)Orders)).Select(m => OrderOf(init, size, m))];
        var network = new MaskedMlp(init, orders, [.. Hidden], head.Outputs, Activation, classes, Direct, Orders > 1, outputBias: head.Outputs == 1 ? outputBias : null);
        var type = init.ElementType;
        Tensor? Context(Tensor? labels) => labels?.OneHot(classes).To(type);
        Conditional[] members = [.. orders.Select((order, m) => new Autoregressive(
            (x, labels) => network.Forward(x.Flatten(-rank), Context(labels), m), head, data.EventShape, type, init.Device)
        {
            Order = order,
            ContextRank = classes > 0 ? 0 : null,
            Sequence = (x, labels) => network.Sequence(x.Flatten(-rank), Context(labels), m),
        })];
        return members is [var only] ? only : new Ensemble(members);
    }

    private long[] OrderOf(Init init, long size, int number)
    {
        var order = new long[size];
        if (number > 0 || Order == ElementOrder.Random) init.Choices($"order{number}").Permutation(order);
        else for (var i = 0; i < order.Length; i++) order[i] = i;
        return order;
    }
}
